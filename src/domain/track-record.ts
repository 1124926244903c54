// How a Specialist does, computed by code and never by a model: which of its tasks went wrong, in
// which domain, and how sure that is. A task went wrong when its output was sent back, when it was
// stuck, when a person rated it two of five or less, or corrected it (LEARNING.md §1.2). Its
// surprise: few tasks say little, so a record always comes with the range it may lie in.
import { z } from 'zod';
import { betaBelow, betaQuantile } from './beta.ts';
import { Domain } from './bullet.ts';
import { AgentId, ProjectId, TaskId } from './ids.ts';

/** How one task of a Specialist went. */
export const Work = z.strictObject({
  projectId: ProjectId,
  task: TaskId,
  agentId: AgentId,
  /** Skills that the plan asked of its doer. */
  domains: z.array(Domain),
  wentWrong: z.boolean(),
  /** Times its output was sent back. */
  returns: z.int().nonnegative(),
});
export type Work = z.infer<typeof Work>;

/** Who judged or built upon whose outputs in one project, and how often nothing came back. */
export const Pairing = z.strictObject({
  projectId: ProjectId,
  kind: z.enum(['review', 'hand-over']),
  /** Whoever made it. */
  from: AgentId,
  /** Whoever judged it, or went on with it. */
  to: AgentId,
  times: z.int().positive(),
  withoutReturn: z.int().nonnegative(),
});
export type Pairing = z.infer<typeof Pairing>;

const Share = z.number().min(0).max(1);

/** What is known of how often a Specialist's tasks of one domain go wrong. */
export const TrackRecord = z.strictObject({
  domain: Domain,
  tasks: z.int().nonnegative(),
  wentWrong: z.int().nonnegative(),
  /** The expected share that goes wrong. */
  share: Share,
  /** Where it lies with 90 % certainty. */
  low: Share,
  high: Share,
  /** It is nearly certain to go wrong too often: worth a change of the system message. */
  isGap: z.boolean(),
});
export type TrackRecord = z.infer<typeof TrackRecord>;

/** LEARNING.md §1.2, gap rule a. */
export const gapRule = {
  /** The share of tasks that may go wrong. */
  target: 0.2,
  /** Tasks that the prior counts for: Beta(5·t·2, 5·(1−t)·2). */
  priorTasks: 10,
  margin: 0.05,
  certainty: 0.9,
} as const;

/** The domain of a record over all tasks. */
export const anyDomain = 'all';

/** A Specialist's record over all its tasks, then by domain, the one with most tasks first. */
export function trackRecordOf(works: readonly Work[], agentId: string): TrackRecord[] {
  const own = works.filter((work) => work.agentId === agentId);
  if (own.length === 0) return [];
  const domains = [...new Set(own.flatMap((work) => work.domains))];
  const records = domains
    .map((domain) =>
      recordIn(
        domain,
        own.filter((work) => work.domains.includes(domain)),
      ),
    )
    .toSorted((one, other) => other.tasks - one.tasks || (one.domain < other.domain ? -1 : 1));
  return [recordIn(anyDomain, own), ...records];
}

function recordIn(domain: string, works: readonly Work[]): TrackRecord {
  const { target, priorTasks, margin, certainty } = gapRule;
  const tasks = works.length;
  const wentWrong = works.filter((work) => work.wentWrong).length;
  const shape = {
    a: priorTasks * target + wentWrong,
    b: priorTasks * (1 - target) + tasks - wentWrong,
  };
  return {
    domain,
    tasks,
    wentWrong,
    share: rounded(shape.a / (shape.a + shape.b)),
    low: rounded(betaQuantile(0.05, shape)),
    high: rounded(betaQuantile(0.95, shape)),
    isGap: 1 - betaBelow(target + margin, shape) >= certainty,
  };
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** `3 tasks, 1 went wrong; expect 23 % (7–44 %, 90 % sure)` */
export function recordWords({ tasks, wentWrong, share, low, high }: TrackRecord): string {
  const count = tasks === 1 ? '1 task' : `${tasks} tasks`;
  const wrong = wentWrong === 0 ? 'none' : String(wentWrong);
  const range = `${percent(low)}–${percent(high)} %`;
  return `${count}, ${wrong} went wrong; expect ${percent(share)} % (${range}, 90 % sure)`;
}

function percent(share: number): number {
  return Math.round(share * 100);
}

/** All tasks together, then the domains that differ from that: at most so many lines. */
export function telling(records: readonly TrackRecord[], linesMax: number): TrackRecord[] {
  const [all] = records;
  return records
    .filter(({ domain, tasks }) => domain === anyDomain || tasks !== all?.tasks)
    .slice(0, linesMax);
}
