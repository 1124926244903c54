// Plans for tests, from what matters to the test: who does what, after what, who approves.
// Everything else follows by position: task Tn makes output On with the file on.md, checked by Cn1
// and judged by Cn2 (as C1, C2 for the first task, C3, C4 for the second …).
import fc from 'fast-check';
import type {
  Coordination,
  Oversight,
  Plan,
  PlannedMember,
  PlannedStream,
} from '../../src/domain/plan.ts';
import type { Tier } from '../../src/domain/model-port.ts';

export interface TaskSketch {
  doer?: string;
  approver?: string;
  stream?: string;
  after?: string[];
  deliver?: boolean;
  tier?: Tier;
}

interface PlanSketch {
  oversight?: Oversight;
  /** Roster ids by team key, for members that are reused. */
  reuse?: Record<string, string>;
  /** By team key, the key of the member whose LLM takes that seat as well. */
  sameAs?: Record<string, string>;
  /** Who coordinates every stream; null leaves it to code. */
  by?: Coordination['by'] | null;
  title?: string;
}

/** A good plan with these tasks, in their order: the first is T1. */
export function planOf(tasks: readonly TaskSketch[], sketch: PlanSketch = {}): Plan {
  const { oversight = 'autonomous', reuse = {}, sameAs = {}, by = 'collaborator' } = sketch;
  const { title = 'A guide to Lisbon' } = sketch;
  const streams = unique(tasks.map((task) => task.stream ?? 'S1'));
  const named = tasks.flatMap((task) => [task.doer ?? 'writer', task.approver ?? 'collaborator']);
  const members = unique(named).filter((key) => key !== 'collaborator' && key !== 'director');
  return {
    title,
    summary: 'Three days in Lisbon, with a budget.',
    outputs: tasks.map((task, at) => ({
      id: `O${at + 1}`,
      title: `Output ${at + 1}`,
      files: [`o${at + 1}.md`],
      deliver: task.deliver ?? true,
      criteria: [
        {
          id: `C${2 * at + 1}`,
          text: 'The file is there.',
          check: { kind: 'file-exists', file: `o${at + 1}.md` },
        },
        { id: `C${2 * at + 2}`, text: 'It reads well.', check: { kind: 'judged' } },
      ],
    })),
    streams: streams.map((id) => ({
      ...streamOf(id, oversight),
      coordination: by === null ? null : { by, why: 'It fits the work.' },
    })),
    team: members.map((key) => ({
      ...memberFor(key, reuse[key] ?? null),
      sameAs: sameAs[key] ?? null,
    })),
    tasks: tasks.map((task, at) => ({
      id: `T${at + 1}`,
      title: `Task ${at + 1}`,
      brief: `Write o${at + 1}.md.`,
      stream: task.stream ?? 'S1',
      output: `O${at + 1}`,
      after: task.after ?? [],
      doer: task.doer ?? 'writer',
      approver: task.approver ?? 'collaborator',
      tier: task.tier ?? 'economy',
    })),
  };
}

function streamOf(id: string, oversight: Oversight): Omit<PlannedStream, 'coordination'> {
  return { id, title: `Stream ${id}`, purpose: `What ${id} delivers.`, oversight };
}

function memberFor(key: string, reuse: string | null): Omit<PlannedMember, 'sameAs'> {
  const title = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  return { key, title, skills: [key, 'travel'], reuse, why: `Somebody must be the ${key}.` };
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** Good plans of every shape: chains, fans, several streams, every kind of approver. */
export const goodPlans: fc.Arbitrary<Plan> = fc
  .integer({ min: 1, max: 7 })
  .chain((count) =>
    fc.tuple(
      fc.tuple(...Array.from({ length: count }, (_, at) => taskSketches(at))),
      fc.constantFrom<Oversight>('autonomous', 'milestones', 'every-output'),
      fc.constantFrom<Coordination['by'] | null>('collaborator', null),
      fc.boolean(),
    ),
  )
  .map(([tasks, oversight, by, isShared]) => {
    const plan = planOf(withDelivery(tasks), { oversight, by });
    return isShared ? withSharedLlm(plan) : plan;
  });

/** Two seats become one LLM, where it would not approve what it made. */
function withSharedLlm(plan: Plan): Plan {
  const [first, second] = plan.team.map(({ key }) => key);
  const isApart = plan.tasks.every(
    ({ doer, approver }) => ![first, second].includes(doer) || ![first, second].includes(approver),
  );
  if (first === undefined || second === undefined || !isApart) return plan;
  const team = plan.team.map((one) => (one.key === second ? { ...one, sameAs: first } : one));
  return { ...plan, team };
}

function withDelivery(tasks: TaskSketch[]): TaskSketch[] {
  return tasks.map((task, at) => (at === tasks.length - 1 ? { ...task, deliver: true } : task));
}

function taskSketches(at: number): fc.Arbitrary<TaskSketch> {
  const earlier = Array.from({ length: at }, (_, n) => `T${n + 1}`);
  return fc
    .record({
      doer: fc.constantFrom('writer', 'analyst', 'critic'),
      approver: fc.constantFrom('writer', 'analyst', 'collaborator', 'director'),
      stream: fc.constantFrom('S1', 'S2', 'S3'),
      after: fc.subarray(earlier),
      deliver: fc.boolean(),
      tier: fc.constantFrom<Tier>('economy', 'standard', 'premium'),
    })
    .map((task) => (task.doer === task.approver ? { ...task, approver: 'collaborator' } : task));
}
