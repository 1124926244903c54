// The sections of the prompts as values, read leniently: a field that is missing is empty. What
// other sides of the agency call these shapes is theirs to say; here stands what the play uses.
import { z } from 'zod';
import { Criterion } from '../../../domain/criterion.ts';
import { Plan } from '../../../domain/plan.ts';
import { sectionOf, textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { cleanText, clip, plainLine } from '../objective/words.ts';
import { anywhere } from '../objective/patterns.ts';
import type { Heard } from '../write/scene.ts';

const Words = z.string().catch('');
const List = z.array(z.string()).catch([]);
const Count = z.number().catch(0);

export const RosterLine = z.looseObject({
  id: z.string(),
  name: Words,
  title: Words,
  skills: List,
  busy: z.boolean().catch(true),
  projects: Count,
  accepted: Count,
  rejections: Count,
});
export type RosterLine = z.infer<typeof RosterLine>;

const Line = z.looseObject({ by: Words, text: Words });
const ApproachLine = z.looseObject({ title: Words, tasks: z.number().catch(5) });

export const TaskLine = z.looseObject({
  id: z.string(),
  title: Words,
  output: Words,
  after: List,
  doer: z.string().nullable().catch(null),
  approver: Words,
  state: Words,
});
export type TaskLine = z.infer<typeof TaskLine>;

const Result = z.looseObject({ criterion: Words, met: z.boolean().catch(false), evidence: Words });

export const AcceptedLine = z.looseObject({
  task: Words,
  output: Words,
  summary: Words,
  files: List,
  openPoints: List,
  rejections: Count,
  results: z.array(Result).catch([]),
});
export type AcceptedLine = z.infer<typeof AcceptedLine>;

const HandoffLine = z.looseObject({
  from: Words,
  title: Words,
  summary: Words,
  openPoints: List,
  files: List,
});

const SubmissionLine = z.looseObject({
  author: z.string().nullable().catch(null),
  summary: Words,
  openPoints: List,
  revision: Count,
  files: List,
});

const Colleague = z.looseObject({ id: z.string(), name: Words, title: Words });
const StreamLine = z.looseObject({ id: Words, title: Words, purpose: Words, oversight: Words });
const OutputLine = z.looseObject({
  id: Words,
  title: Words,
  files: List,
  deliver: z.boolean().catch(true),
  criteria: z.array(Criterion).catch([]),
});

/** A reader of a section that holds a list; absent means none. */
function listReader<S extends z.ZodType>(name: string, schema: S) {
  return (asked: Asked): z.infer<S>[] => {
    const reading = { schema: z.array(schema.nullable()), otherwise: [] };
    const lines: (z.infer<S> | null)[] = sectionOf(asked, name, reading);
    return lines.filter((line) => line !== null);
  };
}

export const rosterOf = listReader('roster', RosterLine);
const dialogueOf = listReader('dialogue', Line);
export const tasksOf = listReader('tasks', TaskLine);
export const receiversOf = listReader('receivers', TaskLine);
export const acceptedOf = listReader('accepted', AcceptedLine);
export const handoffsOf = listReader('handoffs', HandoffLine);
export const colleaguesOf = listReader('colleagues', Colleague);
const remarksOf = listReader('remarks', Line);
const lessonLinesOf = listReader('lessons', z.looseObject({ text: Words, from: Words }));
export const reasonsOf = listReader('reasons', z.string());
export const criteriaOf = listReader('criteria', Criterion);
export const outputsOf = listReader('outputs', OutputLine);

export function approachOf(asked: Asked) {
  return sectionOf(asked, 'approach', { schema: ApproachLine, otherwise: { title: '', tasks: 5 } });
}

export function planOf(asked: Asked, section: 'plan' | 'previous-plan'): Plan | null {
  return sectionOf(asked, section, { schema: Plan.nullable(), otherwise: null });
}

export function streamOf(asked: Asked) {
  const otherwise = { id: 'S1', title: 'this stream', purpose: '', oversight: 'milestones' };
  return sectionOf(asked, 'stream', { schema: StreamLine, otherwise });
}

export function submissionOf(asked: Asked) {
  const otherwise = { author: null, summary: '', openPoints: [], revision: 0, files: [] };
  return sectionOf(asked, 'submission', { schema: SubmissionLine, otherwise });
}

export function taskLineOf(asked: Asked): TaskLine {
  const otherwise = {
    id: 'T1',
    title: '',
    output: '',
    after: [],
    doer: null,
    approver: '',
    state: '',
  };
  return sectionOf(asked, 'task', { schema: TaskLine, otherwise });
}

/** What the Director said after the objective, in order; the PM's own lines are left out. */
export function directorLinesOf(asked: Asked): string[] {
  const said = dialogueOf(asked)
    .filter(({ by }) => by !== 'PM')
    .map(({ text }) => cleanText(text));
  const lines = [...said, cleanText(textOf(asked, 'latest'))];
  return [...new Set(lines)].filter((line) => line !== '');
}

/** What the Director added; lines that leave the choice to the PM say nothing about the work. */
export function wishesOf(lines: readonly string[]): string[] {
  const delegating = anywhere(`
    (?:you_)?decide as_you_(?:think|like|see) up_to_you go_ahead your_choice you_choose entscheide
    wie_du_(?:meinst|willst) comme_(?:tu|vous)_voule?z? como_quieras
  `);
  return lines.filter((line) => line.length > 60 || !delegating.test(line));
}

export interface Lesson {
  text: string;
  /** The lesson with the project that it comes from, as it is cited. */
  cited: string;
}

/** What earlier projects taught: their own last words first, then what memory adds. */
export function lessonsOf(asked: Asked): Lesson[] {
  return lessonLinesOf(asked)
    .filter(({ text }) => text !== '')
    .map(({ text, from }) => ({ text, cited: from === '' ? text : `${from} taught: “${text}”` }));
}

/** Remarks of people and colleagues as lines fit to quote. */
export function heardOf(asked: Asked): Heard[] {
  return remarksOf(asked).map(({ by, text }) => ({ by, text: clip(plainLine(text), 300) }));
}
