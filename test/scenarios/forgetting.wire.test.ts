// A secret goes wherever a project takes it: what the Director said, what the LLMs made of it, what
// is remembered, files, the hand-over, answers that one person saw. After `/memory forget` it is
// nowhere, and the proof says where it was.
import pino from 'pino';
import { expect, test } from 'vitest';
import type { SeenInteraction } from '../../src/embedded/discord/person.ts';
import type { SeenComponent } from '../../src/embedded/discord/person-sees.ts';
import { useChroma } from '../memory/arrange.ts';
import type { TurnKind } from '../../src/domain/turn.ts';
import { startTestAgency } from '../support/agency.ts';
import type { TestAgency } from '../support/agency.ts';
import type { ScriptedReply } from '../support/chat-protocol.ts';
import { calls, json, startCast } from '../support/cast.ts';
import type { Asked } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { untilDone } from './begin.ts';
import { inDatabase, inDiscord, onDisk } from './leftovers.ts';

const chroma = useChroma();
const secret = 'The vault code is plum-7 and Karla Vogt keeps it.';
/** Every word of it that stands in nothing else. */
const words = /vault|plum.?7|karla|vogt/i;
const usual = planOf([{}, { after: ['T1'], doer: 'analyst' }]);
/** The title makes a channel's name. */
const plan = { ...usual, streams: usual.streams.map((one) => ({ ...one, title: secret })) };

/** LLMs that repeat the secret in all that they write. */
function tattlers({ kind, task, request }: Asked): ScriptedReply | undefined {
  if (request.body.messages.at(-1)?.role === 'tool') return undefined;
  return gossip[kind]?.(task);
}

const wrapped = secret.replaceAll(' ', '\n');

const gossip: Partial<Record<TurnKind, (task: string) => ScriptedReply>> = {
  'project-manager.intake': () =>
    json({ title: 'A guide', understanding: `A guide. ${secret}`, questions: [] }),
  'project-manager.plan': () => json({ ...plan, summary: `We know that ${secret.toLowerCase()}` }),
  'specialist.work': (task) => {
    const files = [{ name: `o${task.slice(1)}.md`, content: `# Guide\n\n> ${wrapped}\n` }];
    return calls(`I read: **${secret}**`, [
      ['start', { task, approach: `With "${secret}" in mind.` }],
      ['submit', { task, summary: secret, files, openPoints: [secret] }],
    ]);
  },
  'collaborator.hand-over': (task) =>
    calls('', [['handoff', { task, to: ['T2'], summary: secret, openPoints: [] }]]),
  'collaborator.introduce': () => ({ text: `Here: ${secret}` }),
  'collaborator.summarise': () => ({ text: `Here: ${secret}` }),
  'project-manager.talk': () => ({ text: `Here: ${secret}` }),
  'project-manager.assemble': () => {
    const evidence = secret.slice(0, 40);
    const criteria = ['C2', 'C4'].map((criterion) => ({ criterion, met: true, evidence }));
    const said = { summary: secret, openRisks: [secret], lessons: [`Mind that ${secret}`] };
    return calls('', [['assemble', { ...said, criteria }]]);
  },
};

async function uses(
  { director, guildId }: TestAgency,
  options: Record<string, string | boolean>,
): Promise<SeenInteraction> {
  const { id: channelId } = await director.channel('director');
  return director.interactionResult(
    await director.slash({ guildId, channelId, name: 'memory', options }),
  );
}

/** Uses the button of an answer that only the Director sees. */
async function confirms({ director }: TestAgency, shown: SeenInteraction, label: string) {
  const { message } = shown;
  const buttons = (message?.components ?? []).flatMap((row: SeenComponent) => row.components ?? []);
  const button = buttons.find((one) => 'label' in one && one.label === label);
  if (message === null || typeof button?.custom_id !== 'string') throw new Error('no button');
  return director.interactionResult(
    await director.click(message.channel_id, message.id, button.custom_id),
  );
}

test('what is forgotten is nowhere any more, and the proof says where it was', async () => {
  const told = { isForgotten: false };
  await using model = await startCast(plan, (asked) =>
    // Whoever was not told it cannot tell it.
    told.isForgotten ? undefined : tattlers(asked),
  );
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const env = { CHROMA_URL: chroma.url() };
  await using world = await startTestAgency({ modelUrl: model.url, env, log });
  const { director, agency } = world;
  await director.says('director', `Write me a guide. ${secret}`);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await untilDone(world);
  await director.says('P1.overview', `@Paul mind that ${secret.toUpperCase()}`);
  await director.hears('P1.overview', /Here: The vault/);
  await world.untilQuiet();

  const found = await uses(world, { do: 'search', text: 'vault code', in: 'all' });
  expect(found.message?.content).toMatch(/vault code/i);
  expect(found.message?.content).toContain('(an LLM)');
  expect((await inDatabase(agency.store, words)).length).toBeGreaterThan(7);
  expect((await inDiscord(world, words)).length).toBeGreaterThan(7);
  expect((await onDisk(world.home, words)).length).toBeGreaterThan(4);

  const shown = await uses(world, { do: 'forget', words: secret });
  expect(shown.message?.content).toContain('this would be forgotten for ever');
  expect(shown.message?.content).not.toMatch(words);
  const asked = model.asked.length;
  told.isForgotten = true;
  const done = await confirms(world, shown, 'Forget it');
  expect(done.message?.content).toBe(
    'E1 has begun. The proof of what was erased comes in #director.',
  );
  await director.hears('director', 'E1 is forgotten');
  await world.untilQuiet();

  expect(await inDatabase(agency.store, words)).toEqual([]);
  const proof = (await agency.readAgency()).erasures[0]?.proof;
  if (proof === null || proof === undefined) throw new Error('There is no proof.');
  expect(JSON.stringify(proof)).not.toMatch(words);
  // The bot may manage messages here, so what people wrote went too; elsewhere it is told.
  expect(proof.messages.filter(({ outcome }) => outcome === 'remains')).toEqual([]);
  expect(proof.messages.filter(({ outcome }) => outcome === 'deleted').length).toBeGreaterThan(1);
  expect(await inDiscord(world, words)).toEqual([]);
  expect(proof.paths).toEqual([
    'handover/P1.zip',
    'handover/P1/handover.md',
    'handover/P1/manifest.json',
    'handover/P1/o1.md',
    'handover/P1/o2.md',
    'handover/P1/transcript.md',
  ]);
  expect(proof.kept).toEqual([]);
  expect(proof.index).toBe('erased');

  await world.restart();
  expect(await onDisk(world.home, words)).toEqual([]);
  expect(lines.filter((line) => words.test(line))).toEqual([]);
  expect((await uses(world, { do: 'search', text: 'vault', in: 'all' })).message?.content).toMatch(
    /^I find nothing about that/,
  );
  expect((await uses(world, { do: 'show', id: 'E1' })).message?.content).toContain(
    'Its vectors are gone from Chroma.',
  );

  await world.director.says('P1.overview', '@Paul what do you know of the code?');
  await world.untilQuiet();
  await world.director.says('director', 'Write me another guide.');
  await world.director.hears('director', /P2/);
  await world.untilQuiet();
  const later = model.asked.slice(asked);
  expect(later.length).toBeGreaterThan(1);
  for (const { request } of later) expect(JSON.stringify(request.sent)).not.toMatch(words);
}, 120_000);
