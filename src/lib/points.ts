// The labelled instants of every write path. Pulling the plug at any of them must change nothing
// but time; the fault run does just that, one process and one instant after the other. A point is
// told to whoever listens on Node's own diagnostics channel: in service nobody does, and passing
// one costs a comparison.
import { channel } from 'node:diagnostics_channel';

/** Where a process can be stopped, in the order of one message's way through the agency. */
export const points = [
  // Intake
  'message.heard',
  'interaction.heard',
  'interaction.decided',
  'back-fill.page-read',
  'back-fill.cursor-due',
  // The one door, each inside or right after its transaction
  'door.accepted',
  'door.saved',
  'door.committed',
  // A turn
  'turn.claimed',
  'call.reserved',
  'call.begun',
  'call.answered',
  'call.settled',
  'call.journaled',
  'turn.finished',
  // The outbox
  'delivery.claimed',
  'delivery.done',
  'delivery.finished',
  // Discord
  'send.armed',
  'send.begun',
  'send.answered',
  'send.looked-up',
  'edit.answered',
  'reaction.answered',
  'place.opened',
  'place.recorded',
  // Files
  'bundle.partial',
  'bundle.renamed',
  'bundle.written',
  // Memory
  'memory.due',
  'memory.indexed',
  // Forgetting
  'forget.erased',
  'forget.shown-changed',
  'forget.proven',
  // The process itself
  'gateway.leading',
  'identify.recorded',
  'sweep.found',
  'drain.begun',
] as const;

export type Point = (typeof points)[number];

/** The diagnostics channel's name; what is published on it is a point. */
export const pointsChannel = 'a-teams.point';

const reached = channel(pointsChannel);

export function reach(point: Point): void {
  if (reached.hasSubscribers) reached.publish(point);
}
