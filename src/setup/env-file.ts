// `.env` with some of its variables changed and all else as it was: comments, order, variables of
// others. The new text is read back before it is used, so a file that is written in a way we do not
// understand is refused and not broken. It is replaced in one step; the old one is kept beside it.
import { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '../lib/errors.ts';

/** New values by name; null takes a variable out. */
export type EnvChanges = ReadonlyMap<string, string | null>;

/** An empty text when there is no such file. */
export function readEnvFile(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** @throws ConfigError when the result would not say what it must */
export function changeEnv(text: string, changes: EnvChanges): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const left = new Map(changes);
  // From the end, because the last assignment of a name is the one that counts.
  const changed = lines.toReversed().flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    if (name === undefined || !changes.has(name)) return [line];
    const value = left.get(name) ?? null;
    left.delete(name);
    return value === null ? [] : [assignment(name, value)];
  });
  const added = [...left].flatMap(([name, value]) =>
    value === null ? [] : [assignment(name, value)],
  );
  const result = [...changed.toReversed(), ...added].map((line) => `${line}\n`).join('');
  expectSame(parseEnv(result), { ...parseEnv(text), ...Object.fromEntries(changes) });
  return result;
}

/** @returns where the old one is kept; null when there was none */
export function writeEnvFile(path: string, text: string, at: Date): string | null {
  const before = existsSync(path);
  const file = before ? realpathSync(path) : path;
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+Z$/g, '');
  const kept = before ? `${file}.${stamp}.bak` : null;
  // Synchronous, so that no signal comes in between.
  if (kept !== null) writeFileSync(kept, readFileSync(file), { mode: ownerOnly });
  const draft = `${file}.${stamp}.draft.bak`;
  writeFileSync(draft, text, { mode: ownerOnly, flush: true });
  renameSync(draft, file);
  return kept;
}

const ownerOnly = 0o600;

/** Quoted only where it must be, in a way that `parseEnv` reads back as it is. */
function assignment(name: string, value: string): string {
  if (/^[\w.,:;/@%+=?&~*!-]*$/.test(value)) return `${name}=${value}`;
  const quote = ["'", '"', '`'].find((sign) => !value.includes(sign)) ?? '';
  return `${name}=${quote}${value}${quote}`;
}

type Values = Readonly<Record<string, string | null | undefined>>;

function expectSame(read: Values, meant: Values): void {
  const names = new Set([...Object.keys(read), ...Object.keys(meant)]);
  const wrong = [...names].filter((name) => (read[name] ?? null) !== (meant[name] ?? null));
  if (wrong.length === 0) return;
  throw new ConfigError(`.env cannot be changed safely: ${wrong.join(', ')}`, {
    code: 'env-file',
    retry: 'never',
    forPeople:
      `Your .env is written in a way that cannot be changed safely (${wrong.join(', ')}). ` +
      'Move it away and run the set-up again.',
  });
}
