// A model server with habits: which key and models it knows, and what it can do. It answers what
// the doctor asks and nothing cleverer.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';

export interface Habits {
  models: string[];
  /** Whether `GET /models` tells of them. */
  lists: boolean;
  /** None is wanted when null. */
  key: string | null;
  tools: 'called' | 'refused' | 'dropped';
  schema: 'heeded' | 'refused' | 'ignored';
  streaming: boolean;
  /** As the list of models tells it. */
  contextTokens: number | null;
}

export interface FakeEndpoint extends AsyncDisposable {
  /** The base URL, ending in `/v1`. */
  url: string;
  habits: Habits;
}

const Asked = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  messages: z.array(z.looseObject({ content: z.string() })),
  tools: z.array(z.unknown()).nullish(),
  response_format: z.unknown().optional(),
});
type Asked = z.infer<typeof Asked>;

type Reply = { status: number; body: unknown };

export async function startFakeEndpoint(habits: Partial<Habits> = {}): Promise<FakeEndpoint> {
  const endpoint: FakeEndpoint = {
    url: '',
    habits: {
      models: ['small-1', 'middle-1', 'large-1'],
      lists: true,
      key: null,
      tools: 'called',
      schema: 'heeded',
      streaming: true,
      contextTokens: null,
      ...habits,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    void answer(endpoint.habits, request).then(
      ({ status, body }) => {
        const isStream = typeof body === 'string';
        response.writeHead(status, {
          'content-type': isStream ? 'text/event-stream' : 'application/json',
        });
        response.end(isStream ? body : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  endpoint.url = `http://127.0.0.1:${port}/v1`;
  return endpoint;
}

async function answer(habits: Habits, request: IncomingMessage): Promise<Reply> {
  const body = await text(request);
  const { key, models, contextTokens } = habits;
  const isApi = request.url?.startsWith('/v1/') === true;
  if (key !== null && isApi && request.headers.authorization !== `Bearer ${key}`) {
    return refusal(401, `Incorrect API key provided: ${request.headers.authorization ?? ''}`);
  }
  if (request.url === '/v1/models' && habits.lists) {
    const told = contextTokens === null ? {} : { max_model_len: contextTokens };
    return { status: 200, body: { data: models.map((id) => ({ id, ...told })) } };
  }
  if (request.url === '/v1/embeddings') {
    return { status: 200, body: { data: [{ embedding: [0.1, 0.2, 0.3, 0.4] }] } };
  }
  if (request.url !== '/v1/chat/completions') return refusal(404, 'Not Found');
  const asked = parseJson(Asked, body);
  return asked.ok ? answerChat(habits, asked.value) : refusal(400, asked.reason);
}

function answerChat(habits: Habits, asked: Asked): Reply {
  if (!habits.models.includes(asked.model)) {
    return refusal(404, `The model ${asked.model} does not exist`);
  }
  if (asked.stream === true && !habits.streaming) {
    return refusal(400, 'stream is not supported');
  }
  if (asked.response_format !== undefined && habits.schema === 'refused') {
    return refusal(400, 'response_format is not supported');
  }
  const wantsTools = (asked.tools ?? []).length > 0;
  if (wantsTools && habits.tools === 'refused') return refusal(400, 'unknown field: tools');
  const prompt = asked.messages.map(({ content }) => content).join('\n');
  if (wantsTools && habits.tools === 'called') return said(asked, { isCall: true });
  if (prompt.includes('# Commands')) return said(asked, { content: '/report word:"ready"' });
  const isJson = asked.response_format !== undefined && habits.schema === 'heeded';
  return said(asked, { content: isJson ? '{"greeting":"Hello."}' : 'Hello.' });
}

const call = {
  index: 0,
  id: 'call_1',
  type: 'function',
  function: { name: 'report', arguments: '{"word":"ready"}' },
};

function said(asked: Asked, { content, isCall }: { content?: string; isCall?: boolean }): Reply {
  const message = {
    role: 'assistant',
    content: content ?? null,
    ...(isCall === true ? { tool_calls: [call] } : {}),
  };
  const finish = isCall === true ? 'tool_calls' : 'stop';
  const shared = { id: 'c', created: 0, model: asked.model };
  if (asked.stream !== true) {
    const choices = [{ index: 0, message, finish_reason: finish }];
    return { status: 200, body: { ...shared, object: 'chat.completion', choices } };
  }
  const chunks = [
    { delta: message, finish_reason: null },
    { delta: {}, finish_reason: finish },
  ].map((choice) => ({
    ...shared,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, ...choice }],
  }));
  const events = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'];
  return { status: 200, body: events.map((event) => `data: ${event}\n\n`).join('') };
}

function refusal(status: number, message: string): Reply {
  return { status, body: { error: { message } } };
}
