import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import { request, startScene } from './arrange.ts';

const SearchInput = z.strictObject({ query: z.string(), year: z.int().optional() });
const search = {
  name: 'search',
  description: 'Finds pages.',
  parameters: toJsonSchema(SearchInput),
};

describe('what the server is asked', () => {
  test('a request names its agent, turn and step, the model and its key', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Hi' } }] });
    await scene.model.ask(request());
    const [sent] = scene.server.requests;
    expect(sent?.body.metadata).toEqual({ agent: 'ada', turn: 't1', step: 's1' });
    expect(sent?.body.user).toBe('ada.t1');
    expect(sent?.body.model).toBe('test-model');
    expect(sent?.body.max_tokens).toBe(500);
    expect(sent?.headers.authorization).toBe('Bearer sk-test');
    expect(sent?.body.stream).toBeUndefined();
    scene.server.expectDone();
  });

  test('an endpoint without a key gets no authorization at all', async () => {
    await using scene = await startScene({
      steps: [{ reply: { text: 'Hi' } }],
      endpoint: { apiKey: null },
    });
    await scene.model.ask(request());
    expect(scene.server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('a whole conversation with tool calls goes out in the protocol’s form', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Done' } }] });
    await scene.model.ask(
      request({
        messages: [
          { role: 'system', text: 'You are Ada.' },
          { role: 'user', text: 'Find it. \ud800' },
          {
            role: 'assistant',
            text: '',
            toolCalls: [
              { id: 'a', name: 'search', argumentsText: '{"query":"x"}' },
              { id: 'b', name: 'search', argumentsText: 'no json' },
            ],
          },
          { role: 'tool', callId: 'a', name: 'search', text: 'nothing' },
          { role: 'tool', callId: 'b', name: 'search', text: 'those were no arguments' },
        ],
        tools: [search],
        toolChoice: 'required',
      }),
    );
    const body = scene.server.requests[0]?.body;
    expect(body?.messages).toEqual([
      { role: 'system', content: 'You are Ada.' },
      { role: 'user', content: 'Find it. \ufffd' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'search', arguments: '{"query":"x"}' } },
          { id: 'b', type: 'function', function: { name: 'search', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'nothing' },
      { role: 'tool', tool_call_id: 'b', content: 'those were no arguments' },
    ]);
    expect(body?.tool_choice).toBe('required');
    expect(body?.tools).toEqual([{ type: 'function', function: { ...search, strict: true } }]);
  });

  test('a tool whose schema strict mode would refuse is offered without it', async () => {
    await using scene = await startScene({ steps: [{ reply: { text: 'Done' } }] });
    const parameters = { type: 'object', properties: { any: {} } };
    await scene.model.ask(request({ tools: [{ ...search, parameters }] }));
    expect(scene.server.requests[0]?.body.tools?.[0]?.function.strict).toBeUndefined();
  });
});
