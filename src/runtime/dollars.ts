// Money as people read it in an answer.

/** @param digits behind the point */
export function dollars(microUsd: number, digits: number): string {
  return `$${(microUsd / 1e6).toFixed(digits)}`;
}
