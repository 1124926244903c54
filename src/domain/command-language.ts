// The one grammar of the common language: `/name @Who key:value "quoted" flag:true list:[1,2]`.
// Humans and LLMs write it, people read it in threads. Parsing what was formatted gives it back.
//
//   line   = "/" name { space item }
//   item   = mention | key ":" value | value        a bare value goes to the first free argument
//   value  = "quoted \" text" | [json] | {json} | word
//
// A colon makes a key only where a value follows at once: `at 10:30`, `Note: this` and a web
// address are words.
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import type { Json } from '../lib/json.ts';

export interface CommandLine {
  name: string;
  /** Mentions in order, without the `@`. */
  mentions: string[];
  /** Values without a key, in order. */
  bare: string[];
  /** Values by key: strings, or JSON where the value was written as JSON. */
  named: Record<string, Json>;
  /** Everything after the name as it was written; absent where nobody wrote a line. */
  text?: string;
  /** Why no more of it could be read; a command that takes plain words needs none of it read. */
  fault?: string;
}

/** A line that is not well formed still says which command it is and what was written. */
export type ParsedLine =
  | { ok: true; line: CommandLine }
  | { ok: false; reason: string; line: CommandLine };

const commandStart = /^\/([a-z][a-z-]{0,38})(?=\s|$)/;

/** @returns null when the text is no command at all, so that it can be read as plain words. */
export function parseCommandLine(text: string): ParsedLine | null {
  const trimmed = text.trim();
  const start = commandStart.exec(trimmed);
  if (start?.[1] === undefined) return null;
  const written = trimmed.slice(start[0].length).trim();
  const line: CommandLine = { name: start[1], mentions: [], bare: [], named: {}, text: written };
  let at = start[0].length;
  while (at < trimmed.length) {
    const space = /^\s+/.exec(trimmed.slice(at));
    at += space?.[0].length ?? 0;
    if (at >= trimmed.length) break;
    const item = readItem(trimmed, at);
    if (!item.ok) return { ...item, line: { ...line, fault: item.reason } };
    at = item.end;
    if (item.key !== null) {
      if (Object.hasOwn(line.named, item.key)) {
        const fault = `"${item.key}" is given twice`;
        return { ok: false, reason: fault, line: { ...line, fault } };
      }
      line.named[item.key] = item.value;
    } else {
      const word = typeof item.value === 'string' ? item.value : JSON.stringify(item.value);
      (item.mention ? line.mentions : line.bare).push(word);
    }
  }
  return { ok: true, line };
}

type Item =
  | { ok: true; key: string | null; mention: boolean; value: Json; end: number }
  | { ok: false; reason: string };

function readItem(text: string, at: number): Item {
  const mention = /^@([\p{L}\p{N}_-]+)/u.exec(text.slice(at));
  if (mention?.[1] !== undefined) {
    return {
      ok: true,
      key: null,
      mention: true,
      value: mention[1],
      end: at + mention[0].length,
    };
  }
  const key = /^([a-zA-Z][a-zA-Z0-9-]{0,38}):(?=\S)(?!\/\/)/.exec(text.slice(at));
  const from = at + (key?.[0].length ?? 0);
  const value = readValue(text, from);
  if (!value.ok) return value;
  return { ok: true, key: key?.[1] ?? null, mention: false, value: value.value, end: value.end };
}

type Value = { ok: true; value: Json; end: number } | { ok: false; reason: string };

function readValue(text: string, at: number): Value {
  const first = text[at];
  if (first === '"') {
    const end = closingQuote(text, at);
    if (end === null) return refuse('a quotation mark is not closed');
    const parsed = parseJson(z.string(), escapeControls(text.slice(at, end)));
    return parsed.ok
      ? { ok: true, value: parsed.value, end }
      : refuse('a quoted text is malformed');
  }
  if (first === '[' || first === '{') {
    const end = closingBracket(text, at);
    const parsed = end === null ? null : parseJson(z.json(), text.slice(at, end));
    if (end === null || parsed === null || !parsed.ok) {
      return refuse('a list or object is malformed');
    }
    return { ok: true, value: parsed.value, end };
  }
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? '';
  return { ok: true, value: word, end: at + word.length };
}

/** People press Enter and Tab inside quotes; JSON wants them escaped. */
function escapeControls(quoted: string): string {
  return quoted.replaceAll(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}

function closingQuote(text: string, at: number): number | null {
  for (let i = at + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i + 1;
  }
  return null;
}

/** Brackets in brackets, at most; a plan has five. */
const nestingMax = 20;

/** The end of the JSON value that starts at `at`; quoted brackets do not count. */
function closingBracket(text: string, at: number): number | null {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') {
      const end = closingQuote(text, i);
      if (end === null) return null;
      i = end - 1;
    } else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > nestingMax) return null;
    } else if (char === ']' || char === '}') {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return null;
}

function refuse(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}

/** Writes a command so that `parseCommandLine` reads the same name and named values. */
export function formatCommandLine(name: string, named: Record<string, unknown>): string {
  const parts = Object.entries(named)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}:${formatValue(value)}`);
  return [`/${name}`, ...parts].join(' ');
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    return /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(value) ? value : JSON.stringify(value);
  }
  return JSON.stringify(value);
}

/**
 * The line as people see it in a thread: long values are shortened and lists counted, because the
 * post below the line carries their content in full.
 */
export function shortCommandLine(name: string, named: Record<string, unknown>): string {
  const shortened = Object.entries(named)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}:${shortValue(value)}`);
  return [`/${name}`, ...shortened].join(' ');
}

function shortValue(value: unknown): string {
  if (Array.isArray(value)) {
    const words = value.every((item) => typeof item === 'string' && item.length <= 24);
    if (words && value.length <= 6) return JSON.stringify(value);
    return value.length === 1 ? '[1 item]' : `[${value.length} items]`;
  }
  if (typeof value === 'object' && value !== null) return '{…}';
  const text = formatValue(value);
  if (text.length <= 100) return text;
  return `${text.slice(0, 96).trimEnd()}…${text.startsWith('"') ? '"' : ''}`;
}
