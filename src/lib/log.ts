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

/**
 * @param level pino's levels; `silent` for none. Logs go to standard error, so that standard output
 * stays the program's own.
 */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: { paths: redactedPaths, censor: '[secret]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLog: Log = pino({ level: 'silent' });
