// What the Learning & Performance Manager sees when it studies a project: how each output fared,
// each with an id that a proposal can point at, and the system messages with the records of those
// who worked. Also what others are shown of its insights. Pure.
import type { Agency } from '../domain/agency.ts';
import type { Bullet } from '../domain/bullet.ts';
import type { Outcome } from '../domain/feedback.ts';
import { messageOf, nameOfLearner } from '../domain/learning.ts';
import { turnName } from '../domain/learned.ts';
import { plannedMember } from '../domain/plan.ts';
import { memberOf } from '../domain/project.ts';
import type { Project } from '../domain/project.ts';
import type { Evidence } from '../domain/rewrite.ts';
import { recurringIn } from '../domain/recurring.ts';
import { evidenceOf, learnersOf, pairingsOf, worksOf } from '../domain/study.ts';
import { recordWords, trackRecordOf } from '../domain/track-record.ts';
import { TurnKind, roleOf } from '../domain/turn.ts';
import type { TurnOrder } from '../domain/turn.ts';
import type { Section, TurnContext } from './context.ts';

/** What is known beyond the project. */
export interface StudyMaterial {
  learning: Agency['learning'];
  /** How the outputs of its Specialists fared, here and in other projects, with what they cost. */
  outcomes: readonly Outcome[];
}

export function studyContext(
  project: Project,
  order: TurnOrder,
  material: StudyMaterial,
): TurnContext {
  const sections = sectionsOf(project, order, material).filter(
    ({ value }) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return { sections, files: [], criteria: [] };
}

function sectionsOf(
  project: Project,
  order: TurnOrder,
  { learning, outcomes }: StudyMaterial,
): Section[] {
  const isOfOther = ({ projectId }: { projectId: string }) => projectId !== project.id;
  const works = [...learning.works.filter(isOfOther), ...worksOf(project)];
  return [
    { name: 'objective', value: project.objective },
    { name: 'plan', value: planOf(project) },
    { name: 'evidence', value: evidenceOf(project).map((one) => evidenceView(project, one)) },
    { name: 'outcomes', value: outcomes.filter((one) => !isOfOther(one)).map(outcomeLine) },
    { name: 'recurring', value: recurringIn(outcomes).filter(({ times }) => times > 1) },
    {
      name: 'learners',
      value: learnersOf(project).map((learner) =>
        learnerView(project, learner, { learning, works }),
      ),
    },
    { name: 'together', value: pairingsOf(project).map(({ projectId: _id, ...one }) => one) },
    { name: 'proposed-before', value: proposedBefore(project, learning) },
    { name: 'request', value: order.subject.prompt },
  ];
}

/** With whom it is about, and which domains it says something about. */
function evidenceView({ tasks, returns, plan }: Project, { id, text }: Evidence) {
  const [, task = '', version = ''] = id.split('.');
  const returned = returns.find((one) => one.task === task && `v${one.revision + 1}` === version);
  const { assignee = null, doer = '' } = tasks[task] ?? {};
  const domains = (plan && plannedMember(plan, doer)?.skills) ?? [];
  return { id, learner: returned?.agentId ?? assignee, domains, text };
}

function planOf({ plan }: Project) {
  return (plan?.tasks ?? []).map(({ id, title, doer, approver, tier }) => {
    return { id, title, doer, approver, tier };
  });
}

function outcomeLine(outcome: Outcome) {
  const { projectId, task, revision, agentId, personaVersion, tier, accepted } = outcome;
  return {
    id: `${projectId}.${task}.v${revision + 1}`,
    learner: agentId,
    messageVersion: personaVersion,
    tier,
    accepted,
    blocked: outcome.blocked,
    asked: outcome.asked,
    usd: outcome.microUsd / 1e6,
    seconds: Math.round(outcome.latencyMs / 1000),
  };
}

interface Known {
  learning: Agency['learning'];
  works: ReturnType<typeof worksOf>;
}

function learnerView(project: Project, learner: string, { learning, works }: Known) {
  const member = memberOf(project, learner);
  const { version, bullets } = messageOf(learning, learner);
  const role = learner === 'pm' ? 'project-manager' : learner;
  const turns = TurnKind.options.filter((kind) => roleOf(kind) === role).map(turnName);
  const own = works.filter(({ agentId }) => agentId === learner);
  const skills = [...(member?.agent.skills ?? []), ...own.flatMap(({ domains }) => domains)];
  return {
    learner,
    name: nameOfLearner(learner, member === undefined ? [] : [member.agent]),
    persona: member?.agent.persona ?? null,
    bullets: bullets.map(bulletLine),
    version,
    /** What a scope may name. */
    domains: turns.length > 0 ? turns : [...new Set(skills)],
    record: trackRecordOf(works, learner).map((one) => {
      return { domain: one.domain, record: recordWords(one), tooOften: one.isGap };
    }),
  };
}

function bulletLine({ id, section, text, scope }: Bullet) {
  return { id, section, text, scope };
}

/** So that what the Director did not want is not proposed again. */
function proposedBefore(project: Project, { rewrites }: Agency['learning']) {
  const learners = learnersOf(project);
  return rewrites
    .filter(({ learner }) => learners.includes(learner))
    .slice(-20)
    .map(({ id, learner, delta, state }) => ({ id, learner, delta, state }));
}

/** What the agency learned about working together, and the advice for one of its members. */
export function insightsFor({ terms }: Project, learner: string): Section[] {
  const { patterns, advice } = terms.insights;
  return [
    ...(learner === 'pm' ? [{ name: 'patterns', value: patterns }] : []),
    {
      name: 'advice',
      value: advice.filter(({ to }) => to === learner).map(({ text }) => text),
    },
  ];
}
