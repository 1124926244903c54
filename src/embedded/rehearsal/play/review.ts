// Judges a submitted output by reading its files: each judged criterion gets a sentence that really
// stands there, or the output goes back with what is missing. A sentence that is known to be too
// general is quoted as the reason.
import type { FileText } from '../../../domain/check-output.ts';
import { readObjective } from '../objective/read-objective.ts';
import { clip, numberName } from '../objective/words.ts';
import { sectionOf, textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { generalAspectsIn, reasonAgainst } from '../write/aspects.ts';
import { evidenceOf, findQuote } from '../write/find-quote.ts';
import { emptyBrief, TaskBrief } from '../write/task-brief.ts';
import { criteriaOf, submissionOf } from './materials.ts';
import { marked } from './said.ts';
import type { Played } from './said.ts';

export function playReview(asked: Asked): Played {
  const task = sectionOf(asked, 'task', { schema: TaskBrief, otherwise: emptyBrief });
  const submission = submissionOf(asked);
  const author = submission.author ?? 'the author';
  const judged = criteriaOf(asked).filter(({ check }) => check.kind === 'judged');
  const files = namesOf(asked.files);
  const reasons = generalities(asked, asked.files);
  const verdicts = judged.map((criterion) => ({
    criterion,
    quote: findQuote(criterion.text, asked.files),
  }));
  for (const { criterion, quote } of verdicts) {
    if (quote !== null || reasons.length > 0) continue;
    reasons.push(
      clip(`${criterion.id} (${criterion.text}): no sentence in ${files} says so; add one.`, 500),
    );
  }
  if (reasons.length > 0) {
    const count =
      reasons.length === 1 ? 'one thing has' : `${numberName(reasons.length)} things have`;
    const text = `${author}, the checks by code are fine; ${count} to change before I accept it.`;
    return {
      text: marked(text),
      calls: [{ name: 'changes', args: { task: task.id, reasons: reasons.slice(0, 10) } }],
    };
  }
  const criteria = verdicts.flatMap(({ criterion, quote }) =>
    quote === null ? [] : [{ criterion: criterion.id, met: true, evidence: evidenceOf(quote) }],
  );
  const again = submission.revision > 0 ? ' The revision mends what I had sent back.' : '';
  const count = countOf(judged.length);
  const basis =
    judged.length === 0 ? 'Code checked every criterion' : `I found a sentence for ${count}`;
  return {
    text: marked(`${basis} of ${task.id} in ${namesOf(asked.files)}.${again}`),
    calls: [{ name: 'accept', args: { task: task.id, criteria, note: noteOn(asked.files) } }],
  };
}

function countOf(judged: number): string {
  if (judged === 1) return 'the one judged criterion';
  return judged === 2 ? 'both judged criteria' : `all ${numberName(judged)} judged criteria`;
}

/** One reason for each point that a file treats too generally. */
function generalities(asked: Asked, files: readonly FileText[]): string[] {
  const objective = readObjective(textOf(asked, 'objective'), textOf(asked, 'understanding'));
  const terms = { audience: clip(objective.audience, 120), topic: objective.topic };
  return files.flatMap((file) =>
    generalAspectsIn(file.text).map((aspect) =>
      clip(reasonAgainst(aspect, { ...terms, file: file.name }), 500),
    ),
  );
}

function namesOf(files: readonly FileText[]): string {
  return files.map(({ name }) => name).join(', ') || 'the submission';
}

function noteOn(files: readonly FileText[]): string {
  const hasTable = files.some(({ name }) => name.endsWith('.csv'));
  return hasTable
    ? 'The sums are right; the prices behind them remain estimates. (rehearsal)'
    : 'It can be used as it is; names and dates are for people to fill in. (rehearsal)';
}
