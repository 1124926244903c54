// Which message an author's nonce made, for a few minutes. Nothing of its own is stored: messages
// keep their nonce, so the index is built again from them after a restart.
import type { Clock } from '../../lib/clock.ts';
import type { Message } from './records.ts';
import { instantOf } from './snowflake.ts';

export interface Nonces {
  /** The id of the message that this author made with this nonce inside the window. */
  find(authorId: string, nonce: string | number): string | undefined;
  remember(message: Message): void;
}

export function createNonces(clock: Clock, windowMs: number, known: Iterable<Message>): Nonces {
  // Insertion order is age order, so expired ones are always in front.
  const madeBy = new Map<string, string>();
  const keyOf = (authorId: string, nonce: string | number): string => `${authorId} ${nonce}`;
  const isFresh = (messageId: string): boolean => clock.now() - instantOf(messageId) < windowMs;

  const forgetExpired = (): void => {
    for (const [key, messageId] of madeBy) {
      if (isFresh(messageId)) return;
      madeBy.delete(key);
    }
  };
  const remember = (message: Message): void => {
    if (message.nonce === null) return;
    forgetExpired();
    const key = keyOf(message.authorId, message.nonce);
    madeBy.delete(key);
    madeBy.set(key, message.id);
  };

  for (const message of known) if (isFresh(message.id)) remember(message);
  return {
    find(authorId, nonce) {
      forgetExpired();
      return madeBy.get(keyOf(authorId, nonce));
    },
    remember,
  };
}
