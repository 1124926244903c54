// Carries what people write to the door, in the order they wrote it in each channel. A message that
// the door cannot take at once (its database may be restarting) is offered again for a while; after
// that the back-fill finds it, because Discord keeps it.
import type { HumanInput, HumanMessage } from '../domain/human-input.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { hear, withoutOwnMention } from './inbound.ts';
import type { HeardMessage } from './inbound.ts';
import { offerAgain } from './offer-again.ts';
import { reach } from '../lib/points.ts';

export interface IntakeDeps {
  input: Pick<HumanInput, 'onMessage'>;
  guildId: string;
  log: Log;
  /** Pauses before further offers, ms. */
  pausesMs?: readonly number[];
}

/** A message that can be answered where it was written. */
export interface TakenMessage extends HeardMessage {
  reply(text: string): Promise<unknown>;
}

export interface Intake {
  /** Never rejects. */
  take(message: TakenMessage, botUserId: string): Promise<void>;
  /** A message was edited: if it is still on its way, its new text is what was said. */
  amend(edited: { id: string; content: string | null }, botUserId: string): void;
}

const directAnswer =
  'Thank you for writing, but I only work inside our server: please tell me there, in #director.';

const politenessMax = 1000;

export function createIntake(deps: IntakeDeps): Intake {
  /** The last message of each channel that is still on its way. */
  const last = new Map<string, Promise<void>>();
  /** Messages on their way, as they stand now. */
  const waiting = new Map<string, HumanMessage>();
  /** Who has been told already that direct messages are not read. */
  const told = new Set<string>();

  const offerInOrder = async (message: HumanMessage): Promise<void> => {
    const { channelId } = message;
    const before = last.get(channelId) ?? Promise.resolve();
    waiting.set(message.messageId, message);
    const offered = before.then(() => offer(deps, () => waiting.get(message.messageId) ?? message));
    last.set(channelId, offered);
    await offered;
    waiting.delete(message.messageId);
    if (last.get(channelId) === offered) last.delete(channelId);
  };

  const refuseDirect = async (message: TakenMessage): Promise<void> => {
    if (told.has(message.author.id)) return;
    if (told.size >= politenessMax) told.clear();
    told.add(message.author.id);
    try {
      await message.reply(directAnswer);
    } catch (error) {
      // People may have switched direct messages off after writing one.
      deps.log.info({ reason: messageOf(error) }, 'a direct message could not be answered');
    }
  };

  return {
    async take(message, botUserId) {
      const heard = hear(message, { guildId: deps.guildId, botUserId });
      if (heard.kind === 'message') reach('message.heard');
      if (heard.kind === 'message') await offerInOrder(heard.message);
      if (heard.kind === 'direct') await refuseDirect(message);
    },
    amend({ id, content }, botUserId) {
      const message = waiting.get(id);
      if (message === undefined || content === null) return;
      waiting.set(id, { ...message, text: withoutOwnMention(content, botUserId) });
    },
  };
}

/** @param current the message as it stands now */
async function offer(deps: IntakeDeps, current: () => HumanMessage): Promise<void> {
  const error = await offerAgain(() => deps.input.onMessage(current()), deps.pausesMs);
  if (error === null) return;
  const { messageId, channelId } = current();
  deps.log.error({ messageId, channelId, err: error }, 'a message was not accepted');
}
