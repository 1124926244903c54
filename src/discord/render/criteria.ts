// Success criteria as a list that reads at a glance: ✅ met, ❌ not met, ▫️ not judged yet, each with
// the evidence below it. A verdict on a criterion that the list does not hold is shown all the
// same.
import type { Check, Criterion, CriterionResult } from '../../domain/criterion.ts';

const checkers = { code: 'measured', agent: 'judged', human: 'a person' } as const;

export function criteriaList(
  criteria: readonly Criterion[],
  results: readonly CriterionResult[],
): string {
  const listed = criteria.map((criterion) => {
    const result = results.find((one) => one.criterion === criterion.id);
    return lineOf(
      `${criterion.text}${result === undefined ? checkHint(criterion.check) : ''}`,
      result,
    );
  });
  const known = new Set(criteria.map((criterion) => criterion.id));
  const others = results.filter((result) => !known.has(result.criterion));
  return [...listed, ...others.map((result) => lineOf(result.criterion, result))].join('\n');
}

function lineOf(text: string, result: CriterionResult | undefined): string {
  if (result === undefined) return `▫️ ${text}`;
  const evidence = result.evidence.trim();
  const by = checkers[result.checkedBy];
  return `${result.met ? '✅' : '❌'} ${text}\n↳ ${evidence === '' ? by : `${evidence} · ${by}`}`;
}

/** Says when code will measure it, so that nobody argues about it later. */
function checkHint(check: Check): string {
  return check.kind === 'judged' ? '' : ' · measured';
}

/** `3 of 4 criteria met` */
export function criteriaScore(results: readonly CriterionResult[]): string {
  const met = results.filter((result) => result.met).length;
  return `${met} of ${results.length} ${results.length === 1 ? 'criterion' : 'criteria'} met`;
}
