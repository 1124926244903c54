// Stands between the agency and Discord and breaks what the schedule says: refuses a request, lets
// it happen and loses the answer, lets it happen when nobody waits for it any more, or says
// nothing. Whose request it is, is told by its nonce and by how often that was posted before. The
// gateway's socket, interactions and people pass beside it.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { parseJson } from '../../src/lib/json.ts';
import type { PostFault, Schedule } from './schedule.ts';

/** One message posted once. */
export interface Posted {
  nonce: string;
  channelId: string;
  attempt: number;
  at: number;
  fault: PostFault | null;
  /** What Discord made of it, if it came to that; told or not. */
  messageId: string | null;
}

export interface DiscordProxy extends AsyncDisposable {
  /** For DISCORD_API_URL. */
  apiUrl: string;
  posted: Posted[];
  /** How often each fault was played, by kind of request: `post.late`. */
  faults: Map<string, number>;
  requests: number;
  /** Answers that Discord itself gave with 401, 403 or 429. */
  invalid: number;
}

interface Serving {
  proxy: DiscordProxy;
  schedule: Schedule;
  targetUrl: string;
  attempts: Map<string, number>;
}

export async function startDiscordProxy(
  schedule: Schedule,
  targetUrl: string,
): Promise<DiscordProxy> {
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    serve({ proxy, schedule, targetUrl, attempts }, request, response).catch(() => {
      // Discord itself is away.
      response.socket?.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // `address()` is an object for a TCP listener.
  const { port } = server.address() as AddressInfo;
  const proxy: DiscordProxy = {
    apiUrl: `http://127.0.0.1:${port}/api`,
    posted: [],
    faults: new Map(),
    requests: 0,
    invalid: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return proxy;
}

async function serve(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { proxy } = serving;
  proxy.requests += 1;
  const body = await bodyOf(request);
  const about = requestOf(request, body);
  const attempt = about.key === null ? 0 : (serving.attempts.get(about.key) ?? 0);
  if (about.key !== null) serving.attempts.set(about.key, attempt + 1);
  const fault = faultFor(serving.schedule, about, attempt);
  if (fault !== null) {
    const name = `${about.kind}.${fault}`;
    proxy.faults.set(name, (proxy.faults.get(name) ?? 0) + 1);
  }
  const record: Posted | null =
    about.kind !== 'post' || about.nonce === null
      ? null
      : { ...about, nonce: about.nonce, attempt, fault, at: systemClock.now(), messageId: null };
  if (record !== null) proxy.posted.push(record);
  const send = async () => {
    const answer = await forward(serving, request, body);
    if (record !== null) record.messageId = idIn(answer.body);
    return answer;
  };
  await play({
    fault,
    send,
    response,
    lateMs: serving.schedule.lateMs(about.nonce ?? '', attempt),
  });
}

interface Playing {
  fault: PostFault | null;
  send: () => Promise<Answered>;
  response: ServerResponse;
  lateMs: number;
}

async function play({ fault, send, response, lateMs }: Playing): Promise<void> {
  switch (fault) {
    case null:
      return answerWith(response, await send());
    case 'error-before':
      return refuse(response, 500, { message: '500: Internal Server Error', code: 0 });
    case 'error-after':
      await send();
      return refuse(response, 502, { message: 'Bad Gateway', code: 0 });
    case 'reset-before':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'reset-after':
      await send();
      response.socket?.resetAndDestroy();
      return undefined;
    case 'late':
      response.socket?.resetAndDestroy();
      await delay(lateMs);
      await send();
      return undefined;
    case 'limited':
      response.setHeader('retry-after', '0.3');
      response.setHeader('x-ratelimit-scope', 'user');
      return refuse(response, 429, {
        message: 'You are being rate limited.',
        retry_after: 0.3,
        global: false,
      });
    case 'silent':
      // Until whoever asked hangs up.
      return undefined;
  }
}

interface About {
  kind: 'post' | 'place' | 'change' | 'other';
  /** What its attempts are counted by. */
  key: string | null;
  nonce: string | null;
  channelId: string;
}

const Body = z.looseObject({ nonce: z.string().nullish(), name: z.string().nullish() });

function requestOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer): About {
  const path = url.replace(/^\/api\/v\d+/, '').replace(/\?.*$/, '');
  const other = { kind: 'other', key: null, nonce: null, channelId: '' } as const;
  if (headers.authorization?.startsWith('Bot ') !== true) return other;
  const channelId = /^\/channels\/(\d+)/.exec(path)?.[1] ?? '';
  if (method === 'POST' && /^\/channels\/\d+\/messages$/.test(path)) {
    const nonce = fieldsOf(body).nonce ?? null;
    return { kind: 'post', key: nonce, nonce, channelId };
  }
  if (method === 'POST' && /^\/(?:guilds\/\d+\/channels|channels\/\d+\/threads)$/.test(path)) {
    return { kind: 'place', key: `place ${fieldsOf(body).name ?? ''}`, nonce: null, channelId };
  }
  if ((method === 'PATCH' || method === 'PUT') && channelId !== '') {
    return { kind: 'change', key: `${method} ${path}`, nonce: null, channelId };
  }
  return other;
}

/** With files the JSON is one part of a form; its beginning is enough to find the fields. */
function fieldsOf(body: Buffer): z.infer<typeof Body> {
  const text = body.toString('utf8');
  const parsed = parseJson(Body, text);
  if (parsed.ok) return parsed.value;
  return { nonce: /"nonce":"([^"]+)"/.exec(text)?.[1] ?? null };
}

function faultFor(schedule: Schedule, about: About, attempt: number): PostFault | null {
  if (about.key === null) return null;
  if (about.kind === 'post') return schedule.onPost(about.key, attempt);
  if (about.kind === 'place') return schedule.onPlace(about.key, attempt);
  return about.kind === 'change' ? schedule.onChange(about.key, attempt) : null;
}

interface Answered {
  status: number;
  headers: Headers;
  body: Buffer;
}

async function forward(
  { proxy, targetUrl }: Serving,
  request: IncomingMessage,
  sent: Buffer,
): Promise<Answered> {
  const { method = 'GET', url = '/' } = request;
  const answer = await fetch(`${targetUrl}${url}`, {
    method,
    headers: forwarded(request),
    ...(sent.length === 0 ? {} : { body: new Uint8Array(sent) }),
  });
  if ([401, 403, 429].includes(answer.status)) proxy.invalid += 1;
  return {
    status: answer.status,
    headers: answer.headers,
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

function forwarded({ headers }: IncomingMessage): Record<string, string> {
  const kept = ['authorization', 'content-type', 'x-audit-log-reason'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function answerWith(response: ServerResponse, { status, headers, body }: Answered): void {
  for (const [name, value] of headers) {
    if (/^(?:content-type|retry-after|x-ratelimit-.*)$/.test(name)) response.setHeader(name, value);
  }
  response.writeHead(status).end(body);
}

function refuse(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function idIn(body: Buffer): string | null {
  const parsed = parseJson(z.looseObject({ id: z.string() }), body.toString('utf8'));
  return parsed.ok ? parsed.value.id : null;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // Without an encoding set, a request's stream yields buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
