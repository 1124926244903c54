// What a run found wrong, in words, by the promise that was broken. All empty is the only success.

export interface Findings {
  /** Said or decided, and not there in the end. */
  lost: string[];
  /** To be seen twice. */
  duplicates: string[];
  disorder: string[];
  /** In the record twice, or a record that does not hold. */
  effects: string[];
  /** Answered, journaled, and asked again; or asked again without a reason. */
  paidTwice: string[];
}

export function noFindings(): Findings {
  return { lost: [], duplicates: [], disorder: [], effects: [], paidTwice: [] };
}

const shownMax = 20;

/** The first of each kind, for people. */
export function linesOf(findings: Findings): string[] {
  const { lost, duplicates, disorder, effects, paidTwice } = findings;
  const kinds = { lost, duplicates, disorder, effects, 'paid twice': paidTwice };
  return Object.entries(kinds).flatMap(([kind, found]) =>
    found.slice(0, shownMax).map((one) => `${kind}: ${one}`),
  );
}
