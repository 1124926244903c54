import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ModelAnswer, type ModelMessage } from '../../src/domain/model-port.ts';
import { parseJson } from '../../src/lib/json.ts';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import { ResponsesBody } from '../support/responses-protocol.ts';
import type { ScriptedStep } from '../support/scripted-model.ts';
import { errorOf, request, startScene } from './arrange.ts';

const SearchInput = z.strictObject({ query: z.string() });
const search = {
  name: 'search',
  description: 'Finds pages.',
  parameters: toJsonSchema(SearchInput),
};

const start = (steps: readonly ScriptedStep[]) =>
  startScene({ steps, endpoint: { api: 'responses' } });

describe('what the server is asked', () => {
  test('is to store nothing and to hand out its reasoning encrypted', async () => {
    await using scene = await start([{ reply: { text: 'Hi' } }]);
    await scene.model.ask(request());
    expect(scene.server.requests[0]?.sent).toEqual({
      model: 'test-model',
      input: [{ role: 'user', content: 'Hello' }],
      store: false,
      include: ['reasoning.encrypted_content'],
      user: 'ada.t1',
      metadata: { agent: 'ada', turn: 't1', step: 's1' },
      max_output_tokens: 500,
    });
    expect(scene.server.requests[0]?.headers.authorization).toBe('Bearer sk-test');
  });

  test('is a whole conversation with tool calls, in the protocol’s form', async () => {
    await using scene = await start([{ reply: { text: 'Done' } }]);
    await scene.model.ask(
      request({
        messages: [
          { role: 'system', text: 'You are Ada.' },
          { role: 'user', text: 'Find it. \ud800' },
          {
            role: 'assistant',
            text: 'Let me look.',
            toolCalls: [{ id: 'a', name: 'search', argumentsText: 'no json' }],
          },
          { role: 'tool', callId: 'a', name: 'search', text: 'those were no arguments' },
        ],
        tools: [search, { ...search, name: 'open', parameters: { type: 'object' } }],
        toolChoice: 'required',
        answerSchema: { name: 'found', schema: search.parameters },
      }),
    );
    expect(scene.server.requests[0]?.sent).toMatchObject({
      input: [
        { role: 'system', content: 'You are Ada.' },
        { role: 'user', content: 'Find it. \ufffd' },
        { role: 'assistant', content: 'Let me look.' },
        { type: 'function_call', call_id: 'a', name: 'search', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: 'those were no arguments' },
      ],
      tools: [
        { type: 'function', ...search, strict: true },
        { type: 'function', name: 'open', strict: false },
      ],
      tool_choice: 'required',
      text: {
        format: { type: 'json_schema', name: 'found', strict: true, schema: search.parameters },
      },
    });
  });

  test('is nothing encrypted once the model has refused that', async () => {
    const refusal = 'Encrypted content is not supported with this model.';
    await using scene = await start([
      { fault: 'bad-request', message: refusal },
      { times: 2, reply: { text: 'Hi' } },
    ]);
    await scene.model.ask(request());
    await scene.model.ask(request());
    const included = scene.server.requests.map(({ sent }) => ResponsesBody.parse(sent).include);
    expect(included).toEqual([['reasoning.encrypted_content'], undefined, undefined]);
  });
});

describe.each([
  ['in one piece', {}],
  ['as a stream', { onText: () => undefined }],
])('reasoning that came %s', (_how, watch) => {
  const thought = {
    reasoning: 'gAAAA-sealed',
    text: 'Let me look.',
    toolCalls: [{ id: 'call_a', name: 'search', arguments: { query: 'bridge' } }],
  };
  const asked = request({ tools: [search], ...watch });

  /** The conversation after the answer, as it comes back from the journal. */
  function after(answer: ModelAnswer): ModelMessage[] {
    const journaled = parseJson(ModelAnswer, JSON.stringify(answer));
    if (!journaled.ok) throw new Error(journaled.reason);
    const { text, toolCalls, replay } = journaled.value;
    return [
      ...asked.messages,
      { role: 'assistant', text, toolCalls, ...(replay === undefined ? {} : { replay }) },
      { role: 'tool', callId: 'call_a', name: 'search', text: 'found' },
    ];
  }

  test('goes back as it was, with its items, after a stay in the journal', async () => {
    await using scene = await start([{ reply: thought }, { reply: { text: 'Done' } }]);
    const answer = await scene.model.ask(asked);
    await scene.model.ask({ ...asked, messages: after(answer) });
    const { input } = ResponsesBody.parse(scene.server.requests[1]?.sent);
    expect(input).toMatchObject([
      { role: 'user' },
      { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAAA-sealed' },
      { type: 'message', content: [{ type: 'output_text', text: 'Let me look.' }] },
      { type: 'function_call', call_id: 'call_a', arguments: '{"query":"bridge"}' },
      { type: 'function_call_output', call_id: 'call_a', output: 'found' },
    ]);
  });

  test('goes to nobody but the model that wrote it', async () => {
    await using scene = await start([{ reply: thought }]);
    const answer = await scene.model.ask(asked);
    for (const endpoint of [{ api: 'responses', model: 'another' }, { api: 'chat' }] as const) {
      await using other = await startScene({ steps: [{ reply: { text: 'Done' } }], endpoint });
      await other.model.ask({ ...asked, messages: after(answer) });
      const [received] = other.server.requests;
      expect(JSON.stringify(received?.sent)).not.toContain('sealed');
      expect(received?.body.messages.map(({ role }) => role)).toContain('tool');
    }
  });

  test('is left out where nothing of it came with the answer', async () => {
    await using scene = await start([{ reply: { ...thought, reasoning: '' } }]);
    expect(await scene.model.ask(asked)).not.toHaveProperty('replay');
  });
});

describe('a response that failed under HTTP 200', () => {
  const failing = (code: string) => ({
    fault: 'failed-response' as const,
    code,
    message: 'upstream failed',
    times: 'any' as const,
  });

  test.each([
    ['server_error', 'whole', 'unreachable', 6],
    ['server_error', 'stream', 'unreachable', 6],
    ['invalid_prompt', 'whole', 'content-refused', 1],
    ['bio_policy', 'stream', 'content-refused', 1],
  ] as const)('with %s (%s) is %s', async (code, how, fault, requests) => {
    await using scene = await start([failing(code)]);
    const watch = how === 'stream' ? { onText: () => undefined } : {};
    const error = await errorOf(scene.model.ask(request(watch)));
    expect(error.code).toBe(fault);
    expect(error.message).toContain('upstream failed');
    expect(scene.server.requests).toHaveLength(requests);
  });
});
