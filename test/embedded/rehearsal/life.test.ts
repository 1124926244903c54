// Whole projects, played by the rehearsal through the real turns: real prompts, commands and tools.
// What people would see at the end is what counts.
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { bikeKit, five } from './objectives.ts';
import { startRehearsedAgency } from './rehearsed-agency.ts';

describe('a rehearsed project', () => {
  test.each(Object.entries(five))('%s ends with everything met and accepted', async (_, text) => {
    for (const choice of [1, 2, 3]) {
      const agency = await startRehearsedAgency();
      await agency.accomplish(text, choice);
      const project = agency.world.project();
      expect(project.phase).toBe('done');
      expect(project.handOver?.results.filter(({ met }) => !met)).toEqual([]);
      const rejected = Object.values(project.tasks).filter(({ rejections }) => rejections > 0);
      expect(rejected.map(({ id, rejections }) => `${id} ${rejections}×`)).toEqual(['T2 1×']);
      const asks = agency.world.posts.filter(
        ({ body }) => body.type === 'command' && body.line.startsWith('/ask'),
      );
      expect(asks.length).toBeLessThanOrEqual(1);
    }
  });

  test('is done by one LLM in two roles where it is as small as can be', async () => {
    const agency = await startRehearsedAgency();
    const { world } = agency;
    world.director.says('Write a one-page guide to the tram lines of Lisbon.');
    await agency.settle();
    world.director.says('Decide as you think best.');
    await agency.settle();
    world.director.does({ type: 'ask-revision', decision: null, text: 'Something cheaper.' });
    await agency.settle();
    world.director.does({ type: 'approve', decision: null, choice: 1 });
    await agency.settle();
    world.director.does({ type: 'approve', decision: null, choice: null });
    await agency.settle();
    const { phase, team, tasks, streams } = world.project();
    expect(phase).toBe('done');
    expect(team.map(({ agent }) => `${agent.name} as ${agent.title}`)).toEqual([
      'Ada as Researcher',
      'Ada as Writer',
    ]);
    expect(Object.values(tasks).map(({ approvedBy }) => approvedBy)).toEqual(['pm', 'pm', 'pm']);
    expect(Object.values(streams).map(({ collaborator }) => collaborator.id)).toEqual(['pm']);
  });

  test('quotes in its hand-over what stands in the files', async () => {
    const agency = await startRehearsedAgency();
    await agency.accomplish(bikeKit);
    const project = agency.world.project();
    const files = Object.values(project.tasks).flatMap(({ submission }) => submission?.files ?? []);
    const judged = (project.handOver?.results ?? []).filter(
      ({ checkedBy }) => checkedBy === 'agent',
    );
    expect(judged.length).toBeGreaterThan(3);
    for (const { evidence } of judged) {
      const [, name = '', quoted = ''] = /^(.+?): “(.*)”$/s.exec(evidence) ?? [];
      const file = files.find((one) => one.name === name);
      expect(file === undefined ? '' : agency.fileText(file)).toContain(quoted);
      expect(quoted).not.toBe('');
    }
  });

  test('asks first, and says in every speech that it is a rehearsal', async () => {
    const agency = await startRehearsedAgency();
    await agency.accomplish(bikeKit);
    const speeches = agency.exchanges
      .map(({ answer }) => answer.text)
      .filter((text) => text !== '' && !text.startsWith('{'));
    expect(speeches.length).toBeGreaterThan(10);
    for (const text of speeches) expect(text).toContain('(rehearsal)');
    expect(agency.world.said('questions')[0]?.questions).toHaveLength(2);
    for (const { name, text } of agency.submitted) {
      expect(`${name} ${text}`).toMatch(/rehearsal/i);
    }
  });

  test('reuses its Specialists in the next project and keeps the lesson in mind', async () => {
    const agency = await startRehearsedAgency();
    await agency.accomplish(bikeKit);
    await agency.accomplish('Write a plan and three posters for a bicycle market');
    const second = agency.world.project('P2');
    expect(second.phase).toBe('done');
    expect(second.team.filter(({ reused }) => reused).length).toBeGreaterThan(0);
    expect(second.plan?.tasks[0]?.brief).toContain('P1 taught: “Give every public text');
  });

  test('is the same for the same seed and another for another', async () => {
    const texts = async (seed: number) => {
      const agency = await startRehearsedAgency(seed);
      await agency.accomplish(bikeKit);
      return agency.exchanges.map(({ answer }) => answer);
    };
    const [one, again, other] = [await texts(1), await texts(1), await texts(2)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('keeps to the length that each turn allows and needs milliseconds', async () => {
    const agency = await startRehearsedAgency();
    const before = systemClock.monotonic();
    await agency.accomplish(five.festival, 2);
    const spent = systemClock.monotonic() - before;
    for (const { request, answer } of agency.exchanges) {
      expect(answer.usage.outputTokens).toBeLessThan(request.outputTokensMax);
      expect(answer.finish).not.toBe('length');
    }
    expect(spent / agency.exchanges.length).toBeLessThan(50);
  });
});

describe('a conversation', () => {
  test('that is no objective is answered and costs nothing more', async () => {
    const agency = await startRehearsedAgency();
    agency.world.director.says('Good morning!');
    await agency.settle();
    expect(agency.world.project().phase).toBe('closed');
    expect(agency.world.said('speech').at(-1)?.text).toMatch(/^Hello\..*\(rehearsal\)$/);
  });

  test('in a thread steers the work that comes after it', async () => {
    const agency = await startRehearsedAgency();
    agency.world.director.says(bikeKit);
    await agency.settle();
    agency.world.director.says('It is for students without a car.');
    await agency.settle();
    agency.world.director.does({ type: 'approve', decision: null, choice: 1 });
    await agency.settle();
    expect(agency.world.project().plan?.tasks[0]?.brief).toContain('Readers: students');
    agency.world.director.does({ type: 'approve', decision: null, choice: null });
    const staffing = agency.world.dueTurns()[0];
    expect(staffing?.kind).toBe('project-manager.staffing');
    await agency.play(staffing);
    agency.world.director.says('Mention that tea is free.', 'P1.S2');
    await agency.settle();
    const posters = agency.submitted.filter(({ name }) => name === 'announcements.md').at(-1);
    expect(posters?.text).toContain('as Dora asked: “Mention that tea is free.”');
  });

  test('about the state of the project is answered from what is known', async () => {
    const agency = await startRehearsedAgency();
    await agency.accomplish(bikeKit);
    agency.world.director.says('How is T2 going?', 'P1.overview');
    await agency.settle();
    expect(agency.world.said('speech').at(-1)?.text).toContain(
      'T2 (Write the three announcements)',
    );
  });
});
