// The fetch given to the openai client. It changes one thing: error bodies. The client reads only
// `{"error": …}`, but several servers answer `{"detail": …}`, `{"message": …}` or plain text, and
// their words are what tells a prompt that is too long from any other bad request.
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';

const ErrorBody = z.looseObject({
  error: z.unknown().optional(),
  message: z.string().nullish(),
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
});

const wordsMax = 2_000;

/** `fetch` whose error bodies all have the one shape that the client understands. */
export async function modelFetch(
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  const text = await response.text();
  const body = parseJson(ErrorBody, text);
  if (body.ok && isObject(body.value.error)) return copyOf(response, text);
  const error = body.ok
    ? { message: wordsOf(body.value, text), type: body.value.type, code: body.value.code }
    : { message: text.slice(0, wordsMax) };
  return copyOf(response, JSON.stringify({ error }));
}

function wordsOf(body: z.infer<typeof ErrorBody>, text: string): string {
  if (typeof body.error === 'string') return body.error;
  return (body.message ?? text).slice(0, wordsMax);
}

/** The body is decoded by now, so the headers that spoke of its encoding would lie. */
function copyOf(response: Response, body: string): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  headers.set('content-type', 'application/json');
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
