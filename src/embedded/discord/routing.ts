// How a REST route is written here: method, path, who may call it, and a function from a call to an
// answer. Mounting adds what all routes share: the caller from the token, multipart bodies, and
// refusals in Discord's shape. Invariant: no handler runs before its caller is known.
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
} from 'fastify';
import { z } from 'zod';
import { messageOf } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { discordLimits } from './limits.ts';
import type { User } from './records.ts';
import { Refusal, refusal } from './refusal.ts';
import type { World } from './world.ts';

/** `public` routes carry their right in the path (an interaction token, a signed link). */
export type Audience = 'anyone' | 'bot' | 'person' | 'public';

export interface Upload {
  /** The `n` of `files[n]`. */
  index: string;
  filename: string;
  contentType: string;
  data: Uint8Array;
}

export interface Call {
  /** The caller; on a public route the bot, since only it holds interaction tokens. */
  user: User;
  /** A named part of the path. @throws Refusal 404 when this path has no such part. */
  param(name: string): string;
  has(name: string): boolean;
  query: Record<string, string>;
  body: unknown;
  files: Upload[];
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (world: World, call: Call) => Answer | Promise<Answer>;

export interface Route {
  method: HTTPMethods;
  path: string;
  audience: Audience;
  handle: Handler;
}

/** @param line method and path, such as `GET /channels/:channel`. */
export function route(audience: Audience, line: RouteLine, handle: Handler): Route {
  const [method = '', path = ''] = line.split(' ');
  return { method, path, audience, handle };
}

type RouteLine = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const nothing: Answer = { status: 204 };

const Strings = z.record(z.string(), z.string());

/** Mounts routes on `app`, each path below `prefix`. */
export function mountRoutes(
  app: FastifyInstance,
  { world, prefix, routes }: { world: () => World; prefix: string; routes: Route[] },
): void {
  for (const { method, path, audience, handle } of routes) {
    app.route({
      method,
      url: `${prefix}${path}`,
      handler: async (request, reply) => {
        const call = await callOf(world(), audience, request);
        return sendAnswer(reply, await handle(world(), call));
      },
    });
  }
}

/** Body parsers and the one place where a refusal becomes a reply. */
export function prepareRouting(app: FastifyInstance, log: World['log']): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    const parsed = parseJson(z.unknown(), body.toString());
    return parsed.ok ? done(null, parsed.value) : done(refusal('notJson'));
  });
  app.addContentTypeParser(/^multipart\/form-data/, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, refusal('notFound')));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof Refusal) return sendRefusal(reply, error);
    if (error.statusCode === 413) return sendRefusal(reply, refusal('tooLarge'));
    if (error.statusCode === 415) return sendRefusal(reply, refusal('notJson'));
    log.error({ err: error, route: request.routeOptions.url }, 'local Discord: request failed');
    const isFull = error.code === 'ENOSPC';
    const what = isFull ? 'the disk is full; nothing was written' : messageOf(error);
    const body = { code: 0, message: `500: ${what}` };
    return reply.code(500).send(body);
  });
}

async function callOf(world: World, audience: Audience, request: FastifyRequest): Promise<Call> {
  const user = callerOf(world, audience, request.headers.authorization);
  const params = Strings.parse(request.params);
  const { body, files } = await bodyOf(request);
  return {
    user,
    param(name) {
      const value = params[name];
      if (value === undefined) throw refusal('notFound');
      return value;
    },
    has: (name) => params[name] !== undefined,
    query: singleValues(request.query),
    body,
    files,
  };
}

/** @throws Refusal 401, or 20001/20002 when a person or bot has no business here. */
function callerOf(world: World, audience: Audience, authorization: string | undefined): User {
  const isBot = authorization?.startsWith('Bot ') ?? false;
  const token = isBot ? authorization?.slice(4) : authorization;
  const user = [...world.tables.user.values()].find((one) => one.token === token);
  if (audience === 'public') {
    const bot = world.tables.user.get(world.settings.botId);
    if (bot) return bot;
  }
  if (!user || user.bot !== isBot) throw refusal('unauthorized');
  if (audience === 'bot' && !isBot) throw refusal('onlyForBots');
  if (audience === 'person' && isBot) throw refusal('notForBots');
  return user;
}

async function bodyOf(request: FastifyRequest): Promise<{ body: unknown; files: Upload[] }> {
  if (!Buffer.isBuffer(request.body)) return { body: request.body, files: [] };
  const form = await readForm(request.body, request.headers['content-type'] ?? '');
  const files: Upload[] = [];
  let body: unknown = {};
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      if (name === 'payload_json') body = parsedPayload(value);
      continue;
    }
    if (value.size > discordLimits.fileBytes) throw refusal('tooLarge');
    files.push({
      index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? name,
      filename: value.name,
      contentType: value.type,
      data: await value.bytes(),
    });
  }
  return { body, files };
}

async function readForm(data: Buffer, contentType: string): Promise<FormData> {
  try {
    const headers = { 'content-type': contentType };
    // oxlint-disable-next-line typescript/no-deprecated -- bodies are bounded and already in memory
    return await new Response(new Uint8Array(data), { headers }).formData();
  } catch {
    throw refusal('notJson');
  }
}

function parsedPayload(value: string): unknown {
  const parsed = parseJson(z.unknown(), value);
  if (!parsed.ok) throw refusal('notJson');
  return parsed.value;
}

/** A repeated query parameter counts once, its first value. */
function singleValues(query: unknown): Record<string, string> {
  const raw = z.record(z.string(), z.union([z.string(), z.array(z.string())])).parse(query ?? {});
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, [value].flat()[0] ?? '']),
  );
}

function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

function sendRefusal(reply: FastifyReply, { status, body, headers }: Refusal): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
