// The files of a task, complete: each is written from what its criteria demand and from the form
// that its name or the output's title points to, whoever made the plan.
import type { FileText } from '../../../domain/check-output.ts';
import { createDice } from '../dice.ts';
import { formFor } from '../objective/find-deliverables.ts';
import { forms } from '../objective/forms.ts';
import { supportForms } from '../objective/support-forms.ts';
import type { Form } from '../objective/form.ts';
import { capital, wordsOf } from '../objective/words.ts';
import { aspectOf } from './aspects.ts';
import type { Aspect } from './aspects.ts';
import { writeCode } from './code.ts';
import { findQuote } from './find-quote.ts';
import { onThePoint, writeMarkdown } from './markdown.ts';
import type { Scene } from './scene.ts';
import { writeTable } from './tables.ts';
import { demandsOn } from './task-brief.ts';
import type { TaskBrief } from './task-brief.ts';

export interface FilesOrder {
  task: TaskBrief;
  seed: number;
  /** What is left too general on purpose. */
  weakness: Aspect | null;
}

export function writeFiles(scene: Scene, order: FilesOrder): FileText[] {
  const { task } = order;
  const names = task.files.length > 0 ? task.files : ['document.md'];
  const judged = task.criteria.flatMap(({ text, check }) =>
    check.kind === 'judged' ? [text] : [],
  );
  const files = names.map((name) => ({ name, text: writeFile(scene, order, { name, judged }) }));
  const meant = judged.filter((criterion) => aspectOf(criterion)?.id !== order.weakness?.id);
  // An undefined aspect never equals a weakness; without a weakness every criterion is meant.
  const taken = order.weakness === null ? judged : meant;
  return taken.reduce((all, criterion) => withPoint(scene, all, criterion), files);
}

function writeFile(
  scene: Scene,
  { task, seed, weakness }: FilesOrder,
  { name, judged }: { name: string; judged: readonly string[] },
): string {
  const form = formOfFile(name, task);
  const demands = demandsOn(name, task.criteria);
  const dice = createDice(seed, scene.objective.text, task.id, name);
  if (name.endsWith('.csv')) {
    const table = form.shape === 'amounts' || form.shape === 'rows' ? form : formAt('table');
    return writeTable(scene, dice, { form: table, demands });
  }
  if (!name.endsWith('.md')) return writeCode(name, scene);
  const text =
    form.shape === 'sections' || form.shape === 'pieces' ? form : supportForms.mainDocument;
  const title = task.output === '' ? capital(name.replace(/\.\w+$/, '')) : task.output;
  const order = { file: name, form: text, title, demands, judged, weakness };
  return writeMarkdown(scene, dice, order);
}

/** The form of a file: by its name, else by the last noun of its output's title that is one. */
export function formOfFile(name: string, task: Pick<TaskBrief, 'output' | 'title'>): Form {
  const stem = name.replace(/\.\w+$/, '').toLowerCase();
  const all = [...Object.values(supportForms), ...forms];
  const exact = all.find(({ file }) => file === name || name.endsWith(`-${file}`));
  if (exact !== undefined) return exact;
  const nouns = [...stem.split(/[-_ ]/), ...wordsOf(task.output), ...wordsOf(task.title)];
  const form = nouns.map((noun) => formFor(noun)).find((one) => one !== undefined);
  return form === undefined ? supportForms.mainDocument : withPieceName(form, stem);
}

function withPieceName(form: Form, stem: string): Form {
  if (form.shape !== 'pieces') return form;
  const singular = stem.endsWith('ies') ? `${stem.slice(0, -3)}y` : stem.replace(/s$/, '');
  return { ...form, title: capital(stem), piece: capital(singular) };
}

function formAt(id: string): Form {
  return forms.find((form) => form.id === id) ?? supportForms.mainDocument;
}

/** Takes up a judged criterion that nothing in the files speaks to yet. */
export function withPoint(scene: Scene, files: FileText[], criterion: string): FileText[] {
  if (findQuote(criterion, files) !== null) return files;
  const at = files.findIndex(({ name }) => name.endsWith('.md'));
  if (at < 0) return files;
  const sentence = onThePoint(criterion, scene);
  return files.map((file, index) =>
    index === at ? { ...file, text: `${file.text.trimEnd()}\n\n${sentence}\n` } : file,
  );
}

/**
 * What the first version of a task leaves too general, or null. Only points that the task's own
 * criteria judge, and none that a lesson of an earlier project already warns of.
 */
export function weaknessFor(
  task: TaskBrief,
  { lessons, habits }: { lessons: readonly string[]; habits: readonly string[] },
): Aspect | null {
  const isText = task.files.some((name) => name.endsWith('.md'));
  if (!isText) return null;
  const candidates = task.criteria.flatMap(({ text, check }) => {
    const aspect = check.kind === 'judged' ? aspectOf(text) : undefined;
    // Whoever has the habit does not fall into it again.
    const isOvercome = habits.includes(aspect?.habit ?? '');
    return aspect?.general === undefined || isOvercome ? [] : [aspect];
  });
  const fresh = candidates.find(({ lesson }) => !lessons.includes(lesson ?? ''));
  return fresh ?? candidates[0] ?? null;
}
