// Whole turns of a model that has lost its mind: they end in bounds, with a reason, and with no
// effect that was not asked for.
import { expect, test } from 'vitest';
import { calls } from '../support/cast.ts';
import type { ScriptedReply } from '../support/chat-protocol.ts';
import type { ScriptedStep } from '../support/scripted-model.ts';
import { take, takeIn } from './turn-on-script.ts';

const files = [{ name: 'o1.md', content: '# A guide\n\nDay one.' }];
const submit = { task: 'T1', summary: 'Done.', files, openPoints: [] };

function always(reply: ScriptedReply): readonly ScriptedStep[] {
  return [{ times: 'any', respond: () => ({ reply }) }];
}

test.each([
  ['a tool that is not there', calls('', [['shell', { command: 'id' }]])],
  ['arguments that are no JSON', { toolCalls: [{ name: 'submit', arguments: '{"task":' }] }],
  ['a command of another role', calls('', [['approve', { decision: 'P1-D1' }]])],
  ['keys that nobody knows', calls('', [['submit', { ...submit, isAdmin: true }]])],
])('a model that only ever calls %s is given up after three answers', async (_what, reply) => {
  let asked = 0;
  const respond = () => {
    asked += 1;
    return { reply };
  };
  const steps: ScriptedStep[] = [{ times: 'any', respond }];
  await expect(takeIn({ steps }, 'specialist.work')).rejects.toMatchObject({
    code: 'model-misfit',
    retry: 'never',
  });
  expect(asked).toBe(3);
});

test('a model that reads for ever is stopped by counting', async () => {
  const reply = calls('', [['read-file', { name: 'o1.md' }]]);
  await expect(takeIn({ steps: always(reply) }, 'specialist.work')).rejects.toMatchObject({
    code: 'model-misfit',
  });
});

test('an answer of 200 calls is no answer', async () => {
  const many = Array.from({ length: 200 }, (): [string, unknown] => ['submit', submit]);
  const steps: ScriptedStep[] = [{ reply: calls('', many), times: 6 }];
  await expect(takeIn({ steps }, 'specialist.work')).rejects.toMatchObject({ code: 'garbled' });
});

test('calls that share an id are told apart, and each gets its own result', async () => {
  const twice = ['start', 'submit'].map((name) => ({
    id: 'same',
    name,
    arguments: name === 'start' ? { task: 'T1', approach: 'Now.' } : submit,
  }));
  const wrong = { id: 'same', name: 'shell', arguments: {} };
  const { output, requests } = await take(
    'specialist.work',
    { toolCalls: [...twice, wrong] },
    calls('', [['submit', submit]]),
  );
  expect(output.commands.map(({ action }) => action.type)).toEqual(['start', 'submit']);
  const results = requests[1]?.body.messages.filter(({ role }) => role === 'tool') ?? [];
  expect(new Set(results.map(({ tool_call_id: id }) => id)).size).toBe(3);
});

test('a name from the prototype is no tool', async () => {
  const steps = always({ toolCalls: [{ name: '__proto__', arguments: '{"__proto__":{"a":1}}' }] });
  await expect(takeIn({ steps }, 'specialist.work')).rejects.toMatchObject({
    code: 'model-misfit',
    message: expect.stringContaining('did not fit') as string,
  });
});
