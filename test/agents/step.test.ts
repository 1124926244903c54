import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { missingOf, readAnswer, readCall } from '../../src/agents/step.ts';
import type { Used, Vocabulary } from '../../src/agents/step.ts';
import { loadSystemMessages } from '../../src/agents/system-message.ts';
import type { ModelAnswer } from '../../src/domain/model-port.ts';
import type { TurnKind } from '../../src/domain/turn.ts';
import { loadTools } from '../../src/tools/load-tools.ts';

const root = join(import.meta.dirname, '../..');
const commands = await loadCommands(join(root, 'commands'));
const tools = await loadTools();
const { turns } = await loadSystemMessages(join(root, 'system-messages'), commands, tools);

function vocabularyOf(kind: TurnKind): Vocabulary {
  const turn = turns.get(kind);
  if (turn === undefined) throw new Error(kind);
  const actor = { kind: 'agent', agentId: 'A1', role: turn.role } as const;
  return { turn, actor, commands, tools };
}

function read(name: string, argumentsText: string, kind: TurnKind = 'specialist.work') {
  return readCall(vocabularyOf(kind), { id: 'call_1', name, argumentsText });
}

const start = '{"task":"T1","approach":"In one go."}';

test('a call is a command, a tool, or refused with the reason', () => {
  expect(read('start', start)).toMatchObject({
    is: 'command',
    callId: 'call_1',
    used: { name: 'start', read: { shortLine: '/start task:T1 approach:"In one go."' } },
  });
  expect(read('read-file', '{"name":"a.md"}')).toMatchObject({
    is: 'tool',
    args: { name: 'a.md' },
  });
});

test.each([
  ['start', '{"task":', 'The arguments are not JSON'],
  ['start', '', '/start: task'],
  ['start', '{"task":"first","approach":"x"}', '/start: task'],
  ['start', '{"task":"T1","approach":"x","speed":9}', 'speed'],
  ['start', '[]', '/start: value'],
  ['shell', '{}', 'There is no shell in this turn.'],
  ['propose', '{}', 'There is no propose in this turn.'],
  ['approve', '{}', 'There is no approve in this turn.'],
])('%s with %s is refused', (name, argumentsText, reason) => {
  const outcome = read(name, argumentsText);
  expect(outcome).toMatchObject({ is: 'refused', name });
  expect('reason' in outcome ? outcome.reason : '').toContain(reason);
});

test('a tool of another turn is not there', () => {
  expect(read('check-draft', '{"files":[]}', 'collaborator.review')).toMatchObject({
    is: 'refused',
  });
});

test('null for what may be left out counts as left out', () => {
  const accept = '{"task":"T1","criteria":[],"note":null,"project":null}';
  expect(read('accept', accept, 'collaborator.review')).toMatchObject({ is: 'command' });
});

function answer(text: string): ModelAnswer {
  const usage = { inputTokens: 1, cachedTokens: 0, outputTokens: 1, estimated: false };
  return { text, toolCalls: [], finish: 'stop', usage, model: 'm', latencyMs: 1, attempts: 1 };
}

const brief = commands.find((command) => command.name === 'brief');
const understood = '{"title":"T","understanding":"U","questions":[]}';

test.each([
  understood,
  `\`\`\`json\n${understood}\n\`\`\``,
  `\`\`\`\n${understood}\n\`\`\`\n`,
  `  ${understood}\n`,
])('an answer is read from %j', (text) => {
  if (brief === undefined) throw new Error('no brief');
  expect(readAnswer(brief, answer(text))).toMatchObject({ name: 'brief' });
});

test.each([
  ['I would say yes.', 'Answer with one JSON object.'],
  ['{"title":"T"}', '/brief: understanding'],
  ['', 'Answer with one JSON object.'],
])('the answer %j is not usable, and the model is told why', (text, reason) => {
  if (brief === undefined) throw new Error('no brief');
  const used = readAnswer(brief, answer(text));
  expect('reason' in used ? used.reason : '').toContain(reason);
});

test('a turn may end when it has used what it must, as often as it must', () => {
  const used = (...names: string[]): Used[] =>
    names.map((name) => {
      const outcome = read('start', start);
      if (outcome.is !== 'command') throw new Error('refused');
      return { ...outcome.used, name };
    });
  const needs = [
    { any: ['submit', 'ask'], times: 1 },
    { any: ['propose'], times: 2 },
  ];
  expect(missingOf(needs, [])).toBe('Use submit or ask.');
  expect(missingOf(needs, used('ask', 'propose'))).toBe('Use propose at least 2 times (so far 1).');
  expect(missingOf(needs, used('propose', 'ask', 'propose'))).toBeNull();
  expect(missingOf([], [])).toBeNull();
});
