// One guided set-up: what is known so far, and how a question is asked. Every answer is looked at
// by the doctor's own checks before the next question; a bad one is asked again with its cure. The
// surprise: the same bad answer twice is kept, because people set up what is not running yet.
import { readConfig } from '../config.ts';
import { unusable } from '../doctor/check-config.ts';
import { checks } from '../doctor/checks.ts';
import type { CheckId } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import type { Diagnosis } from '../doctor/examine.ts';
import { patientOf } from '../doctor/patient.ts';
import type { DiscordPatient } from '../doctor/patient.ts';
import { findingText } from '../doctor/report.ts';
import type { Clock } from '../lib/clock.ts';
import type { Terminal } from './terminal.ts';

export interface Session {
  terminal: Terminal;
  clock: Clock;
  draft: Draft;
}

export interface Draft {
  get(name: string): string | null;
  set(name: string, value: string | null): void;
  /** Everything, as an environment. */
  env(): Record<string, string>;
  changes(): Map<string, string | null>;
}

export function createDraft(before: Readonly<Record<string, string | undefined>>): Draft {
  const changed = new Map<string, string | null>();
  const old = (name: string): string | null => before[name]?.trim() || null;
  const get = (name: string) => (changed.has(name) ? (changed.get(name) ?? null) : old(name));
  return {
    get,
    set(name, value) {
      if (value === old(name)) changed.delete(name);
      else changed.set(name, value);
    },
    env() {
      const names = new Set([...Object.keys(before), ...changed.keys()]);
      return Object.fromEntries(
        [...names].flatMap((name) => {
          const value = get(name);
          return value === null ? [] : [[name, value]];
        }),
      );
    },
    changes: () => changed,
  };
}

export interface Question {
  text: string;
  /** What Enter means; null: nothing is set. */
  preset: { value: string | null; words: string };
  isSecret?: boolean;
  /** It cannot be left out. */
  isNeeded?: boolean;
  /** What was typed as what is meant, such as a number in a list. */
  meant?: (typed: string) => string;
  /** Looks at a value; also at a null where there is something to say about it. */
  look: (value: string | null) => Promise<Diagnosis[]>;
}

/** Taken as "not this". */
const none = '-';

/** @returns null for what is left out */
export async function askFor(session: Session, question: Question): Promise<string | null> {
  const { terminal } = session;
  const { text, isNeeded = false, meant = (typed: string) => typed } = question;
  let { preset } = question;
  let before: string | null | undefined;
  for (;;) {
    const clear = preset.value === null || isNeeded ? '' : `, ${none} leaves it out`;
    const prompt = `${text} [Enter: ${preset.words}${clear}]: `;
    const typed = await (question.isSecret === true
      ? terminal.askHidden(prompt)
      : terminal.ask(prompt));
    const value = valueOf(typed, { preset: preset.value, meant });
    const diagnoses = await question.look(value);
    for (const diagnosis of diagnoses) {
      if (diagnosis.state !== 'skipped') terminal.say(findingText(diagnosis));
    }
    const faults = diagnoses.filter(({ state }) => state === 'fault');
    if (faults.length === 0) return value;
    const isUnusable = faults.some(({ id }) => id === 'config');
    if (value === before && !isUnusable) {
      terminal.say('  Kept as you say.');
      return value;
    }
    before = value;
    // Or else Enter would be wrong for ever.
    if (isUnusable && typed === '') preset = { value: null, words: 'not set' };
    terminal.say(
      isUnusable
        ? '  Please answer again.'
        : '  Please answer again; the same answer looks again, and keeps it as it is.',
    );
  }
}

function valueOf(
  typed: string,
  how: { preset: string | null; meant: (typed: string) => string },
): string | null {
  if (typed === '') return how.preset;
  return typed === none ? null : how.meant(typed);
}

interface Looking {
  ids: readonly CheckId[];
  /** What is set; the rest is as it is without any variable. */
  env?: Readonly<Record<string, string | null>>;
  /** A Discord that is not wholly configured yet. */
  discord?: DiscordPatient;
}

/**
 * What the checks find; a variable that cannot be used is all they find then. Checks that are not
 * named are not needed either.
 */
export async function lookAt(
  { clock }: Pick<Session, 'clock'>,
  { ids, env = {}, discord }: Looking,
): Promise<Diagnosis[]> {
  const read = readConfig(withoutNulls(env));
  if (!read.ok) return read.faults.map(unusable);
  const patient = patientOf(read.config, clock);
  const wanted = checks.filter(({ id }) => ids.includes(id));
  return examine(wanted, discord === undefined ? patient : { ...patient, discord });
}

function withoutNulls(env: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
