// Endpoints without tools, each as such servers are: they refuse them in their own words, refuse
// without a word, or take them and answer as if there were none. Both protocols alike.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelMessage, ModelRequest } from '../../src/domain/model-port.ts';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import type { ScriptedFault } from '../support/scripted-faults.ts';
import type { ScriptedRequest, ScriptedStep } from '../support/scripted-model.ts';
import { errorOf, request, startScene } from './arrange.ts';

const look = {
  name: 'look',
  description: 'Looks around.',
  parameters: toJsonSchema(z.strictObject({ at: z.string() })),
};
const called = [{ id: 'line_1_1', name: 'look', argumentsText: '{"at":"home"}' }];
const spoken = { reply: { text: 'I look.\n/look at:home' } };

const hasTools = ({ body }: ScriptedRequest) => body.tools !== undefined && body.tools !== null;
const saysCommands = ({ body }: ScriptedRequest) => JSON.stringify(body).includes('/look at:');

/** A server that answers in text alone, and refuses tools in this way. */
function refusing(fault: ScriptedFault): ScriptedStep {
  return { times: 'any', respond: (asked) => (hasTools(asked) ? fault : spoken) };
}

describe.each(['chat', 'responses'] as const)('an endpoint (%s) without tools', (api) => {
  const start = (steps: readonly ScriptedStep[]) => startScene({ steps, endpoint: { api } });
  const asked = (about: Partial<ModelRequest> = {}) => request({ tools: [look], ...about });

  test.each([
    'test-model does not support tools',
    'Unknown parameter: tools',
    'tools: Extra inputs are not permitted',
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    'This is no valid request.',
  ])('that says “%s” is asked in text commands, at once and for good', async (message) => {
    await using scene = await start([refusing({ fault: 'bad-request', message })]);
    const answers = [await scene.model.ask(asked()), await scene.model.ask(asked())];
    for (const answer of answers) {
      expect(answer).toMatchObject({ text: 'I look.', toolCalls: called, finish: 'tool-calls' });
    }
    expect(scene.server.requests.map(hasTools)).toEqual([true, false, false]);
    expect(scene.server.requests.map(saysCommands)).toEqual([false, true, true]);
  });

  test('that rejects the request for another reason is not blamed for its tools', async () => {
    await using scene = await start([{ fault: 'bad-request', message: 'Bad.', times: 2 }]);
    const error = await errorOf(scene.model.ask(asked()));
    expect(error.message).toBe('request-rejected: 400 Bad.');
    scene.server.expectDone();
  });

  test('that ignores them is told of the commands once somebody misses something', async () => {
    await using scene = await start([
      { reply: { text: 'I would look, if I could.' } },
      { ...spoken, times: 2 },
    ]);
    const first = await scene.model.ask(asked());
    expect(first).toMatchObject({ text: 'I would look, if I could.', toolCalls: [] });
    const messages: ModelMessage[] = [
      ...asked().messages,
      { role: 'assistant', text: first.text, toolCalls: [] },
      { role: 'user', text: 'Use look.' },
    ];
    expect((await scene.model.ask(asked({ messages }))).toolCalls).toHaveLength(1);
    await scene.model.ask(asked());
    // The tools still go along: an endpoint may have ignored them by accident.
    expect(scene.server.requests.map(hasTools)).toEqual([true, true, true]);
    expect(scene.server.requests.map(saysCommands)).toEqual([false, true, true]);
    scene.server.expectDone();
  });

  test('that ignores even required ones is told of the commands from then on', async () => {
    await using scene = await start([{ reply: { text: 'Hm.' } }, spoken]);
    await scene.model.ask(asked({ toolChoice: 'required' }));
    expect((await scene.model.ask(asked())).toolCalls).toEqual(called);
    expect(JSON.stringify(scene.server.requests[1]?.body)).toContain('may use now');
  });

  test('whose model writes commands of its own accord is understood', async () => {
    await using scene = await start([spoken]);
    expect((await scene.model.ask(asked())).toolCalls).toEqual(called);
  });

  test('reads what was called and what came of it as text', async () => {
    await using scene = await start([
      refusing({ fault: 'bad-request', message: 'tools are not supported' }),
    ]);
    const messages: ModelMessage[] = [
      { role: 'system', text: 'You are Ada.' },
      { role: 'user', text: 'Look!' },
      { role: 'assistant', text: '', toolCalls: called },
      { role: 'tool', callId: 'line_1_1', name: 'look', text: 'Nothing there.' },
    ];
    await scene.model.ask(asked({ messages }));
    const sent = scene.server.requests.at(-1)?.body.messages ?? [];
    expect(sent.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(sent[0]?.content).toMatch(/^You are Ada\.\n\n# Commands/);
    expect(sent[2]?.content).toBe('/look at:home');
    expect(sent[3]?.content).toBe('Result of /look:\nNothing there.');
  });

  test('shows its speech to whoever watches, without the commands', async () => {
    await using scene = await start([
      { reply: { text: 'I look.\n/look at:home' } },
      refusing({ fault: 'bad-request', message: 'tools are not supported' }),
    ]);
    let shown = '';
    const watch = { onText: (delta: string) => (shown += delta), onTextReset: () => (shown = '') };
    await scene.model.ask(asked(watch));
    expect(shown).toBe('I look.');
    shown = '';
    await scene.model.ask(asked(watch));
    expect(shown).toBe('I look.');
  });

  test('that is cut off in the middle of a command has not given it', async () => {
    await using scene = await start([{ reply: { text: '/look at:ho', finish: 'length' } }]);
    const { toolCalls, finish } = await scene.model.ask(asked());
    expect(finish).toBe('length');
    expect(toolCalls[0]?.argumentsText).toContain('cut off');
  });
});

describe('an endpoint with tools', () => {
  const asked = request({ tools: [look] });
  const calling = { reply: { toolCalls: [{ id: 'a', name: 'look', arguments: { at: 'sea' } }] } };

  test('may speak of commands: nothing is taken out of its text', async () => {
    await using scene = await startScene({ steps: [calling, spoken] });
    await scene.model.ask(asked);
    expect(await scene.model.ask(asked)).toMatchObject({
      text: 'I look.\n/look at:home',
      toolCalls: [],
      finish: 'stop',
    });
  });

  test('that seemed to have none is asked with them alone once it has used one', async () => {
    await using scene = await startScene({ steps: [spoken, calling, { reply: { text: 'Hi' } }] });
    for (let times = 0; times < 3; times += 1) await scene.model.ask(asked);
    expect(scene.server.requests.map(saysCommands)).toEqual([false, true, false]);
  });

  test('loses nothing by a bad request of ours', async () => {
    await using scene = await startScene({
      steps: [calling, { fault: 'bad-request' }, { reply: { text: 'Hi' } }],
    });
    await scene.model.ask(asked);
    expect((await errorOf(scene.model.ask(asked))).code).toBe('request-rejected');
    await scene.model.ask(asked);
    expect(scene.server.requests.map(hasTools)).toEqual([true, true, true]);
    scene.server.expectDone();
  });
});
