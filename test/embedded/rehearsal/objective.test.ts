import { describe, expect, test } from 'vitest';
import {
  readObjective,
  wantedAfter,
} from '../../../src/embedded/rehearsal/objective/read-objective.ts';
import { answerToTalk } from '../../../src/embedded/rehearsal/play/small-talk.ts';
import { bikeKit, festival, gardenPlan, penguins, vague } from './objectives.ts';

function filesOf(objective: string): string[] {
  return readObjective(objective).wanted.map(({ file, form, count }) =>
    form.shape === 'pieces' ? `${file} ×${count}` : file,
  );
}

describe('an objective', () => {
  test.each([
    [bikeKit, ['plan.md', 'budget.csv', 'announcements.md ×3']],
    [gardenPlan, ['schedule.md', 'shopping-list.md', 'posters.md ×2']],
    [penguins, ['business-case.csv', 'guide.md']],
    [vague, []],
    [festival, ['schedule.md', 'budget.csv', 'letters.md ×2', 'checklist.md']],
    ['Write me 5 slogans and a press release', ['slogans.md ×5', 'press-release.md ×1']],
    ['A marketing plan and a hiring plan, please', ['plan.md', 'hiring-plan.md']],
    ['Rédige un plan pour une boulangerie et deux affiches', ['plan.md', 'posters.md ×2']],
    ['Necesito un informe sobre el agua y un calendario', ['report.md', 'schedule.md']],
    ['Write a Python script that renames photos', ['script.py']],
    ['A table of costs for a birthday party', ['budget.csv']],
    ['We run a newsletter for cyclists. We want a FAQ.', ['faq.md']],
    ['Write a poster, but no budget', ['posters.md ×1']],
    ['A set of three posters', ['posters.md ×3']],
  ])('%s → %j', (objective, files) => {
    expect(filesOf(objective)).toEqual(files);
  });

  test.each([
    [bikeKit, 'Launch kit for a neighbourhood bike-repair co-operative'],
    [gardenPlan, 'Wochenplan für den Gemeinschaftsgarten'],
    [penguins, 'Teach penguins to juggle'],
    [vague, 'Make us better'],
    [festival, 'Organise a summer festival in the park'],
    ['Please write a business plan', 'Business plan'],
    ['', 'A request without words'],
  ])('%s gets a title of at most eight words', (objective, title) => {
    expect(readObjective(objective).title).toBe(title);
  });

  test.each([
    [bikeKit, 'the neighbourhood bike-repair co-operative'],
    [gardenPlan, '“Gemeinschaftsgarten”'],
    [penguins, 'teaching penguins to juggle'],
    [vague, 'making us better'],
    [festival, 'organising a summer festival in the park behind the library'],
    ['A haiku about autumn', 'autumn'],
    ['Write a plan, a budget table and three posts for a choir', 'the choir'],
  ])('%s has a topic that sentences can be built around', (objective, topic) => {
    expect(readObjective(objective).topic).toBe(topic);
  });

  test('takes its outputs from the answer where it named none itself', () => {
    const wanted = wantedAfter(readObjective(vague), ['A checklist and a report would do.']);
    expect(wanted.map(({ file }) => file)).toEqual(['checklist.md', 'report.md']);
  });

  test('loses and gains outputs by what the Director adds', () => {
    const wanted = wantedAfter(readObjective(bikeKit), ['No budget. Also a poster, please.']);
    expect(wanted.map(({ file }) => file)).toEqual(['plan.md', 'announcements.md', 'posters.md']);
  });
});

describe('small talk', () => {
  test.each(['Hi', 'hello there', 'Guten Tag!', 'Thanks!', 'thank you so much'])(
    '“%s” is answered and starts no project',
    (text) => {
      expect(answerToTalk(text)).not.toBeNull();
    },
  );

  test.each(['???', '🎉', 'Hm', 'who are you?', 'Penguins', '你好'])(
    '“%s” is answered with what could be asked instead',
    (text) => {
      expect(answerToTalk(text)).not.toBeNull();
    },
  );

  test.each([bikeKit, gardenPlan, penguins, vague, festival, 'Budget', '写一份营销计划'])(
    '“%s” is work',
    (text) => {
      expect(answerToTalk(text)).toBeNull();
    },
  );
});
