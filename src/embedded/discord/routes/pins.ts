// Pinned messages, by the routes of 2025 and the old ones. Pinning also posts Discord's system
// message (type 6), which bots must not take for a person's.
import { requireAt, visiblePlace } from '../access.ts';
import type { Place } from '../access.ts';
import { pinsChanged } from '../events.ts';
import { discordLimits } from '../limits.ts';
import { messagePayload, messageType } from '../payloads/message.ts';
import { postMessage, saveMessage } from '../post-message.ts';
import { refusal } from '../refusal.ts';
import { nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { pinnedIn } from '../tables.ts';
import type { World } from '../world.ts';
import { messageOf } from './messages.ts';

export const pinRoutes: Route[] = [
  route('anyone', 'GET /channels/:channel/messages/pins', listPins),
  route('anyone', 'PUT /channels/:channel/messages/pins/:message', pin),
  route('anyone', 'DELETE /channels/:channel/messages/pins/:message', unpin),
  route('anyone', 'GET /channels/:channel/pins', listPinsPlainly),
  route('anyone', 'PUT /channels/:channel/pins/:message', pin),
  route('anyone', 'DELETE /channels/:channel/pins/:message', unpin),
];

function listPins(world: World, call: Call): Answer {
  const limit = Math.min(Math.max(Number(call.query['limit'] ?? 50) || 50, 1), 50);
  const before = Date.parse(call.query['before'] ?? '');
  const pinned = pinnedIn(world.tables, placeOf(world, call).id).filter(
    ({ pinnedAt }) => Number.isNaN(before) || (pinnedAt ?? 0) < before,
  );
  const items = pinned.slice(0, limit).map((message) => ({
    pinned_at: new Date(message.pinnedAt ?? 0).toISOString(),
    message: messagePayload(world, message, call.user.id),
  }));
  return ok({ items, has_more: pinned.length > limit });
}

function listPinsPlainly(world: World, call: Call): Answer {
  const pinned = pinnedIn(world.tables, placeOf(world, call).id);
  return ok(pinned.map((message) => messagePayload(world, message, call.user.id)));
}

function pin(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  requireAt(world, call.user.id, { place, names: ['PIN_MESSAGES'] });
  if (message.pinnedAt !== null) return nothing;
  if (pinnedIn(world.tables, place.id).length >= discordLimits.pins) throw refusal('tooManyPins');
  saveMessage(world, { ...message, pinnedAt: world.clock.now() });
  pinsChanged(world, place.id, world.clock.now());
  postMessage(world, {
    place,
    authorId: call.user.id,
    type: messageType.pinned,
    reference: { channelId: place.id, messageId: message.id },
  });
  return nothing;
}

function unpin(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  requireAt(world, call.user.id, { place, names: ['PIN_MESSAGES'] });
  if (message.pinnedAt === null) return nothing;
  saveMessage(world, { ...message, pinnedAt: null });
  pinsChanged(world, place.id, pinnedIn(world.tables, place.id)[0]?.pinnedAt ?? null);
  return nothing;
}

function placeOf(world: World, call: Call): Place {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  return place;
}
