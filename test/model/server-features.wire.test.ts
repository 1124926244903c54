// Servers that refuse one feature: it is found out once, and every later question does without.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import type { ScriptedRequest } from '../support/scripted-model.ts';
import { errorOf, request, startScene, stillClock } from './arrange.ts';

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
  ["Unsupported parameter: 'user'", (body) => body.user !== undefined],
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

test('a feature that was refused is tried again after an hour, by one request', async () => {
  const clock = stillClock();
  const holds = ({ body }: ScriptedRequest) => body.response_format !== undefined;
  let isMended = false;
  await using scene = await startScene({
    clock,
    steps: [
      {
        times: 'any',
        respond: (asked) =>
          holds(asked) && !isMended
            ? { fault: 'bad-request', message: 'response_format is not supported' }
            : { reply: { text: '{"at":"home"}' } },
      },
    ],
  });
  const ask = () => scene.model.ask(request({ answerSchema }));
  await ask();
  clock.advance(3_599_000);
  await ask();
  clock.advance(1_000);
  await ask();
  expect(scene.server.requests.map(holds)).toEqual([true, false, false, true, false]);
  isMended = true;
  clock.advance(3_600_000);
  await ask();
  await ask();
  expect(scene.server.requests.slice(5).map(holds)).toEqual([true, true]);
});

test('finding out what a server takes is one attempt and no failure of the server', async () => {
  const refusalOf = (message: string) => ({ fault: 'bad-request', message }) as const;
  await using scene = await startScene({
    limits: { attemptsMax: 1 },
    steps: [
      refusalOf('Unknown parameter: metadata'),
      refusalOf('max_tokens is not supported'),
      refusalOf("'minLength' is not permitted"),
      { reply: { text: 'Fine' } },
      { fault: 'server-error' },
    ],
  });
  const short = toJsonSchema(z.strictObject({ at: z.string().min(1) }));
  const asked = request({ tools: [{ ...tool, parameters: short }] });
  expect(await scene.model.ask(asked)).toMatchObject({ text: 'Fine', attempts: 1 });
  expect(JSON.stringify(scene.server.requests.map(({ body }) => body.tools?.[0]))).toMatch(
    /(minLength.*){3}strict/,
  );
  expect(JSON.stringify(scene.server.requests[3]?.body.tools)).not.toContain('minLength');
  // The endpoint's circuit knows of one failure: this one.
  expect((await errorOf(scene.model.ask(asked))).code).toBe('unreachable');
  scene.server.expectDone();
});

test('a refusal that names no feature in use is an error at once', async () => {
  await using scene = await startScene({
    steps: [{ fault: 'bad-request', message: 'tool_choice is not supported' }],
  });
  expect((await errorOf(scene.model.ask(request()))).code).toBe('request-rejected');
  scene.server.expectDone();
});

describe.each(['chat', 'responses'] as const)('a server (%s)', (api) => {
  const saysSchema = ({ body }: ScriptedRequest) =>
    body.messages.at(-1)?.content?.includes('It must fit this JSON Schema') === true;
  const hasSchema = ({ body }: ScriptedRequest) => body.response_format !== undefined;
  const fine = { reply: { text: '{"at":"home"}' } };

  test.each([
    ['prose', 'I would rather look at home.'],
    ['JSON of another shape', '{"place":"home"}'],
  ])('that answers a schema with %s is told the schema as well from then on', async (_, text) => {
    await using scene = await startScene({ steps: [{ reply: { text } }, fine], endpoint: { api } });
    const asked = request({ answerSchema });
    // It comes back as it is: whoever asked says what is wrong with it.
    expect((await scene.model.ask(asked)).text).toBe(text);
    expect((await scene.model.ask(asked)).text).toBe('{"at":"home"}');
    expect(scene.server.requests.map(saysSchema)).toEqual([false, true]);
    expect(scene.server.requests.map(hasSchema)).toEqual([true, true]);
  });

  test('that was cut off in its JSON is not thought to ignore the schema', async () => {
    const cut = { reply: { text: '{"at":', finish: 'length' } };
    await using scene = await startScene({ steps: [cut, fine], endpoint: { api } });
    const asked = request({ answerSchema });
    await scene.model.ask(asked);
    await scene.model.ask(asked);
    expect(scene.server.requests.map(saysSchema)).toEqual([false, false]);
  });

  test('that refuses a schema without a word is asked without one, once it is sure', async () => {
    await using scene = await startScene({
      steps: [
        {
          times: 'any',
          respond: (asked) => (hasSchema(asked) ? { fault: 'bad-request' } : fine),
        },
      ],
      endpoint: { api },
    });
    const asked = request({ answerSchema });
    expect((await scene.model.ask(asked)).text).toBe('{"at":"home"}');
    expect((await scene.model.ask(asked)).text).toBe('{"at":"home"}');
    expect(scene.server.requests.map(hasSchema)).toEqual([true, false, false]);
    expect(scene.server.requests.map(saysSchema)).toEqual([false, true, true]);
  });

  test('that refuses who asked without a word is not told from then on', async () => {
    const respond = ({ body }: ScriptedRequest) =>
      body.metadata === undefined && body.user === undefined
        ? fine
        : ({ fault: 'bad-request' } as const);
    await using scene = await startScene({ steps: [{ times: 4, respond }], endpoint: { api } });
    const asked = request({ answerSchema });
    await scene.model.ask(asked);
    expect((await scene.model.ask(asked)).text).toBe('{"at":"home"}');
    scene.server.expectDone();
  });

  test('that has taken a schema before is not suspected when it refuses a request', async () => {
    await using scene = await startScene({
      steps: [fine, { fault: 'bad-request' }, fine],
      endpoint: { api },
    });
    const asked = request({ answerSchema });
    await scene.model.ask(asked);
    expect((await errorOf(scene.model.ask(asked))).code).toBe('request-rejected');
    await scene.model.ask(asked);
    expect(scene.server.requests.map(hasSchema)).toEqual([true, true, true]);
  });

  test.each([
    ['in a fence', '```json\n{"at":"home"}\n```'],
    ['after its thoughts', '<think>\nWhere {else}?\n</think>\n{"at":"home"}'],
    ['among prose', 'Here you are: {"at":"home"}. Anything else?'],
  ])('may answer JSON %s', async (_where, text) => {
    await using scene = await startScene({ steps: [{ reply: { text } }], endpoint: { api } });
    expect((await scene.model.ask(request({ answerSchema }))).text).toBe('{"at":"home"}');
  });

  test('that only thinks has answered nothing', async () => {
    const thinking = { reply: { text: '<think>Hm.</think>' }, times: 2 };
    await using scene = await startScene({ steps: [thinking], endpoint: { api } });
    expect((await errorOf(scene.model.ask(request()))).code).toBe('empty-answer');
  });

  test('shows its words and not its thoughts to whoever watches', async () => {
    const text = '<think>Hm, what now?</think>\nHello there, all of you.';
    await using scene = await startScene({ steps: [{ reply: { text } }], endpoint: { api } });
    let shown = '';
    const answer = await scene.model.ask(request({ onText: (delta) => (shown += delta) }));
    expect([answer.text, shown]).toEqual([shown, 'Hello there, all of you.']);
  });
});
