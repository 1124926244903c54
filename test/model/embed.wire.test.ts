// The embedder against a server on a socket that speaks as OpenAI's does, or does not.
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseValue } from '../../src/lib/json.ts';
import { createEmbedder } from '../../src/model/embed.ts';

const Asked = z.object({
  model: z.string(),
  input: z.array(z.string()),
  encoding_format: z.string(),
});
type Asked = z.infer<typeof Asked>;

interface Reply {
  status?: number;
  body: unknown;
}

async function serve(answer: (asked: Asked) => Reply) {
  const app = Fastify();
  const keys: (string | undefined)[] = [];
  app.post('/v1/embeddings', async (request, reply) => {
    const asked = parseValue(Asked, request.body);
    if (!asked.ok) return reply.code(400).send({ error: { message: asked.reason } });
    keys.push(request.headers.authorization);
    const { status = 200, body } = answer(asked.value);
    return reply.code(status).send(body);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { baseUrl: `${url}/v1`, keys, [Symbol.asyncDispose]: () => app.close() };
}

/** As long as the text in its first place; the last text first. */
function vectors({ input }: Asked): Reply {
  const data = input.map((text, index) => ({ index, embedding: [text.length, 1] }));
  return { body: { data: data.toReversed(), usage: { prompt_tokens: 7, total_tokens: 7 } } };
}

test('texts get their vectors, in their order, and tokens are told', async () => {
  await using server = await serve(vectors);
  const tokens: number[] = [];
  const embedder = createEmbedder({
    baseUrl: server.baseUrl,
    apiKey: 'a-key',
    model: 'small',
    onUsage: (many) => tokens.push(many),
  });
  expect(await embedder.embed(['one', 'three'])).toEqual([
    [3, 1],
    [5, 1],
  ]);
  expect(await embedder.embed([])).toEqual([]);
  expect(tokens).toEqual([7]);
  expect(server.keys).toEqual(['Bearer a-key']);
  expect(embedder).toMatchObject({ ranks: true, id: expect.stringMatching(/\.small$/) as string });
});

test('an endpoint without a key is sent none', async () => {
  await using server = await serve(vectors);
  const embedder = createEmbedder({ baseUrl: server.baseUrl, apiKey: null, model: 'small' });
  await embedder.embed(['one']);
  expect(server.keys).toEqual([undefined]);
});

test.each<[string, (asked: Asked) => Reply]>([
  ['a vector is missing', () => ({ body: { data: [{ index: 0, embedding: [1, 2] }] } })],
  [
    'vectors differ in length',
    () => ({
      body: {
        data: [
          { index: 0, embedding: [1, 2] },
          { index: 1, embedding: [1] },
        ],
      },
    }),
  ],
  ['the server refuses', () => ({ status: 404, body: { detail: 'no such model' } })],
  ['the server says something else', () => ({ body: { embeddings: [] } })],
])('when %s there are no vectors, and it may be tried again', async (_name, answer) => {
  await using server = await serve(answer);
  const embedder = createEmbedder({ baseUrl: server.baseUrl, apiKey: null, model: 'small' });
  const refused = embedder.embed(['one', 'two']);
  await expect(refused).rejects.toMatchObject({ code: 'embeddings', retry: 'later' });
});
