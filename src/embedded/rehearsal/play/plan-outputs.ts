// One output of a plan with its criteria: at least as many that code checks as judged ones, so that
// the whole plan keeps the rule that half are checked by code.
import type { Check, Criterion } from '../../../domain/criterion.ts';
import type { PlannedOutput } from '../../../domain/plan.ts';
import type { Objective } from '../objective/read-objective.ts';
import { capital, clip, numberName } from '../objective/words.ts';
import { aspects } from '../write/aspects.ts';
import { sumOf } from '../write/tables.ts';
import type { Job } from './jobs.ts';

/** @param firstCriterion the number of the output's first criterion, counted over the plan */
export function outputOf(
  job: Job,
  objective: Objective,
  ids: { output: number; firstCriterion: number },
): PlannedOutput {
  const checks = [...codeChecks(job, objective), ...judgedChecks(job, objective)];
  return {
    id: `O${ids.output}`,
    title: titleOf(job),
    files: [job.wanted.file],
    deliver: job.deliver,
    criteria: checks.map(({ text, check }, at) => ({
      id: `C${ids.firstCriterion + at}`,
      text: clip(text, 300),
      check,
    })),
  };
}

type Sketch = Omit<Criterion, 'id'>;

/** `One-page plan`, in the Director's words where there are any. */
export function titleOf({ wanted }: Job): string {
  const { form, phrase, count } = wanted;
  const words = phrase.replace(/^\d+\s/, '');
  if (form.shape !== 'pieces' || words === '') return clip(capital(words || form.title), 70);
  const hasPlural = words.toLowerCase() === form.title.toLowerCase();
  return clip(
    hasPlural && count > 1 ? `${capital(numberName(count))} ${words}` : capital(words),
    70,
  );
}

function codeChecks({ wanted }: Job, objective: Objective): Sketch[] {
  const { form, file } = wanted;
  const format = (kind: 'csv' | 'text'): Check => ({ kind: 'format', file, format: kind });
  switch (form.shape) {
    case 'sections':
      return [sectionsCheck(wanted), lengthCheck(file, wanted.length)];
    case 'pieces':
      return [headingsCheck(wanted), lengthCheck(file, pieceLength(wanted.count))];
    case 'amounts':
    case 'rows': {
      const sum = sumOf(form, objective.text);
      return [
        { text: `${file} is a table in which every row has all columns.`, check: format('csv') },
        {
          text: `In ${file} the column “${sum.column}” adds up to the row “${sum.totalLabel}”.`,
          check: { kind: 'sum', file, ...sum },
        },
      ];
    }
    case 'code':
      return [
        { text: `${file} exists and is not empty.`, check: { kind: 'file-exists', file } },
        { text: `${file} is plain text that can be read.`, check: format('text') },
      ];
  }
}

function sectionsCheck({ form, file }: Job['wanted']): Sketch {
  const sections = [...form.sections];
  const text = `${file} has the sections ${sections.join(', ')}.`;
  return { text, check: { kind: 'sections', file, sections } };
}

function headingsCheck({ form, file, count }: Job['wanted']): Sketch {
  const [, plural = ''] = /^(.*)\.md$/.exec(file) ?? [];
  const what = count === 1 ? (form.piece ?? 'piece').toLowerCase() : plural.replaceAll('-', ' ');
  return {
    text: `${file} holds ${numberName(count)} ${what}, each under its own heading.`,
    check: { kind: 'headings', file, level: 2, countMin: count },
  };
}

function pieceLength(count: number): readonly [number, number] {
  return [30 + 30 * count, 130 + 170 * count];
}

function lengthCheck(file: string, [wordsMin, wordsMax]: readonly [number, number]): Sketch {
  return {
    text: `${file} has ${wordsMin} to ${wordsMax} words.`,
    check: { kind: 'length', file, wordsMin, wordsMax },
  };
}

function judgedChecks({ wanted, deliver }: Job, objective: Objective): Sketch[] {
  const { form, file } = wanted;
  const audience = clip(objective.audience, 140);
  const terms = { audience, topic: clip(objective.topic, 100), file, activity: '', measure: '' };
  const named = deliver && form.aspects.length === 0 ? (['audience'] as const) : form.aspects;
  return named
    .slice(0, 2)
    .map((id) => ({ text: aspects[id].criterion(terms), check: { kind: 'judged' } as const }));
}
