// The Learning & Performance Manager studies a project: after a hand-over, and whenever somebody
// asks. Scores are counted by code; its turn gives advice and proposes. Its invariant: a study runs
// last, spends what is left of the project's budget and nothing beyond, and whatever becomes of it
// the agency is told once, with the scores.
import type { ActionOf } from '../action.ts';
import { learningManager } from '../agent.ts';
import type { EventOf } from '../event.ts';
import { nameOfLearner } from '../learning.ts';
import { limits } from '../limits.ts';
import { faultOfText } from '../lint-bullet.ts';
import { agencyPlaces } from '../place.ts';
import { agentsOf, turnsAhead } from '../project.ts';
import { clip } from '../prose.ts';
import type { ProposedRewrite } from '../rewrite.ts';
import { evidenceOf, learnersOf, pairingsOf, particularsOf, worksOf } from '../study.ts';
import type { TurnOutput } from '../turn.ts';
import { orderTurn, speak } from './draft.ts';
import type { Draft } from './draft.ts';
import { actionsOf } from './used-commands.ts';

/** @param request who wants it and about whom; null after a hand-over */
export function orderStudy(draft: Draft, request: string | null): void {
  orderTurn(draft, {
    kind: 'lpm.study',
    agentId: learningManager.id,
    // In a conversation of its own: nobody's answer and no other study waits for it.
    conversation: draft.project.id,
    tier: 'standard',
    subject: { prompt: request },
  });
}

/** Nothing is learned from a project in which nothing was judged. */
export function studyIfWorked(draft: Draft): void {
  if (worksOf(draft.project).length > 0) orderStudy(draft, null);
}

export function studyOnRequest(draft: Draft, { by, who }: EventOf<'study-wanted'>): void {
  const { project } = draft;
  if (worksOf(project).length === 0) {
    return speak(draft, {
      place: agencyPlaces.log,
      speaker: learningManager,
      text: `${project.id} has nothing to learn from yet: none of its outputs was judged.`,
    });
  }
  // Whoever is at it already sees the same.
  if (turnsAhead(project).some(([, turn]) => turn.kind === 'lpm.study')) return;
  const about = who === null ? '' : ` It is about ${who}: study nobody else.`;
  orderStudy(draft, `${by} asks for it.${about}`);
}

export function hearStudy(draft: Draft, output: TurnOutput): void {
  const { project } = draft;
  const learners = learnersOf(project);
  const given = actionsOf(output, 'advise')
    .filter(({ to }) => learners.includes(to))
    .slice(0, limits.proposalsPerStudyMax);
  // Advice is read in later projects: what no bullet may order, advice may not either.
  const faultOf = (text: string) => faultOfText(text, { names: [], texts: [] });
  const advice = given.filter(({ text }) => faultOf(text) === null);
  const proposed = actionsOf(output, 'propose-rewrite').slice(0, limits.proposalsPerStudyMax);
  const judged = proposed.map((one) => judge(draft, one));
  tellAgency(draft, {
    advice: advice.map(({ to, text }) => ({ to, text })),
    rewrites: judged.flatMap((one) => (one.ok ? [one.rewrite] : [])),
    refused: [
      ...judged.flatMap((one) => (one.ok ? [] : [clip(one.reason, 300)])),
      ...given.flatMap(({ text }) => {
        const fault = faultOf(text);
        return fault === null ? [] : [`Advice: ${fault}.`];
      }),
    ],
    failure: null,
    microUsd: output.usage.microUsd,
  });
}

/** The scores are there all the same. */
export function giveUpStudy(draft: Draft, reason: string): void {
  const nothing = { advice: [], rewrites: [], refused: [], microUsd: 0 };
  tellAgency(draft, { ...nothing, failure: clip(reason, 1000) });
}

type Judged = { ok: true; rewrite: ProposedRewrite } | { ok: false; reason: string };

/** What can be judged from the project alone; whether it fits the message, the agency knows. */
function judge({ project }: Draft, proposal: ActionOf<'propose-rewrite'>): Judged {
  const { learner, delta, hypothesis } = proposal;
  const name = nameOfLearner(learner, agentsOf(project));
  const refuse = (why: string): Judged => ({ ok: false, reason: `For ${name}: ${why}` });
  if (!learnersOf(project).includes(learner)) return refuse('nobody of that id worked here.');
  const known = evidenceOf(project).filter(({ id }) => proposal.evidence.includes(id));
  if (known.length === 0) return refuse('it points at nothing that happened.');
  const fault = delta.type === 'retire' ? null : faultOfText(delta.text, particularsOf(project));
  if (fault !== null) return refuse(`${fault}.`);
  return {
    ok: true,
    rewrite: { learner, delta, hypothesis, evidence: known.slice(0, limits.bulletEvidenceMax) },
  };
}

type Result = Pick<
  EventOf<'study-finished'>,
  'advice' | 'rewrites' | 'refused' | 'failure' | 'microUsd'
>;

function tellAgency(draft: Draft, result: Result): void {
  const { event, project } = draft;
  draft.out.events.push({
    type: 'study-finished',
    id: `${event.id}.study`,
    at: draft.now,
    projectId: project.id,
    turnId: 'turnId' in event ? event.turnId : null,
    works: worksOf(project),
    pairings: pairingsOf(project),
    ...result,
  });
}
