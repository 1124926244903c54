// What people say in a project's channels and threads. It is kept for the next turn that it
// concerns; whoever is addressed and has no turn ahead answers at once.
import { projectManager } from '../agent.ts';
import type { EventOf, Timer } from '../event.ts';
import { agencyPlaces, partsOf } from '../place.ts';
import { hasEnded, memberOf } from '../project.ts';
import type { OpenTurn } from '../project.ts';
import { taskInPlan } from '../task-in-plan.ts';
import type { TurnOutput } from '../turn.ts';
import { agentOf, orderTurn, overviewOf, record, say } from './draft.ts';
import type { Draft } from './draft.ts';

export function hearMessage(draft: Draft, event: EventOf<'message-received'>): void {
  const { by, channelId, messageId, place } = event;
  if (by.standing === 'stranger') return;
  const text = event.text.slice(0, 4000);
  record(draft, { type: 'remark-made', remark: { place, by: by.name, text } });
  draft.out.reactions.push({ id: `${event.id}.seen`, channelId, messageId, emoji: '👀' });
  const { phase } = draft.project;
  if (phase !== 'done' && hasEnded(phase)) return;
  const { agentId } = partsOf(place);
  const addressee = event.addressee ?? agentId ?? (place === overviewOf(draft) ? 'pm' : null);
  if (addressee === null) return;
  const isBusy = Object.values(draft.project.turns).some((turn) => turn.conversation === place);
  if (isBusy) return;
  const isSpecialist = memberOf(draft.project, addressee) !== undefined;
  orderTurn(draft, {
    kind: isSpecialist ? 'specialist.answer' : 'project-manager.talk',
    agentId: isSpecialist ? addressee : 'pm',
    conversation: place,
    tier: 'economy',
    subject: { prompt: text, stream: partsOf(place).streamId },
  });
}

/** An answer is said where it was asked; a Specialist who asked goes on with its task. */
export function hearAnswer(draft: Draft, turn: OpenTurn, output: TurnOutput): void {
  const speaker = agentOf(draft, turn.agentId);
  const text = output.said;
  const place = turn.conversation;
  if (text !== '') say(draft, { place, speaker, body: { type: 'speech', text } });
  const inPlan = taskInPlan(draft.project, turn.subject.task);
  if (turn.subject.asker === null || inPlan === null) return;
  const remark = { place, by: speaker.name, text: text.slice(0, 4000) };
  record(draft, { type: 'remark-made', remark });
  orderTurn(draft, {
    kind: inPlan.task.reasons.length > 0 ? 'specialist.revise' : 'specialist.work',
    agentId: turn.subject.asker,
    conversation: inPlan.thread,
    tier: inPlan.task.tier,
    subject: { stream: inPlan.planned.stream, task: inPlan.task.id },
  });
}

/** A decision waited for a day: the Director is reminded once. */
export function remind(draft: Draft, timer: Timer): void {
  const decision = draft.project.decisions[timer.decision];
  if (decision === undefined) return;
  say(draft, {
    place: agencyPlaces.decisions,
    speaker: projectManager,
    body: {
      type: 'notice',
      tone: 'info',
      title: `Still waiting for you: ${decision.title}`.slice(0, 200),
      text: `\`/approve decision:${decision.id}\` · ${decision.options.join(' · ')}`,
    },
    notify: [draft.project.director.userId],
  });
}
