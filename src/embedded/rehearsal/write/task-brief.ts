// The brief of a task as the prompt carries it, read leniently: what is missing is empty, so that a
// hand-made request is answered too.
import { z } from 'zod';
import { Criterion } from '../../../domain/criterion.ts';

export const TaskBrief = z.looseObject({
  id: z.string().catch('T1'),
  title: z.string().catch(''),
  brief: z.string().catch(''),
  output: z.string().catch(''),
  files: z.array(z.string()).catch([]),
  criteria: z.array(Criterion).catch([]),
});
export type TaskBrief = z.infer<typeof TaskBrief>;

export const emptyBrief: TaskBrief = {
  id: 'T1',
  title: '',
  brief: '',
  output: '',
  files: [],
  criteria: [],
};

/** What the criteria that code checks ask of one file. */
export interface FileDemands {
  sections: readonly string[];
  /** Heading level to how many headings of it. */
  headings: ReadonlyMap<number, number>;
  wordsMin: number;
  wordsMax: number;
  /** Columns that add up, each with the label of its total. */
  sums: readonly { column: string; totalLabel: string }[];
}

export function demandsOn(file: string, criteria: readonly Criterion[]): FileDemands {
  const sections: string[] = [];
  const headings = new Map<number, number>();
  const sums: { column: string; totalLabel: string }[] = [];
  let wordsMin = 0;
  let wordsMax = Number.POSITIVE_INFINITY;
  for (const { check } of criteria) {
    if (check.kind === 'judged' || check.file !== file) continue;
    if (check.kind === 'sections') sections.push(...check.sections);
    if (check.kind === 'headings') {
      headings.set(check.level, Math.max(check.countMin, headings.get(check.level) ?? 0));
    }
    if (check.kind === 'length') {
      wordsMin = Math.max(wordsMin, check.wordsMin);
      wordsMax = Math.min(wordsMax, check.wordsMax);
    }
    if (check.kind === 'sum') sums.push(check);
  }
  return { sections: [...new Set(sections)], headings, wordsMin, wordsMax, sums };
}
