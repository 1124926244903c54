// The only JSON.parse. Everything that comes from outside goes through a schema here, so that a
// value's type is a fact. Also the one canonical form that hashes are taken over.
import { createHash } from 'node:crypto';
import type { z } from 'zod';

export type Parsed<T> = { ok: true; value: T } | { ok: false; reason: string };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Parses `text` as JSON and checks it; the reason names the path that does not fit. */
export function parseJson<S extends z.ZodType>(schema: S, text: string): Parsed<z.infer<S>> {
  if (isNestedTooDeep(text)) return { ok: false, reason: 'not JSON: it is nested too deeply' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${error instanceof Error ? error.message : 'unknown'}` };
  }
  return parseValue(schema, value);
}

/** Deeper than anybody means, and far less than what walking over a value can bear. */
const depthMax = 200;

/** Whether brackets outside of quotes nest deeper than that. */
function isNestedTooDeep(text: string): boolean {
  if (text.length <= depthMax) return false;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === backslash) at += 1;
      else if (code === quote) isQuoted = false;
    } else if (code === quote) isQuoted = true;
    else if (code === openBracket || code === openBrace) depth += 1;
    else if (code === closeBracket || code === closeBrace) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [
  34, 92, 91, 93, 123, 125,
];

/** Checks a value that is already structured. */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown): Parsed<z.infer<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const reason = result.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'value'}: ${wordsFor(issue)}`)
    .join('; ');
  return { ok: false, reason };
}

/** The library's own words speak of types; lengths are what people and models run into. */
function wordsFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && isCounted(issue.origin)) {
    const unit = issue.origin === 'string' ? 'characters' : 'items';
    return issue.minimum === 1 ? 'must not be empty' : `must have ${issue.minimum} ${unit} or more`;
  }
  if (issue.code === 'too_big' && isCounted(issue.origin)) {
    const unit = issue.origin === 'string' ? 'characters' : 'items';
    return `must have at most ${issue.maximum} ${unit}`;
  }
  return issue.message;
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

/** JSON with sorted keys, so that equal values have equal text whatever order they came in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Postgres refuses U+0000 and lone surrogates in text and jsonb. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** The same value with every text in it storable; cutting a text anywhere may have split a pair. */
export function storable<T>(value: T): T {
  // What is mapped has the shape of what came in, which the type of a deep map cannot say.
  return deepStorable(value) as T;
}

function deepStorable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(deepStorable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deepStorable(one)]));
}
