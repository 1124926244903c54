// What the agency has learned and is about to: how work went, what was proposed, every version of
// every system message, and the advice given. Part of the agency's state, folded from its facts.
import { z } from 'zod';
import type { Agent } from './agent.ts';
import type { Bullet } from './bullet.ts';
import { LearnerId, ProjectId } from './ids.ts';
import { limits } from './limits.ts';
import { prose } from './prose.ts';
import { MessageVersion, Rewrite } from './rewrite.ts';
import { Pairing, Work } from './track-record.ts';

export const Advice = z.strictObject({
  projectId: ProjectId,
  to: LearnerId,
  text: prose(400),
});
export type Advice = z.infer<typeof Advice>;

export const Learning = z.strictObject({
  works: z.array(Work),
  pairings: z.array(Pairing),
  advice: z.array(Advice),
  rewriteCount: z.int().nonnegative(),
  bulletCount: z.int().nonnegative(),
  rewrites: z.array(Rewrite),
  /** From the second version on; whoever is not here has the first. */
  versions: z.record(LearnerId, z.array(MessageVersion)),
});
export type Learning = z.infer<typeof Learning>;

export const nothingLearned: Learning = {
  works: [],
  pairings: [],
  advice: [],
  rewriteCount: 0,
  bulletCount: 0,
  rewrites: [],
  versions: {},
};

/** What somebody's system message holds now. */
export function messageOf(
  { versions }: Pick<Learning, 'versions'>,
  learner: string,
): { version: number; bullets: Bullet[] } {
  const newest = versions[learner]?.at(-1);
  return newest === undefined
    ? { version: 1, bullets: [] }
    : { version: newest.version, bullets: newest.bullets };
}

/** What the roles that have one message for all have learned; without those that have not. */
export function roleMessages(learning: Pick<Learning, 'versions'>) {
  return ['pm', 'collaborator']
    .map((learner) => ({ learner, ...messageOf(learning, learner) }))
    .filter(({ version }) => version > 1);
}

/** What it held in a version; undefined when there is no such version. */
export function bulletsAt(
  { versions }: Pick<Learning, 'versions'>,
  learner: string,
  version: number,
): Bullet[] | undefined {
  if (version === 1) return [];
  return versions[learner]?.find((one) => one.version === version)?.bullets;
}

/** A Specialist as the roster shows it, else whoever has one message for a whole role. */
export function nameOfLearner(learner: string, agents: readonly Agent[]): string {
  if (learner === 'pm') return 'Project Manager';
  if (learner === 'collaborator') return 'Collaborators';
  const agent = agents.find(({ id }) => id === learner);
  return agent === undefined ? learner : `${agent.name} · ${agent.title}`;
}

/** @param who a name, an id, `pm` or `collaborator`, with or without `@`; null when nobody is */
export function learnerCalled(agents: readonly Agent[], who: string): string | null {
  const word = who.trim().replace(/^@/, '').toLowerCase();
  if (['pm', 'paul', 'project manager', 'project-manager'].includes(word)) return 'pm';
  if (['collaborator', 'collaborators'].includes(word)) return 'collaborator';
  const isCalled = ({ id, name }: Agent) => [id, name].some((one) => one.toLowerCase() === word);
  return agents.find(isCalled)?.id ?? null;
}

/** How two work together, summed over all projects, as sentences; what worked best comes first. */
export function patternsOf(pairings: readonly Pairing[], agents: readonly Agent[]): string[] {
  const groups = Object.values(
    Object.groupBy(pairings, ({ kind, from, to }) => `${kind} ${from} ${to}`),
  ).flatMap((group = []) => {
    const [first] = group;
    if (first === undefined) return [];
    const sum = (of: (one: Pairing) => number) => group.reduce((all, one) => all + of(one), 0);
    return [{ ...first, times: sum((one) => one.times), well: sum((one) => one.withoutReturn) }];
  });
  return groups
    .filter(({ well }) => well > 0)
    .toSorted(
      (one, other) => other.well / other.times - one.well / one.times || other.well - one.well,
    )
    .slice(0, limits.patternsMax)
    .map(({ kind, from, to, times, well }) => {
      const [maker, other] = [shortName(from, agents), shortName(to, agents)];
      const count = `${well} of ${times} ${times === 1 ? 'time' : 'times'}`;
      return kind === 'review'
        ? `What ${maker} made passed the review of ${other} at the first try ${count}.`
        : `${other} built on what ${maker} handed over, and nothing came back ${count}.`;
    });
}

/** Collaborators come and go with their streams; what is said of them is said of the role. */
function shortName(agentId: string, agents: readonly Agent[]): string {
  const agent = agents.find(({ id }) => id === agentId);
  if (agent !== undefined) return `${agent.name} (${agent.id}, ${agent.title})`;
  return agentId === 'pm' ? 'the Project Manager' : 'a Collaborator';
}
