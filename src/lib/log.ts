// Structured logs with secrets redacted. People read the terminal's start block and Discord; this
// is for the operator who wants to know why. Never whole prompts at info, never a token at all.
import pino from 'pino';

export type Log = pino.Logger;

const redactedPaths = [
  'token',
  '*.token',
  'apiKey',
  '*.apiKey',
  'authorization',
  '*.authorization',
];

/** Secrets inside others' words: a vendor's refusal quotes the key it refuses. */
const secretShapes: readonly [RegExp, string][] = [
  [/\bsk-[\w*-]{6,}/g, '[secret]'],
  [/\b(Bearer|Bot) [\w.~+/=-]{12,}/g, '$1 [secret]'],
  [/\b[\w-]{18,30}\.[\w-]{6}\.[\w-]{27,}/g, '[secret]'],
  [/(\b[a-z][a-z+]*:\/\/[^\s:/@"]*:)[^\s@"]+@/g, '$1[secret]@'],
];

/** The text without what looks like a model's key, a Discord token or a password in a URL. */
export function withoutSecrets(text: string): string {
  return secretShapes.reduce((clean, [shape, stand]) => clean.replaceAll(shape, stand), text);
}

/**
 * @param level pino's levels; `silent` for none. Logs go to standard error, so that standard output
 * stays the program's own.
 */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: true });
  // A full disk or a reader that has gone costs the line, not the process.
  destination.on('error', () => undefined);
  return pino(
    {
      level,
      base: null,
      redact: { paths: redactedPaths, censor: '[secret]' },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );
}

export const silentLog: Log = pino({ level: 'silent' });
