// Reactions. An emoji in a path is a percent-encoded character, or `name:id` for a custom one.
import { requireAt, visiblePlace } from '../access.ts';
import { reactionChanged, reactionsCleared } from '../events.ts';
import { discordLimits } from '../limits.ts';
import { userPayload } from '../payloads/guild.ts';
import type { Message, Reaction } from '../records.ts';
import { refusal } from '../refusal.ts';
import { nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { userOf } from '../world.ts';
import type { World } from '../world.ts';
import { messageOf } from './messages.ts';

const at = '/channels/:channel/messages/:message/reactions';

export const reactionRoutes: Route[] = [
  route('anyone', `PUT ${at}/:emoji/@me`, addOwn),
  route('anyone', `DELETE ${at}/:emoji/@me`, removeOwn),
  route('anyone', `DELETE ${at}/:emoji/:user`, removeOthers),
  route('anyone', `GET ${at}/:emoji`, listUsers),
  route('anyone', `DELETE ${at}/:emoji`, clearEmoji),
  route('anyone', `DELETE ${at}`, clearAll),
];

function addOwn(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  const emoji = emojiOf(call);
  requireAt(world, call.user.id, { place, names: ['READ_MESSAGE_HISTORY'] });
  if (place.thread?.archived === true) throw refusal('threadArchived');
  const present = reactionWith(message, emoji);
  if (present?.userIds.includes(call.user.id)) return nothing;
  if (!present) {
    requireAt(world, call.user.id, { place, names: ['ADD_REACTIONS'] });
    if (message.reactions.length >= discordLimits.reactionsPerMessage) {
      throw refusal('tooManyReactions');
    }
  }
  const changed = { ...emoji, userIds: [...(present?.userIds ?? []), call.user.id] };
  const reactions = present
    ? message.reactions.map((one) => (one === present ? changed : one))
    : [...message.reactions, changed];
  world.commit([{ put: 'message', value: { ...message, reactions } }]);
  reactionChanged(world, { name: 'MESSAGE_REACTION_ADD', message, userId: call.user.id, emoji });
  return nothing;
}

function removeOwn(world: World, call: Call): Answer {
  return remove(world, call, call.user.id);
}

function removeOthers(world: World, call: Call): Answer {
  const place = visiblePlace(world, call.user.id, call.param('channel'));
  const userId = call.param('user');
  if (userId !== call.user.id) {
    requireAt(world, call.user.id, { place, names: ['MANAGE_MESSAGES'] });
  }
  return remove(world, call, userId);
}

function remove(world: World, call: Call, userId: string): Answer {
  const { message } = messageOf(world, call);
  const emoji = emojiOf(call);
  const present = reactionWith(message, emoji);
  if (!present?.userIds.includes(userId)) return nothing;
  const userIds = present.userIds.filter((id) => id !== userId);
  const reactions = message.reactions.flatMap((one) => {
    if (one !== present) return one;
    return userIds.length === 0 ? [] : { ...one, userIds };
  });
  world.commit([{ put: 'message', value: { ...message, reactions } }]);
  reactionChanged(world, { name: 'MESSAGE_REACTION_REMOVE', message, userId, emoji });
  return nothing;
}

function listUsers(world: World, call: Call): Answer {
  const { message } = messageOf(world, call);
  const userIds = reactionWith(message, emojiOf(call))?.userIds ?? [];
  return ok(userIds.map((id) => userPayload(userOf(world, id))));
}

function clearEmoji(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  requireAt(world, call.user.id, { place, names: ['MANAGE_MESSAGES'] });
  const present = reactionWith(message, emojiOf(call));
  if (!present) return nothing;
  const reactions = message.reactions.filter((one) => one !== present);
  world.commit([{ put: 'message', value: { ...message, reactions } }]);
  reactionsCleared(world, message, present);
  return nothing;
}

function clearAll(world: World, call: Call): Answer {
  const { place, message } = messageOf(world, call);
  requireAt(world, call.user.id, { place, names: ['MANAGE_MESSAGES'] });
  world.commit([{ put: 'message', value: { ...message, reactions: [] } }]);
  reactionsCleared(world, message);
  return nothing;
}

/** @throws Refusal 10014 for text that is no emoji. */
function emojiOf(call: Call): Reaction {
  const given = call.param('emoji');
  const custom = /^(?:a:)?(\w{2,32}):(\d{17,20})$/.exec(given);
  if (custom) return { emojiName: custom[1] ?? '', emojiId: custom[2] ?? null, userIds: [] };
  // Digits, # and * are emoji only with what follows them, such as in a keycap.
  const isEmoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(given);
  if (!isEmoji || given.length > 32) throw refusal('unknownEmoji');
  return { emojiName: given, emojiId: null, userIds: [] };
}

function reactionWith(message: Message, emoji: Reaction): Reaction | undefined {
  return message.reactions.find(
    ({ emojiId, emojiName }) =>
      emojiId === emoji.emojiId && (emojiId !== null || emojiName === emoji.emojiName),
  );
}
