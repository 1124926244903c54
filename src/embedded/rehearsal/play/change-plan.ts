// Changes a plan as a request in words asks: leaves outputs out, adds some, makes it shorter or
// more watched, and keeps everything else with its ids. The caller checks what comes out.
import { coordinationFaults, coordinationFor } from '../../../domain/coordination.ts';
import type { Coordination, Plan, PlannedOutput, PlannedStream } from '../../../domain/plan.ts';
import { addedIn, droppedIn } from '../objective/read-objective.ts';
import type { Objective } from '../objective/read-objective.ts';
import { formFor } from '../objective/find-deliverables.ts';
import type { Wanted } from '../objective/find-deliverables.ts';
import { anywhere } from '../objective/patterns.ts';
import { clip, plainLine, wordsOf } from '../objective/words.ts';
import { formOfFile } from '../write/write-files.ts';
import { outputOf } from './plan-outputs.ts';
import { trades } from './plan-team.ts';

export function changePlan(plan: Plan, request: string, objective: Objective): Plan {
  const notes: string[] = [];
  let changed = plan;
  for (const words of droppedIn(request)) {
    const gone = changed.outputs.find((output) => isNamed(output, words));
    if (gone === undefined || !canDo(changed, gone)) continue;
    changed = withoutOutput(changed, gone);
    notes.push(`${gone.files.join(', ')} is left out`);
  }
  for (const wanted of addedIn(request)) {
    if (changed.outputs.some(({ files }) => files.includes(wanted.file))) continue;
    changed = withOutput(changed, wanted, objective);
    notes.push(`${wanted.file} is added`);
  }
  const before = changed;
  changed = adjusted(changed, request);
  if (changed !== before) notes.push('lengths and oversight are adjusted');
  if (notes.length === 0) {
    changed = withWish(changed, request);
    notes.push('every brief carries your wish');
  }
  changed = { ...changed, streams: changed.streams.map((one) => recoordinated(changed, one)) };
  const words = `Changed as you asked (“${clip(plainLine(request), 120)}”): ${notes.join('; ')}. `;
  return { ...changed, summary: clip(`${words}${changed.summary}`, 1000) };
}

/** Who coordinates stays, unless the plan has become too large or too small for it. */
function recoordinated(plan: Plan, stream: PlannedStream): PlannedStream {
  if (coordinationFaults(plan).length === 0) return stream;
  return { ...stream, coordination: coordinationFor(plan, stream) };
}

function isNamed(output: PlannedOutput, words: string): boolean {
  const [file = ''] = output.files;
  const form = formOfFile(file, { output: output.title, title: '' });
  const titles = wordsOf(`${output.title} ${file.replace(/\.\w+$/, '')}`.toLowerCase());
  return wordsOf(words).some(
    (word) => form.words.test(word) || titles.includes(word) || formFor(word)?.id === form.id,
  );
}

/** Something must still be delivered without it. */
function canDo(plan: Plan, gone: PlannedOutput): boolean {
  return plan.outputs.some((output) => output.deliver && output.id !== gone.id);
}

function withoutOutput(plan: Plan, gone: PlannedOutput): Plan {
  const removed = plan.tasks.filter((task) => task.output === gone.id);
  const outputs = plan.outputs.filter((output) => output.id !== gone.id);
  // Whoever waited for the removed task now waits for what that one waited for.
  const inherited = removed.flatMap((task) => task.after);
  const ids = new Set(removed.map((task) => task.id));
  const tasks = plan.tasks
    .filter((task) => !ids.has(task.id))
    .map((task) => {
      if (!task.after.some((id) => ids.has(id))) return task;
      const after = [...task.after.filter((id) => !ids.has(id)), ...inherited];
      return { ...task, after: [...new Set(after)].filter((id) => id !== task.id).slice(0, 10) };
    });
  return tidy({ ...plan, outputs, tasks });
}

/** Drops streams and members that nothing is left for. */
function tidy(plan: Plan): Plan {
  const streams = plan.streams.filter(({ id }) => plan.tasks.some((task) => task.stream === id));
  const team = plan.team.filter(({ key }) =>
    plan.tasks.some((task) => task.doer === key || task.approver === key),
  );
  const seated = team.map((member) =>
    team.some(({ key }) => key === member.sameAs) ? member : { ...member, sameAs: null },
  );
  return { ...plan, streams, team: seated };
}

function withOutput(plan: Plan, wanted: Wanted, objective: Objective): Plan {
  const output = nextNumber(plan.outputs.map(({ id }) => id));
  const task = nextNumber(plan.tasks.map(({ id }) => id));
  const criteria = plan.outputs.flatMap((one) => one.criteria.map(({ id }) => id));
  const job = { wanted, duty: 'main', deliver: true } as const;
  const planned = outputOf(job, objective, { output, firstCriterion: nextNumber(criteria) });
  const { skills } = trades[wanted.form.trade];
  const doer = plan.team.find((member) => skills.some((skill) => member.skills.includes(skill)));
  const added = {
    id: `T${task}`,
    title: clip(`Write ${planned.title}`, 80),
    brief: clip(
      `Make ${wanted.file}: ${planned.title}. The Director asked for it in a revision of the ` +
        `plan. It is about ${objective.topic}. Readers: ${objective.audience}.`,
      1200,
    ),
    stream: streamFor(plan),
    output: `O${output}`,
    after: plan.tasks.slice(0, 1).map(({ id }) => id),
    doer: (doer ?? plan.team[0])?.key ?? 'writer',
    approver: 'collaborator',
    tier: 'standard' as const,
  };
  // The task that closes the plan, if there is one, takes the new output in as well.
  const tasks = plan.tasks.map((one) => {
    const isClosing = one.after.length > 1 && one === plan.tasks.at(-1) && one.after.length < 10;
    return isClosing ? { ...one, after: [...one.after, added.id] } : one;
  });
  return { ...plan, outputs: [...plan.outputs, planned], tasks: [...tasks, added] };
}

function streamFor(plan: Plan): string {
  const open = plan.streams.find(({ oversight }) => oversight === 'milestones') ?? plan.streams[0];
  return open?.id ?? 'S1';
}

function nextNumber(ids: readonly string[]): number {
  return Math.max(0, ...ids.map((id) => Number(id.slice(1)))) + 1;
}

const adjustments: readonly [RegExp, (plan: Plan) => Plan][] = [
  [
    anywhere(String.raw`
      shorter short brief\w* concise less_text smaller kürzer knapper plus_court más_corto
    `),
    (plan) => withLengths(plan, 0.6),
  ],
  [
    anywhere(String.raw`longer more_detail\w* in_depth länger ausführlicher`),
    (plan) => withLengths(plan, 1.4),
  ],
  [
    anywhere('every_output see_everything approve_(?:all|every) jede[ns]?_ergebnis'),
    (plan) => withOversight(plan, 'every-output'),
  ],
  [
    anywhere(String.raw`autonomous\w* without_asking_me don't_ask less_oversight`),
    (plan) => withOversight(plan, 'autonomous'),
  ],
  [
    anywhere(String.raw`cheap\w* economy lower_cost billiger moins_cher más_barato`),
    (plan) => ({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, tier: 'economy' })) }),
  ],
  [
    anywhere('own_collaborator separate_collaborator'),
    (plan) => withCoordinator(plan, { by: 'collaborator', why: 'You asked for one.' }),
  ],
  [
    anywhere('two_(?:people|specialists|llms) (?:a|one)_specialist_for_each'),
    (plan) => ({ ...plan, team: plan.team.map((member) => ({ ...member, sameAs: null })) }),
  ],
];

function adjusted(plan: Plan, request: string): Plan {
  const wanted = adjustments.filter(([pattern]) => pattern.test(request));
  return wanted.reduce((changed, [, adjust]) => adjust(changed), plan);
}

function withLengths(plan: Plan, factor: number): Plan {
  const outputs = plan.outputs.map((output) => ({
    ...output,
    criteria: output.criteria.map((criterion) => {
      const { check } = criterion;
      if (check.kind !== 'length') return criterion;
      const wordsMin = Math.round(check.wordsMin * factor);
      const wordsMax = Math.max(wordsMin + 180, Math.round(check.wordsMax * factor));
      const text = `${check.file} has ${wordsMin} to ${wordsMax} words.`;
      return { ...criterion, text, check: { ...check, wordsMin, wordsMax } };
    }),
  }));
  return { ...plan, outputs };
}

function withOversight(plan: Plan, oversight: Plan['streams'][number]['oversight']): Plan {
  return { ...plan, streams: plan.streams.map((stream) => ({ ...stream, oversight })) };
}

function withCoordinator(plan: Plan, coordination: Coordination): Plan {
  return { ...plan, streams: plan.streams.map((stream) => ({ ...stream, coordination })) };
}

function withWish(plan: Plan, request: string): Plan {
  const wish = `The Director added: “${clip(plainLine(request), 240)}”`;
  const tasks = plan.tasks.map((task) => ({ ...task, brief: clip(`${wish} ${task.brief}`, 1200) }));
  return { ...plan, tasks };
}
