// What models write around their answers: their thoughts in tags, and fences and prose around JSON.
// The invariant: text without any of that comes out as it went in. The surprise: some chat
// templates open the thought themselves, so a server's text may hold nothing but its end.
import { z } from 'zod';
import type { JsonSchema, ModelRequest } from '../domain/model-port.ts';
import { parseJson } from '../lib/json.ts';

const thoughtStart = /^<(think|thinking)>/i;
const thoughtEnd = /<\/(?:think|thinking)>/i;
const startTags = ['<think>', '<thinking>'];
const tagCharsMax = '</thinking>'.length;

/** The text without the thoughts it begins with; a thought that never ends is all there is. */
export function withoutThoughts(text: string): string {
  let rest = text;
  while (thoughtStart.test(rest.trimStart())) {
    const end = thoughtEnd.exec(rest);
    if (end === null) return '';
    rest = rest.slice(end.index + end[0].length).trimStart();
  }
  if (!thoughtEnd.test(rest)) return rest;
  // An end on a line of its own and no start before it: the template had opened the thought.
  const unopened = /^(?![{[])(?:(?!<think)[^])*?(?:^|\n)<\/think(?:ing)?>\s*/i.exec(rest);
  return unopened === null ? rest : rest.slice(unopened[0].length);
}

/** Passes on to `onText` what `withoutThoughts` would leave, piece by piece. */
export function createThoughtFilter({ onText }: Pick<ModelRequest, 'onText'>): {
  add(delta: string): void;
  end(): void;
} {
  let state: 'start' | 'thought' | 'speech' = 'start';
  let held = '';
  let hadThought = false;
  const add = (delta: string) => {
    if (state === 'speech') return onText?.(delta);
    held += delta;
    if (state === 'thought') {
      const end = thoughtEnd.exec(held);
      // All that matters of a thought is its end, which may come in two pieces.
      held = end === null ? held.slice(-tagCharsMax) : held.slice(end.index + end[0].length);
      if (end === null) return;
      state = 'start';
      hadThought = true;
    }
    const begun = held.trimStart().toLowerCase();
    const tag = startTags.find((each) => begun.startsWith(each));
    if (tag !== undefined) {
      held = held.trimStart().slice(tag.length);
      state = 'thought';
      return add('');
    }
    if (begun !== '' && !startTags.some((each) => each.startsWith(begun))) end();
  };
  const end = () => {
    const rest = hadThought ? held.trimStart() : held;
    held = '';
    if (state !== 'start' || rest === '') return;
    state = 'speech';
    onText?.(rest);
  };
  return { add, end };
}

/** The JSON in `text`: all of it, or the first object in it (else list); `null` without any. */
export function jsonIn(text: string): string | null {
  if (isJson(text)) return text;
  return firstJson(text, '{') ?? firstJson(text, '[');
}

/** Brackets in prose that are tried before giving up. */
const startsMax = 20;

function firstJson(text: string, bracket: '{' | '['): string | null {
  let at = text.indexOf(bracket);
  for (let tries = 0; at !== -1 && tries < startsMax; tries += 1) {
    const end = closingEnd(text, at);
    if (end === null) return null;
    const candidate = text.slice(at, end);
    if (isJson(candidate)) return candidate;
    // Meant as JSON and broken: a part of it would pass for the whole.
    if (/^[{[]\s*["{[]/.test(candidate)) return null;
    at = text.indexOf(bracket, end);
  }
  return null;
}

/** The end of the bracket that opens at `start`; brackets in quotes do not count. */
function closingEnd(text: string, start: number): number | null {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted) {
      if (char === '\\') at += 1;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** Whether `text` is JSON with the fields that `schema` asks for, whatever is in them. */
export function fitsRoughly(schema: JsonSchema, text: string): boolean {
  const names = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  if (schema['type'] !== 'object') return isJson(text);
  const parsed = parseJson(z.record(z.string(), z.unknown()), text);
  return parsed.ok && names.every((name) => Object.hasOwn(parsed.value, name));
}

function isJson(text: string): boolean {
  return parseJson(z.unknown(), text).ok;
}
