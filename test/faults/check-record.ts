// The record holds and says everything once: facts fold to the stored state, no event was decided
// over twice, no turn ended twice, no project and no effect was left behind.
import type { Pool } from 'pg';
import { z } from 'zod';
import { hasEnded } from '../../src/domain/project.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import type { Executor } from '../../src/store/open-store.ts';
import { aggregateIds, readAgency, readProject, refold } from '../../src/store/record.ts';
import type { Findings } from './findings.ts';
import type { Told } from './read-told.ts';

const Counted = z.array(z.object({ what: z.string(), times: z.coerce.number() }));

export async function checkRecord(
  findings: Findings,
  { db, pool, told }: { db: Executor; pool: Pool; told: Told },
): Promise<void> {
  await checkChains(findings, db);
  const counted = async (text: string, doing: string): Promise<void> => {
    for (const { what, times } of Counted.parse((await pool.query(text)).rows)) {
      findings.effects.push(`${what} ${doing} ${times} times`);
    }
  };
  // One decision has one time, so two times are two decisions.
  await counted(
    `select aggregate_id || ' ' || event_id as what, count(distinct at) as times from facts
      group by aggregate_id, event_id having count(distinct at) > 1`,
    'was decided over',
  );
  // An effect's id is its event's; one that is ordered again follows from the same event again.
  await counted(
    `select kind || ' ' || id as what, revision as times from outbox
      where kind in ('post', 'edit', 'react', 'event', 'timer') and revision > 1`,
    'was ordered',
  );
  await counted(
    `select body ->> 'turnId' as what, count(*) as times from facts where type = 'turn-closed'
      group by 1 having count(*) > 1`,
    'was closed',
  );
  await counted(
    // A turn that was held may end twice, but then somebody has claimed it in between.
    `select turn_id as what, count(*) as times from faults.endings group by turn_id, fence
      having count(*) > 1 or bool_or(before <> 'running')`,
    'was ended though it was not running,',
  );
  for (const { id, phase } of (await readAgency(db)).projects) {
    if (!hasEnded(phase)) findings.lost.push(`${id} did not end: ${phase}`);
  }
  for (const id of told.openTurns) findings.lost.push(`turn ${id} was never finished`);
  for (const { id, kind, status, lastError } of told.open) {
    findings.lost.push(`${kind} ${id} is ${status}: ${lastError ?? 'no error'}`);
  }
}

async function checkChains(findings: Findings, db: Executor): Promise<void> {
  for (const id of await aggregateIds(db)) {
    const folded = await refold(db, id);
    const stored = id === 'agency' ? await readAgency(db) : await readProject(db, id);
    if (!folded.chainHolds) findings.effects.push(`the hash chain of ${id} is broken`);
    if (canonicalJson(folded.state) !== canonicalJson(stored)) {
      findings.effects.push(`the facts of ${id} do not give its state`);
    }
  }
}
