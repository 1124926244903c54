// The agency's learning: what a study brought is shown with its scores, each proposal waits for the
// Director as a card, and what they apply is a new version of a system message. Its invariant: only
// a Director's word changes one (settled: until the learning gate exists), every version stays on
// record, and taking back gives the very bullets of before. Running projects hear of it and use it
// from their next turn.
import type { ActionOf } from '../action.ts';
import type { Human } from '../actor.ts';
import { learningManager } from '../agent.ts';
import type { EventOf } from '../event.ts';
import type { Bullet } from '../bullet.ts';
import { bulletsAt, learnerCalled, messageOf, nameOfLearner, patternsOf } from '../learning.ts';
import { fitDelta, saysTheSame } from '../lint-bullet.ts';
import { limits } from '../limits.ts';
import { agencyPlaces } from '../place.ts';
import type { PostBodyOf } from '../post.ts';
import { hasEnded } from '../project.ts';
import { clip } from '../prose.ts';
import { applyDelta, diffOfRewrite, inForceAt } from '../rewrite.ts';
import type { ProposedRewrite, Rewrite } from '../rewrite.ts';
import { telling, trackRecordOf } from '../track-record.ts';
import { TurnKind, roleOf } from '../turn.ts';
import { turnName } from '../learned.ts';
import { edit, record, say } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';

/** The scores of the project's Specialists, the advice, and a card for each proposal. */
export function hearStudyFinished(draft: AgencyDraft, event: EventOf<'study-finished'>): void {
  const { projectId, works, pairings, advice, failure, microUsd } = event;
  const refused = [...event.refused];
  record(draft, { type: 'work-judged', projectId, works, pairings });
  if (advice.length > 0) {
    const given = advice.map((one) => ({ projectId, ...one }));
    record(draft, { type: 'advice-given', advice: given });
  }
  const opened: Rewrite[] = [];
  for (const proposed of event.rewrites) {
    const outcome = propose(draft, event, proposed);
    if (typeof outcome === 'string') refused.push(clip(outcome, 300));
    else opened.push(outcome);
  }
  const agents = agentsIn(draft);
  const title = draft.agency.projects.find(({ id }) => id === projectId)?.title ?? '';
  say(draft, agencyPlaces.log, {
    speaker: learningManager,
    body: {
      type: 'learning-report',
      projectId,
      title: title === '' ? projectId : title,
      scores: [...new Set(works.map(({ agentId }) => agentId))].map((agentId) => ({
        who: nameOfLearner(agentId, agents),
        records: telling(
          trackRecordOf(draft.agency.learning.works, agentId),
          limits.scoresShownMax,
        ),
      })),
      patterns: patternsOf(pairings, agents),
      advice: advice.map(({ to, text }) => ({ to: nameOfLearner(to, agents), text })),
      proposed: opened.map(({ id }) => id),
      refused,
      failure,
      microUsd,
    },
  });
  for (const rewrite of opened) showCard(draft, rewrite);
}

/** @returns why it is not put to the Director, in words */
function propose(
  draft: AgencyDraft,
  { projectId, turnId, at }: EventOf<'study-finished'>,
  proposed: ProposedRewrite,
): Rewrite | string {
  const { learning } = draft.agency;
  const { learner } = proposed;
  const name = nameOfLearner(learner, agentsIn(draft));
  const { version, bullets } = messageOf(learning, learner);
  const fitted = fitDelta(proposed.delta, { bullets, domains: domainsOf(draft, learner) });
  if (!fitted.ok) return `For ${name}: ${fitted.reason}.`;
  const earlier = learning.rewrites.find((one) => isRepeated(one, proposed));
  if (earlier !== undefined) {
    return `For ${name}: ${earlier.id} says the same, and is ${earlier.state}.`;
  }
  const { delta } = fitted;
  const rewrite: Rewrite = {
    ...proposed,
    delta,
    id: `L${learning.rewriteCount + 1}`,
    projectId,
    turnId,
    state: 'open',
    from: version,
    to: null,
    bullet: delta.type === 'add' ? null : delta.bullet,
    before: bullets,
    at,
    by: null,
    decidedAt: null,
  };
  record(draft, { type: 'rewrite-proposed', rewrite });
  return rewrite;
}

/** It waits already, or the Director did not want it. */
function isRepeated(one: Rewrite, { learner, delta }: ProposedRewrite): boolean {
  if (one.learner !== learner || one.state === 'applied' || one.state === 'outdated') return false;
  if (one.delta.type === 'retire' || delta.type === 'retire') {
    return one.delta.type === delta.type && 'bullet' in delta && one.bullet === delta.bullet;
  }
  return saysTheSame(one.delta.text, delta.text);
}

/** What a scope of somebody's bullets may name. */
function domainsOf({ agency }: AgencyDraft, learner: string): string[] {
  const role = learner === 'pm' ? 'project-manager' : learner;
  const turns = TurnKind.options.filter((kind) => roleOf(kind) === role);
  if (turns.length > 0) return turns.map(turnName);
  const skills = agency.roster.find(({ agent }) => agent.id === learner)?.agent.skills ?? [];
  const own = agency.learning.works.filter(({ agentId }) => agentId === learner);
  return [...new Set([...skills, ...own.flatMap(({ domains }) => domains)])];
}

function agentsIn({ agency }: AgencyDraft) {
  return agency.roster.map(({ agent }) => agent);
}

function showCard(draft: AgencyDraft, rewrite: Rewrite): void {
  say(draft, agencyPlaces.decisions, {
    id: cardOf(rewrite.id),
    speaker: learningManager,
    body: cardBody(draft, rewrite, null),
    notify: draft.agency.directorIds,
  });
  draft.out.timers.push({
    id: `${rewrite.id}.remind`,
    dueAt: draft.event.at + limits.decisionReminderMs,
    timer: { type: 'remind', decision: rewrite.id },
  });
}

/** A proposal waited for a day: the Director is reminded once. */
export function remindOfRewrite(draft: AgencyDraft, id: string): void {
  const rewrite = draft.agency.learning.rewrites.find((one) => one.id === id);
  if (rewrite?.state !== 'open') return;
  const who = nameOfLearner(rewrite.learner, agentsIn(draft));
  say(draft, agencyPlaces.decisions, {
    speaker: learningManager,
    body: {
      type: 'notice',
      tone: 'info',
      title: clip(`Still waiting for you: ${id}, the system message of ${who}`, 200),
      text: `\`/learn apply ${id}\` · \`/learn reject ${id}\``,
    },
    notify: draft.agency.directorIds,
  });
}

function closeCard(draft: AgencyDraft, rewrite: Rewrite, outcome: string): void {
  edit(draft, {
    id: cardOf(rewrite.id),
    place: agencyPlaces.decisions,
    speaker: learningManager,
    body: cardBody(draft, rewrite, outcome),
  });
}

function cardOf(id: string): string {
  return `${id}.card`;
}

function cardBody(
  draft: AgencyDraft,
  rewrite: Rewrite,
  outcome: string | null,
): PostBodyOf<'rewrite'> {
  const { id, projectId, from, hypothesis, evidence } = rewrite;
  return {
    type: 'rewrite',
    id,
    projectId,
    who: nameOfLearner(rewrite.learner, agentsIn(draft)),
    version: from,
    diff: diffOfRewrite(rewrite),
    hypothesis,
    evidence,
    outcome,
  };
}

export function decideRewrite(
  draft: AgencyDraft,
  { rewrite: id, isApplied }: ActionOf<'decide-rewrite'>,
  by: Human,
): void {
  const rewrite = draft.agency.learning.rewrites.find((one) => one.id === id);
  if (rewrite === undefined) return refuse(draft, `There is no proposal ${id}. ${seeHistory}`);
  if (rewrite.state !== 'open') {
    const who = rewrite.by === null ? '' : ` by ${rewrite.by}`;
    return refuse(draft, `${id} is ${rewrite.state}${who} already.`);
  }
  const { at } = draft.event;
  if (!isApplied) {
    record(draft, { type: 'rewrite-dropped', rewrite: id, state: 'rejected', by: by.name, at });
    closeCard(draft, rewrite, `Rejected · ${by.name}`);
    return acknowledge(draft, `${id} is rejected; nothing changes.`);
  }
  const { learner, evidence } = rewrite;
  const { version, bullets } = messageOf(draft.agency.learning, learner);
  const { bulletCount } = draft.agency.learning;
  const isAddition = rewrite.delta.type === 'add';
  const bullet = isAddition ? `B${bulletCount + 1}` : (rewrite.bullet ?? '');
  const origin = { bullet, rewrite: id, version: version + 1, evidence };
  const after = stillFits(draft, rewrite) ? applyDelta(bullets, rewrite.delta, origin) : null;
  if (after === null) {
    record(draft, { type: 'rewrite-dropped', rewrite: id, state: 'outdated', by: by.name, at });
    closeCard(draft, rewrite, 'Outdated: what it changes was changed since');
    const again = `\`/learn run project:${rewrite.projectId}\` proposes anew.`;
    return refuse(draft, `What ${id} changes was changed since it was proposed. ${again}`);
  }
  install(draft, {
    learner,
    bullets: after,
    why: rewrite.hypothesis,
    by: by.name,
    rewrite: id,
    backTo: null,
    bulletCount: bulletCount + (isAddition ? 1 : 0),
  });
  closeCard(draft, rewrite, `Applied as version ${version + 1} · ${by.name}`);
  const name = nameOfLearner(learner, agentsIn(draft));
  acknowledge(
    draft,
    `${id} is applied: ${name} works with version ${version + 1} from the next turn on. ` +
      `\`/learn rollback rewrite:${id}\` takes it back.`,
  );
}

const seeHistory = '`/learn history` lists them.';

/** Others may have been applied meanwhile; it is made for what it would change now. */
function stillFits(draft: AgencyDraft, { learner, delta, from, before }: Rewrite): boolean {
  const { version, bullets } = messageOf(draft.agency.learning, learner);
  if (version === from) return true;
  const fitted = fitDelta(delta, { bullets, domains: domainsOf(draft, learner) });
  if (!fitted.ok || fitted.delta.type !== delta.type) return false;
  if (delta.type === 'add') return true;
  const textOf = (all: readonly Bullet[]) => all.find(({ id }) => id === delta.bullet)?.text;
  return textOf(bullets) === textOf(before);
}

interface Installing {
  learner: string;
  bullets: Bullet[];
  why: string;
  by: string;
  /** What is applied, or the version that it goes back to. */
  rewrite: string | null;
  backTo: number | null;
  bulletCount: number;
}

/** A new version, which every project that is under way hears of. */
function install(draft: AgencyDraft, installing: Installing): void {
  const { learner, bullets, why, ...origin } = installing;
  const { id, at } = draft.event;
  const version = messageOf(draft.agency.learning, learner).version + 1;
  const made = { learner, version, bullets };
  const moved = movedBy(draft, installing);
  const reason = clip(why, 500);
  record(draft, { type: 'message-versioned', ...made, ...origin, ...moved, why: reason, at });
  for (const project of draft.agency.projects) {
    if (hasEnded(project.phase)) continue;
    const told = { id: `${id}.learned.${project.id}`, at, projectId: project.id };
    draft.out.events.push({ type: 'message-rewritten', ...told, ...made });
  }
}

/** Proposals that are in force no more, or again, by going back. */
function movedBy({ agency }: AgencyDraft, { learner, backTo }: Installing) {
  if (backTo === null) return { undone: [], redone: [] };
  const versions = agency.learning.versions[learner] ?? [];
  const now = inForceAt(versions, versions.at(-1)?.version ?? 1);
  const then = inForceAt(versions, backTo);
  return {
    undone: now.filter((id) => !then.includes(id)),
    redone: then.filter((id) => !now.includes(id)),
  };
}

export function rollBack(draft: AgencyDraft, action: ActionOf<'roll-back'>, by: Human): void {
  const target =
    action.rewrite === null ? versionNamed(draft, action) : versionBefore(draft, action);
  if ('reason' in target) return refuse(draft, target.reason);
  const { learner, version } = target;
  const { learning } = draft.agency;
  const bullets = bulletsAt(learning, learner, version);
  const name = nameOfLearner(learner, agentsIn(draft));
  const now = messageOf(learning, learner).version;
  if (bullets === undefined || version >= now) {
    return refuse(draft, `${name} has version ${now}; there is no earlier version ${version}.`);
  }
  install(draft, {
    learner,
    bullets,
    why: `Back to version ${version}.`,
    by: by.name,
    rewrite: null,
    backTo: version,
    bulletCount: learning.bulletCount,
  });
  for (const one of draft.agency.learning.rewrites) {
    const was = learning.rewrites.find(({ id }) => id === one.id);
    if (was?.state === one.state) continue;
    const taken = one.state === 'applied' ? 'In force again' : 'Taken back';
    closeCard(draft, one, `${taken} with version ${now + 1} · ${by.name}`);
  }
  acknowledge(draft, `${name} works as in version ${version} again, as version ${now + 1}.`);
}

type Target = { learner: string; version: number } | { reason: string };

function versionNamed(draft: AgencyDraft, { who, version }: ActionOf<'roll-back'>): Target {
  if (who === null || version === null) {
    return { reason: 'Say what to take back: `rewrite:L3`, or `who:@Ada version:1`.' };
  }
  const learner = learnerCalled(agentsIn(draft), who);
  return learner === null ? { reason: nobodyCalled(draft, who) } : { learner, version };
}

/** The version before a proposal was applied, if nothing else was applied on top of it. */
function versionBefore({ agency }: AgencyDraft, { rewrite: id }: ActionOf<'roll-back'>): Target {
  const { rewrites, versions } = agency.learning;
  const rewrite = rewrites.find((one) => one.id === id);
  if (rewrite === undefined) return { reason: `There is no proposal ${id}. ${seeHistory}` };
  const { learner, state, to } = rewrite;
  if (state !== 'applied' || to === null) {
    return { reason: `${id} is ${state}; only what is applied can be taken back.` };
  }
  const own = versions[learner] ?? [];
  const later = inForceAt(own, own.at(-1)?.version ?? 1).filter(
    (one) => (rewrites.find((other) => other.id === one)?.to ?? 0) > to,
  );
  if (later.length === 0) return { learner, version: to - 1 };
  return {
    reason:
      `${later.join(', ')} came on top of ${rewrite.id}. Take back the newest first, or all of ` +
      `them with \`/learn rollback who:${learner} version:${to - 1}\`.`,
  };
}

/** Studies a project once more: the one that is named, else the newest of whoever is named. */
export function wantStudy(draft: AgencyDraft, action: ActionOf<'study'>, by: Human): void {
  const { agency, event } = draft;
  const who = action.who === null ? null : learnerCalled(agentsIn(draft), action.who);
  if (action.who !== null && who === null) return refuse(draft, nobodyCalled(draft, action.who));
  const isOwn = (agentId: string) => who === null || !who.startsWith('A') || agentId === who;
  const newest = agency.learning.works.findLast(({ agentId }) => isOwn(agentId))?.projectId;
  const projectId = action.project ?? newest;
  if (projectId === undefined) {
    return refuse(draft, 'There is nothing to learn from yet: no project with results has ended.');
  }
  const known = agency.projects.find(({ id }) => id === projectId);
  if (known === undefined) return refuse(draft, `There is no project ${projectId}.`);
  const id = `${event.id}.study.${projectId}`;
  const wanted = { id, at: event.at, projectId, who, by: by.name };
  draft.out.events.push({ type: 'study-wanted', ...wanted });
  acknowledge(
    draft,
    `${learningManager.name} studies ${projectId}; what she finds comes in #agency-log.`,
  );
}

function nobodyCalled(draft: AgencyDraft, who: string): string {
  const names = agentsIn(draft).map(({ name }) => name);
  const known = ['pm', 'collaborator', ...names].join(', ');
  return clip(`Nobody here is called ${who}. There are: ${known}.`, 1900);
}

function refuse(draft: AgencyDraft, reason: string): void {
  draft.out.receipt = { ok: false, reason };
}

function acknowledge(draft: AgencyDraft, text: string): void {
  draft.out.receipt = { ok: true, text };
}
