// An answered model call is paid for once. An answer that was journaled is never asked for again;
// one that was not, because whoever asked died, was held up or was cut off from the database in
// between, is asked for again once for each such mishap.
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Findings } from './findings.ts';
import type { Call } from './model-proxy.ts';

export interface Mishap {
  at: number;
}

export interface CallsFound {
  calls: number;
  answered: number;
  /** Answered calls that had to be made again because nobody was left to keep the answer. */
  askedAgain: number;
}

const Step = z.object({ turn: z.string(), step: z.string(), at: z.coerce.number() });
/** An answer in a turn's journal, and since when, epoch ms. */
export type Step = z.infer<typeof Step>;

export async function readSteps(pool: Pool): Promise<Step[]> {
  const { rows } = await pool.query(
    `select turn_id as turn, key as step, extract(epoch from at) * 1000 as at from steps`,
  );
  return z.array(Step).parse(rows);
}

/** The transaction that journals begins before it commits, and clocks are read apart. */
const slackMs = 30;

interface Called {
  steps: readonly Step[];
  calls: readonly Call[];
  mishaps: readonly Mishap[];
}

export function checkCalls(findings: Findings, { steps, calls, mishaps }: Called): CallsFound {
  const journaledAt = new Map(steps.map(({ turn, step, at }) => [`${turn} ${step}`, at]));
  const found: CallsFound = { calls: calls.length, answered: 0, askedAgain: 0 };
  for (const [name, all] of Map.groupBy(calls, ({ turn, step }) => `${turn} ${step}`)) {
    const known = journaledAt.get(name);
    for (const { at } of all) {
      if (known === undefined || at <= known + slackMs) continue;
      const late = Math.round(at - known);
      findings.paidTwice.push(`${name} was asked ${late} ms after its answer was journaled`);
    }
    const answered = all.filter(({ answeredAt }) => answeredAt !== null);
    found.answered += answered.length;
    for (const [index, call] of answered.entries()) {
      const next = answered[index + 1];
      if (next === undefined) continue;
      found.askedAgain += 1;
      const why = mishaps.some(({ at }) => at >= call.at - slackMs && at <= next.at + slackMs);
      if (!why) findings.paidTwice.push(`${name} was answered again without a mishap`);
    }
  }
  return found;
}
