// What a turn is reminded of: the memories that fit its matter, each with where it comes from and
// how far it is to be trusted. It is asked of the agency's own and of this project's, never of
// another project's, and shown as material like everything else.
import type { MemoryKind, Trust } from '../domain/memory.ts';
import { lastingKinds } from '../domain/memory.ts';
import type { Project } from '../domain/project.ts';
import { limits } from '../domain/limits.ts';
import { taskInPlan } from '../domain/task-in-plan.ts';
import type { TurnKind, TurnOrder } from '../domain/turn.ts';
import type { Query, Recalled, RecalledItem } from '../memory/recall.ts';
import type { Section } from './context.ts';

export type Recall = (query: Query) => Promise<Recalled>;

/** Another's record is no business of whoever does the work. */
const forSpecialists = lastingKinds.filter(
  (kind) => kind !== 'performance' && kind !== 'definition',
);

/** A turn's material is a long question: few of its words stand in any one memory. */
const coverageMin = 0.08;

/** @returns null when nothing fits, or this kind of turn is not to be reminded */
export async function recollect(
  recall: Recall,
  project: Project,
  order: TurnOrder,
): Promise<Section | null> {
  const about = matterOf(project, order);
  if (about === null) return null;
  const { items, degraded } = await recall({
    ...about,
    scopes: [project.id, 'agency'],
    itemsMax: limits.memoriesInPromptMax,
    tokensMax: limits.memoriesInPromptTokensMax,
    coverageMin,
  });
  // Lessons have a section of their own.
  const known = new Set(
    project.terms.lessons.map((lesson) => (typeof lesson === 'string' ? lesson : lesson.text)),
  );
  // What was decided in this project stands in its state, which whoever manages it is shown.
  const isKnown = ({ kind, text, source }: RecalledItem) =>
    known.has(text) ||
    (kind === 'decision' && source.projectId === project.id && !isAboutTask(order.kind));
  const fresh = items.filter((item) => !isKnown(item));
  if (fresh.length === 0) return null;
  const note = degraded === null ? {} : { note: degradedNote };
  return { name: 'memories', value: { ...note, items: fresh.map(viewOf) } };
}

const degradedNote = 'Memory is degraded: these were found by their words alone.';

/** The tool's answer: a line for each. */
export async function answerFromMemory(
  recall: Recall,
  project: Project,
  asked: { question: string; kinds: readonly MemoryKind[] },
): Promise<string> {
  const { items, degraded } = await recall({
    text: asked.question,
    kinds: asked.kinds,
    scopes: [project.id, 'agency'],
    tokensMax: limits.memoriesInPromptTokensMax,
  });
  const lines = items.map((item) => {
    const { text, source, on } = viewOf(item);
    return `- ${text} [${source}, ${on}]`;
  });
  if (lines.length === 0) lines.push('Nothing fits.');
  return [...(degraded === null ? [] : [degradedNote]), ...lines].join('\n');
}

interface Matter {
  text: string;
  kinds: readonly MemoryKind[];
}

function matterOf(project: Project, order: TurnOrder): Matter | null {
  const { objective, understanding } = project;
  const { prompt } = order.subject;
  const inPlan = taskInPlan(project, order.subject.task);
  const task = inPlan === null ? '' : `${inPlan.planned.title}. ${inPlan.output.title}.`;
  const kinds = kindsFor(order.kind);
  if (kinds === null) return null;
  const parts = isAboutTask(order.kind)
    ? [task, prompt ?? '', inPlan?.planned.brief ?? '']
    : [prompt ?? '', understanding, objective];
  const text = parts.join(' ').trim().slice(0, limits.recallQuestionCharsMax);
  return text === '' ? null : { text, kinds };
}

function isAboutTask(kind: TurnKind): boolean {
  return kind === 'specialist.work' || kind === 'specialist.revise' || kind === 'specialist.answer';
}

/** Whoever judges an output judges it by its criteria; null: not reminded. */
function kindsFor(kind: TurnKind): readonly MemoryKind[] | null {
  if (isAboutTask(kind)) return forSpecialists;
  const managed = ['intake', 'approaches', 'plan', 'talk'].map((turn) => `project-manager.${turn}`);
  return managed.includes(kind) ? lastingKinds : null;
}

const kindWords: Readonly<Record<MemoryKind, string>> = {
  feedback: 'feedback',
  definition: 'who someone is',
  performance: 'record',
  observation: 'observation',
  pattern: 'what worked',
  lesson: 'lesson',
  decision: 'decision',
  summary: 'output',
  message: 'said',
};

const trustWords: Readonly<Record<Trust, string>> = {
  T0: 'counted by the program',
  T1: 'by the Director',
  T2: 'by a human specialist',
  T3: 'by an LLM',
  T4: 'from outside',
};

export interface MemoryView {
  text: string;
  /** Such as `lesson from P1, by an LLM`. */
  source: string;
  /** ISO date. */
  on: string;
}

export function viewOf({ text, kind, trust, source, speaker, at }: RecalledItem): MemoryView {
  const from = source.projectId === null ? '' : ` from ${source.projectId}`;
  const by = kind === 'message' && speaker !== null ? `by ${speaker}` : trustWords[trust];
  const on = new Date(at).toISOString().slice(0, 10);
  return { text, source: `${kindWords[kind]}${from}, ${by}`, on };
}
