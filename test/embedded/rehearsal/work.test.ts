import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkOutput } from '../../../src/domain/check-output.ts';
import type { FileText } from '../../../src/domain/check-output.ts';
import type { Plan, PlannedTask } from '../../../src/domain/plan.ts';
import { flavours } from '../../../src/embedded/rehearsal/play/flavours.ts';
import { playPlan } from '../../../src/embedded/rehearsal/play/plan.ts';
import { playReview } from '../../../src/embedded/rehearsal/play/review.ts';
import type { Played } from '../../../src/embedded/rehearsal/play/said.ts';
import { playRevise, playWork } from '../../../src/embedded/rehearsal/play/work.ts';
import type { Asked } from '../../../src/embedded/rehearsal/read-request.ts';
import { generalAspectsIn } from '../../../src/embedded/rehearsal/write/aspects.ts';
import { anyObjective, bikeKit } from './objectives.ts';
import { asked } from './requests.ts';

function planFor(objective: string, label = 'Lean'): Plan {
  const approach = { title: `${label}: x`, tasks: 5 };
  // A short answer of the Director shortens every text, which makes the lengths hardest to keep.
  const dialogue = [{ by: 'Dora', text: 'Keep it short.' }];
  return playPlan(asked('project-manager.plan', { objective, approach, dialogue }));
}

interface Job {
  objective: string;
  plan: Plan;
  task: PlannedTask;
  handed?: Record<string, string>;
  more?: Record<string, unknown>;
}

function sectionsOf({ objective, plan, task, more = {} }: Job): Record<string, unknown> {
  const output = plan.outputs.find(({ id }) => id === task.output);
  const { id, title, brief } = task;
  const about = { id, title, brief, output: output?.title, files: output?.files };
  return { objective, task: { ...about, criteria: output?.criteria }, ...more };
}

function workOn(job: Job): Asked {
  return { ...asked('specialist.work', sectionsOf(job), job.handed), called: ['start'] };
}

function submitted(played: Played): FileText[] {
  const submit = played.calls.find(({ name }) => name === 'submit');
  // The shape of the command's own arguments.
  const files = (submit?.args['files'] ?? []) as { name: string; content: string }[];
  return files.map(({ name, content }) => ({ name, text: content }));
}

function reviewOf(job: Job, files: readonly FileText[], revision = 0): Played {
  const criteria = job.plan.outputs.find(({ id }) => id === job.task.output)?.criteria;
  const submission = { author: 'Ada', summary: '', openPoints: [], revision, files: [] };
  const sections = { ...sectionsOf(job), criteria, submission };
  const texts = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  return playReview(asked('collaborator.review', sections, texts));
}

const anyFlavour = fc.constantFrom(...flavours.map(({ label }) => label));

/** All tasks in an order in which each has what it waits for, with the files made so far. */
function liveThrough(objective: string, label: string, visit: (job: Job) => FileText[]): void {
  const plan = planFor(objective, label);
  const done = new Map<string, FileText[]>();
  while (done.size < plan.tasks.length) {
    const task = plan.tasks.find(
      ({ id, after }) => !done.has(id) && after.every((earlier) => done.has(earlier)),
    );
    if (task === undefined) throw new Error('Tasks wait for each other.');
    const files = task.after.flatMap((id) => done.get(id) ?? []);
    const handed = Object.fromEntries(files.map(({ name, text }) => [name, text]));
    done.set(task.id, visit({ objective, plan, task, handed }));
  }
}

describe('what a Specialist submits', () => {
  test('meets every criterion that code checks, for any objective and every task', () => {
    fc.assert(
      fc.property(anyObjective, anyFlavour, fc.nat(), (objective, label, seed) => {
        liveThrough(objective, label, (job) => {
          const files = submitted(playWork(workOn(job), seed));
          const criteria = job.plan.outputs.find(({ id }) => id === job.task.output)?.criteria;
          const unmet = checkOutput(criteria ?? [], files).filter(({ met }) => !met);
          expect(unmet).toEqual([]);
          return files;
        });
      }),
      { numRuns: 100 },
    );
  });

  test('is accepted with true quotations, at the latest after one revision', () => {
    fc.assert(
      fc.property(anyObjective, anyFlavour, (objective, label) => {
        liveThrough(objective, label, (job) => {
          let files = submitted(playWork(workOn(job), 1));
          let review = reviewOf(job, files);
          if (review.calls[0]?.name === 'changes') {
            const { reasons } = review.calls[0].args;
            const own = Object.fromEntries(files.map(({ name, text }) => [name, text]));
            const sections = { ...sectionsOf(job), reasons };
            const revise = asked('specialist.revise', sections, { ...job.handed, ...own });
            files = submitted(playRevise(revise, 1));
            review = reviewOf(job, files, 1);
          }
          expect(review.calls[0]?.name).toBe('accept');
          for (const { evidence } of verdictsOf(review)) {
            const [, quoted = ''] = /“(.*)”$/s.exec(evidence) ?? [];
            expect(quoted).not.toBe('');
            expect(files.some(({ text }) => text.includes(quoted))).toBe(true);
          }
          return files;
        });
      }),
      { numRuns: 60 },
    );
  });

  test('has one weakness in the second task, which the reviewer quotes and the revision mends', () => {
    const plan = planFor(bikeKit);
    const [first, second] = plan.tasks;
    if (first === undefined || second === undefined) throw new Error('The plan is too short.');
    const job = { objective: bikeKit, plan, task: second };
    const files = submitted(playWork(workOn(job), 1));
    const [general] = generalAspectsIn(files.map(({ text }) => text).join());
    const review = reviewOf(job, files);
    expect(review.calls[0]?.name).toBe('changes');
    expect(JSON.stringify(review.calls[0]?.args)).toContain(general?.general);
    const own = Object.fromEntries(files.map(({ name, text }) => [name, text]));
    const { reasons } = review.calls[0]?.args ?? {};
    const revise = asked('specialist.revise', { ...sectionsOf(job), reasons }, own);
    const revised = submitted(playRevise(revise, 1));
    expect(generalAspectsIn(revised.map(({ text }) => text).join())).toEqual([]);
    expect(changedLines(files, revised)).toHaveLength(1);
    const other = submitted(playWork(workOn({ objective: bikeKit, plan, task: first }), 1));
    expect(generalAspectsIn(other.map(({ text }) => text).join())).toEqual([]);
  });

  test('cites what was handed over and heeds what people said', () => {
    const plan = planFor(bikeKit);
    const task = plan.tasks[1];
    if (task === undefined) throw new Error('The plan is too short.');
    const handed = {
      'plan.md': '# Plan\n\nEverything begins in week 2 with a walk by the river.\n',
    };
    const handoffs = [
      { from: 'T1', title: 'Plan', summary: '', openPoints: [], files: ['plan.md'] },
    ];
    const remarks = [{ by: 'Robin', text: 'Mention that tea is free.' }];
    const job = { objective: bikeKit, plan, task, handed, more: { handoffs, remarks } };
    const [file] = submitted(playWork(workOn(job), 1));
    expect(file?.text).toContain(
      'Taken over from `plan.md` (T1): “Everything begins in week 2 with a walk by the river.”',
    );
    expect(file?.text).toContain('as Robin asked: “Mention that tea is free.”');
    expect(file?.text).toContain('> Rehearsal document:');
  });

  test('stays below what the objective allows to be spent', () => {
    const objective = 'A budget under 2,000 euros for a garden party';
    const plan = planFor(objective);
    const task = plan.tasks.find(({ title }) => title.includes('budget'));
    if (task === undefined) throw new Error('There is no budget.');
    const [file] = submitted(playWork(workOn({ objective, plan, task }), 3));
    const total = Number(/^Total,+(\d+),/m.exec(file?.text ?? '')?.[1]);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(2000);
  });
});

describe('a reviewer', () => {
  test('never accepts a judged criterion without a sentence that speaks to it', () => {
    const plan = planFor(bikeKit);
    const task = plan.tasks[0];
    if (task === undefined) throw new Error('The plan is empty.');
    const job = { objective: bikeKit, plan, task };
    const empty = [
      { name: 'plan.md', text: '# Plan\n\nLorem ipsum dolor sit amet consectetur.\n' },
    ];
    const review = reviewOf(job, empty);
    expect(review.calls[0]?.name).toBe('changes');
    expect(JSON.stringify(review.calls[0]?.args)).toContain('no sentence in plan.md says so');
  });
});

function verdictsOf(review: Played): { evidence: string }[] {
  // The shape of the command's own arguments.
  return (review.calls[0]?.args['criteria'] ?? []) as { evidence: string }[];
}

function changedLines(before: readonly FileText[], after: readonly FileText[]): string[] {
  const lines = new Set(before.flatMap(({ text }) => text.split('\n')));
  return after.flatMap(({ text }) => text.split('\n')).filter((line) => !lines.has(line));
}
