// Reads single values out of an environment and collects what is wrong with them. A bad value
// yields `null` and a fault, so that reading goes on and every fault is named at once. A fault
// never quotes a value: a key pasted into the wrong variable would end up in a log.
import { isIP } from 'node:net';
import { configVariables } from './config-variables.ts';
import type { ConfigVariable, DefaultedVariableName, VariableName } from './config-variables.ts';
import { AppError } from './lib/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one variable; safe to print and to log. */
export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
  /** What a good value looks like, with an example. */
  readonly expected: string;
}

export interface ConfigReader {
  /** Every fault found so far, in the order of reading. */
  readonly faults: readonly ConfigFault[];
  /** Records a fault that only a look at several variables shows. */
  refuse(name: VariableName, problem: string): void;
  /** Refuses the missing one of two variables that only work together. */
  refuseHalf(first: VariableName, second: VariableName): void;
  /** Whether there is a value, be it a good one or not. */
  isSet(name: VariableName): boolean;
  /** Text without blanks inside. */
  word<N extends VariableName>(name: N): Read<N, string>;
  /** Words separated by commas. Never an empty list. */
  words<N extends VariableName>(name: N): Read<N, readonly string[]>;
  /** The same; `null` where an entry was left empty. */
  wordsOrNone<N extends VariableName>(name: N): Read<N, readonly (string | null)[]>;
  /** URLs as `url` reads them, separated by commas. Never an empty list. */
  urls<N extends VariableName>(name: N, protocols: readonly string[]): Read<N, readonly string[]>;
  path<N extends VariableName>(name: N): Read<N, string>;
  host<N extends VariableName>(name: N): Read<N, string>;
  /** A URL without trailing slashes; `protocols` without the colon. */
  url<N extends VariableName>(name: N, protocols: readonly string[]): Read<N, string>;
  choice<N extends VariableName, T extends string>(name: N, options: readonly T[]): Read<N, T>;
  integer<N extends VariableName>(name: N, range: Range): Read<N, number>;
  integers<N extends VariableName>(name: N, range: Range): Read<N, readonly number[]>;
  /** Dollars as written, exactly, in micro-USD. */
  microUsd<N extends VariableName>(name: N, range: { min: number }): Read<N, number>;
  microUsds<N extends VariableName>(name: N, range: { min: number }): Read<N, readonly number[]>;
  snowflake<N extends VariableName>(name: N): Read<N, string>;
  /** Never an empty list. */
  snowflakes<N extends VariableName>(name: N): Read<N, readonly string[]>;
}

/** A variable with a default always has a value, the default even when what is set is refused. */
type Read<N extends VariableName, T> = N extends DefaultedVariableName ? T : T | null;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** `problem` is the completed sentence "<variable> …". */
type Reading<T> = { ok: true; value: T } | { ok: false; problem: string };

const microUsdPerUsd = 1_000_000;
/** Far above any budget, far below where integers of micro-USD stop being exact. */
const usdMax = 1_000_000_000;

export function createConfigReader(env: Environment): ConfigReader {
  const faults: ConfigFault[] = [];
  const refuse = (name: VariableName, problem: string): void => {
    const { expected, example } = variable(name);
    faults.push({ variable: name, problem, expected: `${expected}, such as ${example}` });
  };
  const written = (name: VariableName): string | null => env[name]?.trim() || null;
  const isSet = (name: VariableName): boolean => written(name) !== null;
  const refuseHalf = (first: VariableName, second: VariableName): void => {
    if (isSet(first) === isSet(second)) return;
    const [missing, present] = isSet(first) ? [second, first] : [first, second];
    refuse(missing, `is missing while ${present} is set`);
  };
  const read = <N extends VariableName, T>(
    name: N,
    parse: (text: string) => Reading<T>,
  ): Read<N, T> => {
    const text = written(name);
    const reading = text === null ? null : parse(text);
    if (reading?.ok) return reading.value;
    if (reading !== null) refuse(name, reading.problem);
    // The compiler does not narrow a conditional type: `defaultOf` has a value exactly for the
    // names of DefaultedVariableName, because both come from the same table.
    return defaultOf(name, parse) as Read<N, T>;
  };
  return {
    faults,
    refuse,
    refuseHalf,
    isSet,
    word: (name) => read(name, parseWord),
    words: (name) => read(name, (text) => parseList(text, parseWord)),
    wordsOrNone: (name) => read(name, (text) => parseList(text, parseEntry)),
    urls: (name, protocols) =>
      read(name, (text) => parseList(text, (entry) => parseUrl(entry, protocols))),
    path: (name) => read(name, parsePath),
    host: (name) => read(name, parseHost),
    url: (name, protocols) => read(name, (text) => parseUrl(text, protocols)),
    choice: (name, options) => read(name, (text) => parseChoice(text, options)),
    integer: (name, range) => read(name, (text) => parseInteger(text, range)),
    integers: (name, range) =>
      read(name, (text) => parseList(text, (entry) => parseInteger(entry, range))),
    microUsd: (name, range) => read(name, (text) => parseMicroUsd(text, range)),
    microUsds: (name, range) =>
      read(name, (text) => parseList(text, (entry) => parseMicroUsd(entry, range))),
    snowflake: (name) => read(name, parseSnowflake),
    snowflakes: (name) => read(name, parseSnowflakes),
  };
}

function defaultOf<T>(name: VariableName, parse: (text: string) => Reading<T>): T | null {
  const { absent, hasDefault } = variable(name);
  if (!hasDefault) return null;
  const reading = parse(absent);
  if (reading.ok) return reading.value;
  throw new AppError(`The default of ${name} ${reading.problem}`, {
    code: 'bad-default',
    retry: 'never',
  });
}

function variable(name: VariableName): ConfigVariable {
  const found = configVariables.get(name);
  if (found === undefined) {
    throw new AppError(`No variable ${name}`, { code: 'no-such-variable', retry: 'never' });
  }
  return found;
}

/**
 * Entries separated by commas; the problem says which entry it is about where there are several.
 */
function parseList<T>(text: string, parse: (entry: string) => Reading<T>): Reading<readonly T[]> {
  const readings = text.split(',').map((entry) => parse(entry.trim()));
  const values: T[] = [];
  for (const [at, reading] of readings.entries()) {
    if (reading.ok) values.push(reading.value);
    else if (readings.length === 1) return reading;
    else return { ok: false, problem: `has an entry (number ${at + 1}) that ${reading.problem}` };
  }
  return { ok: true, value: values };
}

function parseEntry(entry: string): Reading<string | null> {
  return entry === '' ? { ok: true, value: null } : parseWord(entry);
}

function parseWord(text: string): Reading<string> {
  if (text === '') return { ok: false, problem: 'is empty' };
  if (/\s/.test(text)) return { ok: false, problem: 'contains a blank' };
  return { ok: true, value: text };
}

function parsePath(text: string): Reading<string> {
  if (text.includes('\0')) return { ok: false, problem: 'contains a NUL character' };
  return { ok: true, value: text };
}

function parseUrl(text: string, protocols: readonly string[]): Reading<string> {
  if (/\s/.test(text) || !URL.canParse(text)) return { ok: false, problem: 'is not a URL' };
  const url = new URL(text);
  if (!protocols.includes(url.protocol.slice(0, -1)) || !text.includes('://')) {
    return { ok: false, problem: `does not start with ${protocols.join(':// or ')}://` };
  }
  // A Postgres URL may name a socket folder in its query instead of a host.
  if (url.hostname === '' && url.search === '') return { ok: false, problem: 'names no host' };
  return { ok: true, value: text.replace(/\/+$/, '') };
}

function parseChoice<T extends string>(text: string, options: readonly T[]): Reading<T> {
  const value = options.find((option) => option === text.toLowerCase());
  if (value === undefined) return { ok: false, problem: 'is none of the known words' };
  return { ok: true, value };
}

function parseInteger(text: string, range: { min: number; max: number }): Reading<number> {
  if (!/^-?\d+$/.test(text)) return { ok: false, problem: 'is not a whole number' };
  const value = Number(text);
  if (value < range.min) return { ok: false, problem: `is below ${range.min}` };
  if (value > range.max) return { ok: false, problem: `is above ${range.max}` };
  return { ok: true, value };
}

/** The two sides of the point are read as integers: no value passes through a fraction. */
function parseMicroUsd(text: string, range: { min: number }): Reading<number> {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return { ok: false, problem: 'is not an amount' };
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > 6) return { ok: false, problem: 'has more than 6 decimals' };
  if (Number(whole) > usdMax) return { ok: false, problem: `is above ${usdMax}` };
  const value = Number(whole) * microUsdPerUsd + Number(decimals.padEnd(6, '0'));
  if (value < range.min) return { ok: false, problem: 'is not above 0' };
  return { ok: true, value };
}

function parseHost(text: string): Reading<string> {
  if (/[\s/@]/.test(text)) return { ok: false, problem: 'is not a host' };
  if (isIP(text) === 0 && text.includes(':')) return { ok: false, problem: 'is not a host' };
  return { ok: true, value: text };
}

function parseSnowflake(text: string): Reading<string> {
  if (!/^\d{17,19}$/.test(text)) return { ok: false, problem: 'is not a snowflake' };
  return { ok: true, value: text };
}

function parseSnowflakes(text: string): Reading<readonly string[]> {
  const ids = parseList(text, parseSnowflake);
  return ids.ok ? { ok: true, value: [...new Set(ids.value)] } : ids;
}
