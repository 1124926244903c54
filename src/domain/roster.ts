// Who could do it: how well a Specialist's skills fit what a place in the team asks for.
import type { RosterEntry } from './agency.ts';

/** Share of the wanted skills that a Specialist has, from 0 to 1: the same, or a word by stem. */
export function skillMatch(wanted: readonly string[], has: readonly string[]): number {
  if (wanted.length === 0) return 0;
  const stems = new Set(has.flatMap(wordsOf));
  const same = new Set(has.map((skill) => skill.toLowerCase()));
  const hits = wanted.filter(
    (skill) => same.has(skill.toLowerCase()) || wordsOf(skill).some((word) => stems.has(word)),
  );
  return hits.length / wanted.length;
}

/** Free Specialists, best match first; those without any match are left out. */
export function bestFor(
  wanted: readonly string[],
  roster: readonly RosterEntry[],
): { entry: RosterEntry; match: number }[] {
  return roster
    .filter((entry) => entry.reservedBy === null)
    .map((entry) => ({ entry, match: skillMatch(wanted, [...entry.agent.skills]) }))
    .filter(({ match }) => match > 0)
    .sort((a, b) => b.match - a.match || b.entry.accepted - a.entry.accepted);
}

function wordsOf(skill: string): string[] {
  return skill
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)
    .map((word) => word.replace(/(ing|ers?|s)$/, ''));
}
