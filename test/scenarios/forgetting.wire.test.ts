// A secret goes wherever a project takes it: what the Director said, what the LLMs made of it, what
// is remembered, files, the hand-over, answers that one person saw. After `/memory forget` it is
// nowhere, and the proof says where it was.
import pino from 'pino';
import { expect, test } from 'vitest';
import type { SeenInteraction } from '../../src/embedded/discord/person.ts';
import type { SeenComponent } from '../../src/embedded/discord/person-sees.ts';
import { useChroma } from '../memory/arrange.ts';
import type { TurnKind } from '../../src/domain/turn.ts';
import { startTestAgency, until } from '../support/agency.ts';
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
  'project-manager.plan': () => {
    // Titles become names of channels.
    const streams = plan.streams.map((stream) => ({ ...stream, title: secret }));
    return json({ ...plan, title: secret, summary: `We know ${secret.toLowerCase()}`, streams });
  },
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

/** Channels that have another name now. */
async function namesOf({ director, guildId }: TestAgency): Promise<string[]> {
  const all = await director.channels(guildId);
  return all.map(({ name }) => name).filter((name) => name.includes('erased'));
}

/** As Discord's client does it for the Director. */
async function does({ agency }: TestAgency, method: string, path: string, body?: object) {
  const { apiUrl = '', directorToken = '' } = agency.local ?? {};
  const headers = { authorization: directorToken, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${apiUrl}/v10${path}`, { method, headers, ...sent });
  expect(answer.status).toBe(204);
}

/** In one channel the bot may not delete messages of people. */
async function forbidDeleting(world: TestAgency, name: string) {
  const { id } = await world.director.channel(name);
  const speaking = (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n);
  const path = `/channels/${id}/permissions/${world.agency.local?.applicationId ?? ''}`;
  const deny = (1n << 13n).toString();
  await does(world, 'PUT', path, { type: 1, allow: speaking.toString(), deny });
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
  expect(await namesOf(world)).toEqual(['[erased] · P1', 'erased']);
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
    'columns of tables',
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

test('who is at work with it goes on without it, and the command that named it goes too', async () => {
  const forgotten = Promise.withResolvers<void>();
  await using model = await startCast(planOf([{}]), async ({ kind, user }) => {
    if (kind !== 'specialist.work' || !user.includes('plum-7')) return undefined;
    await forgotten.promise;
    return { text: `Too late: ${secret}` };
  });
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director, agency } = world;
  await director.says('director', `Write me a guide to Lisbon. ${secret}`);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.clicks('director', /^\/approve decision:"?P1-D2/);
  await until(
    async () => model.asked.find(({ kind }) => kind === 'specialist.work') ?? null,
    'T1 to be worked on',
  );
  await director.types('director', `/memory forget words:"${secret}" confirm:true`);
  await director.hears('director', 'E1 is forgotten');
  forgotten.resolve();
  await untilDone(world);

  const work = model.asked.filter(({ kind }) => kind === 'specialist.work');
  expect(work.map(({ user }) => words.test(user)).slice(0, 2)).toEqual([true, false]);
  expect(await inDatabase(agency.store, words)).toEqual([]);
  expect(await inDiscord(world, words)).toEqual([]);
  const proof = (await agency.readAgency()).erasures[0]?.proof;
  // The objective, and the command that named the words.
  expect(proof?.messages.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(2);
  expect(proof?.messages.filter(({ outcome }) => outcome === 'remains')).toEqual([]);
});

test('a message is forgotten by its link, a memory by its id; what the bot may not delete is named', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director, agency, guildId } = world;
  await forbidDeleting(world, 'director');
  const said = await director.says('director', `Write me a guide. ${secret}`);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  const link = `https://discord.com/channels/${guildId}/${said.channel_id}/${said.id}`;
  const first = await uses(world, { do: 'forget', message: link });
  expect(first.message?.content).toContain('1 message of people');
  await confirms(world, first, 'Keep it');
  expect(await inDiscord(world, words)).not.toEqual([]);
  const second = await uses(world, { do: 'forget', message: link });
  await confirms(world, second, 'Forget it');
  await director.hears('director', 'E2 is forgotten but in Discord');
  await director.hears('director', link);
  expect(await inDatabase(agency.store, words)).toEqual([]);
  expect(await inDiscord(world, words)).toEqual([link]);
  await does(world, 'DELETE', `/channels/${said.channel_id}/messages/${said.id}`);
  expect(await inDiscord(world, words)).toEqual([]);

  const found = await uses(world, { do: 'search', text: 'which approach was chosen' });
  const id = /`([^`]+)`\s*$/m.exec(found.message?.content ?? '')?.[1] ?? '';
  const shown = await uses(world, { do: 'show', id });
  expect(shown.message?.content).toContain(id);
  expect(shown.message?.content).toContain('(the Director)');
  await confirms(world, await uses(world, { do: 'forget', id }), 'Forget it');
  await director.hears('director', 'E3 is forgotten');
  expect((await uses(world, { do: 'show', id })).message?.content).toContain('I remember nothing');
});

test('a Discord that refuses, is silent or loses its answers makes it later, not less', async () => {
  await using model = await startCast(planOf([{}]));
  const tries = new Map<string, number>();
  const refusal = { status: 500, body: { message: 'Internal Server Error', code: 0 } };
  const faults = [refusal, 'lose-request', 'lose-answer', refusal] as const;
  const isOn = { faulty: false };
  await using world = await startTestAgency({
    modelUrl: model.url,
    discordFaults: ({ method, path }) => {
      const isChange = (method === 'PATCH' || method === 'DELETE') && path.includes('/messages/');
      if (!isOn.faulty || !isChange) return null;
      const before = tries.get(path) ?? 0;
      tries.set(path, before + 1);
      return faults[before] ?? null;
    },
  });
  const { director, agency } = world;
  await director.says('director', `Write me a guide. ${secret}`);
  await director.clicks('director', /^\/approve decision:"?P1-D1"? choice:1/);
  await director.hears('director', 'Approve');
  await director.types('director', `/memory search in:messages text:"${secret}"`);
  await world.untilQuiet();
  const shown = await inDiscord(world, words);
  expect(shown.length).toBeGreaterThan(2);
  isOn.faulty = true;
  await director.types('director', `/memory forget words:"${secret}" confirm:true`);
  await director.hears('director', 'E1 is forgotten');
  expect(tries.size).toBeGreaterThan(3);
  expect(await inDatabase(agency.store, words)).toEqual([]);
  expect(await inDiscord(world, words)).toEqual([]);
  const proof = (await agency.readAgency()).erasures[0]?.proof;
  expect(proof?.messages.filter(({ outcome }) => outcome === 'remains')).toEqual([]);
  // And the command that named the words.
  expect(proof?.messages).toHaveLength(shown.length + 1);
});
