// What does not keep a rule yet. The list only gets shorter: an exception that no longer offends
// fails, and so does an offence without one.
import type { Breach } from './repository-files.ts';

export interface Exception {
  readonly path: string;
  readonly rule: string;
  readonly why: string;
}

export const exceptions: readonly Exception[] = [];

/** Messages of what is not excepted, and of every exception that nothing needs any more. */
export function judge(breaches: readonly Breach[], excepted: readonly Exception[]): string[] {
  const isExcepted = (breach: Breach): boolean =>
    excepted.some((exception) => exception.path === breach.path && exception.rule === breach.rule);
  const isNeeded = (exception: Exception): boolean =>
    breaches.some((breach) => exception.path === breach.path && exception.rule === breach.rule);
  return [
    ...breaches.filter((breach) => !isExcepted(breach)).map((breach) => breach.message),
    ...excepted
      .filter((exception) => !isNeeded(exception))
      .map(({ path, rule }) => `${path}: its exception from "${rule}" is needed no more`),
  ];
}
