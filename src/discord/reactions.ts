// Reactions on their way to the door, in order for each message. They are read from the gateway's
// dispatches themselves: discord.js keeps no messages here, and what it tells of a reaction lacks
// the number by which a dispatch that is repeated after a broken connection is known. What happens
// to reactions while nobody listens is not found again.
import { z } from 'zod';
import type { HumanInput, HumanReaction } from '../domain/human-input.ts';
import { parseValue } from '../lib/json.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { offerAgain } from './offer-again.ts';

/** What comes through the gateway, before the library makes something of it. */
export interface Dispatch {
  t: string | null;
  s: number | null;
  d: unknown;
}

const Ready = z.looseObject({ session_id: z.string() });

const Named = z.looseObject({
  username: z.string().nullish(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
});
const Reacted = z.looseObject({
  user_id: z.string(),
  channel_id: z.string(),
  message_id: z.string(),
  guild_id: z.string().nullish(),
  emoji: z.looseObject({ id: z.string().nullish(), name: z.string().nullish() }),
  member: z.looseObject({ nick: z.string().nullish(), user: Named.nullish() }).nullish(),
});

/** @returns null when it is no reaction of a person in our server, or one with a custom emoji */
export function reactionOf(
  { t, s, d }: Dispatch,
  self: { guildId: string; sessionId: string },
): HumanReaction | null {
  if (t !== 'MESSAGE_REACTION_ADD' && t !== 'MESSAGE_REACTION_REMOVE') return null;
  const parsed = parseValue(Reacted, d);
  if (!parsed.ok || parsed.value.guild_id !== self.guildId) return null;
  const { user_id: userId, channel_id: channelId, message_id: messageId } = parsed.value;
  const { emoji, member } = parsed.value;
  const user = member?.user;
  if (user?.bot === true || (emoji.id ?? null) !== null) return null;
  return {
    id: `discord.reaction.${self.sessionId}.${s ?? 0}`,
    channelId,
    messageId,
    userId,
    userName: member?.nick ?? user?.global_name ?? user?.username ?? null,
    emoji: emoji.name ?? '',
    isTakenBack: t === 'MESSAGE_REACTION_REMOVE',
  };
}

export interface ReactionDeps {
  input: Pick<HumanInput, 'onReaction'>;
  guildId: string;
  log: Log;
  /** Pauses before further offers, ms. */
  pausesMs?: readonly number[];
}

/** @returns what takes every dispatch, and never rejects */
export function createReactionIntake(deps: ReactionDeps): (dispatch: Dispatch) => Promise<void> {
  /** The last reaction on each message that is still on its way. */
  const last = new Map<string, Promise<void>>();
  let sessionId = '';
  return async (dispatch) => {
    if (dispatch.t === 'READY') {
      const ready = parseValue(Ready, dispatch.d);
      if (ready.ok) sessionId = ready.value.session_id;
    }
    const reaction = reactionOf(dispatch, { guildId: deps.guildId, sessionId });
    if (reaction === null) return;
    const { messageId } = reaction;
    const before = last.get(messageId) ?? Promise.resolve();
    const offered = before.then(() => offer(deps, reaction));
    last.set(messageId, offered);
    await offered;
    if (last.get(messageId) === offered) last.delete(messageId);
  };
}

async function offer({ input, log, pausesMs }: ReactionDeps, reaction: HumanReaction) {
  const error = await offerAgain(() => input.onReaction(reaction), pausesMs);
  if (error === null) return;
  const { messageId, emoji } = reaction;
  log.info({ messageId, emoji, reason: messageOf(error) }, 'a reaction was not taken in');
}
