// Servers that refuse one feature: it is found out once, and every later question does without.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import type { ScriptedRequest } from '../support/scripted-model.ts';
import { errorOf, request, startScene } from './arrange.ts';

const tool = {
  name: 'look',
  description: 'Looks.',
  parameters: toJsonSchema(z.strictObject({ at: z.string() })),
};
const answerSchema = { name: 'plan', schema: tool.parameters };

type Body = ScriptedRequest['body'];

/** The server's words, and whether a body still holds what it refused. */
const refusals: [string, (body: Body) => boolean][] = [
  ['Unknown parameter: metadata', (body) => body.metadata !== undefined],
  ['Unsupported parameter: stream_options', (body) => body.stream_options !== undefined],
  ['tool_choice is not supported', (body) => body.tool_choice !== undefined],
  [
    "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
    (body) => body.max_tokens !== undefined,
  ],
  ['response_format is not supported by this model', (body) => body.response_format !== undefined],
  [
    "Invalid schema for function 'look'",
    (body) => body.tools?.some((each) => each.function.strict === true) === true,
  ],
  [
    "Function tools with reasoning_effort are not supported, set it to 'none'",
    (body) => body.reasoning_effort !== 'none',
  ],
  ['stream is not supported', (body) => body.stream === true],
];

test.each(refusals)('“%s” is heeded once and for good', async (message, holds) => {
  await using scene = await startScene({
    steps: [
      {
        times: 3,
        respond: ({ body }) =>
          holds(body) ? { fault: 'bad-request', message } : { reply: { text: 'Fine' } },
      },
    ],
  });
  const shown: string[] = [];
  const asked = request({
    tools: [tool],
    toolChoice: 'auto',
    answerSchema,
    onText: (delta) => shown.push(delta),
  });
  expect((await scene.model.ask(asked)).text).toBe('Fine');
  expect((await scene.model.ask(asked)).text).toBe('Fine');
  expect(shown).toEqual(['Fine', 'Fine']);
  expect(scene.server.requests.map(({ body }) => holds(body))).toEqual([true, false, false]);
  scene.server.expectDone();
});

test('a server without json_schema is told the schema in words', async () => {
  await using scene = await startScene({
    steps: [
      { fault: 'bad-request', message: 'json_schema is not supported' },
      { reply: { text: '{"at":"home"}' } },
    ],
  });
  await scene.model.ask(request({ answerSchema }));
  const last = scene.server.requests[1]?.body.messages.at(-1);
  expect(last?.role).toBe('user');
  expect(last?.content).toContain(JSON.stringify(tool.parameters));
});

test('a server that knows no max_tokens is given max_completion_tokens', async () => {
  await using scene = await startScene({
    steps: [
      { fault: 'bad-request', message: "Unsupported parameter: 'max_tokens'" },
      { reply: { text: 'Fine' } },
    ],
  });
  await scene.model.ask(request());
  expect(scene.server.requests[1]?.body.max_completion_tokens).toBe(500);
});

test('a refusal that names no feature in use is an error at once', async () => {
  await using scene = await startScene({
    steps: [{ fault: 'bad-request', message: 'tool_choice is not supported' }],
  });
  expect((await errorOf(scene.model.ask(request()))).code).toBe('request-rejected');
  scene.server.expectDone();
});
