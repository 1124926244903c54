// What is remembered of each Discord message on its way, by its nonce. Discord's own memory of a
// nonce is a cache of some minutes; this one outlives it, so that a try whose answer never came is
// not taken for one that never was. All ages are by the database's clock.

/** A message that was at least about to be posted. */
export interface OnItsWay {
  /** Where it was tried. */
  channelId: string;
  /** Epoch ms of the first try. */
  firstAt: number;
  /** Since the first try of those that share Discord's present memory of the nonce, ms. */
  windowAgeMs: number;
  /** Since the last try, ms. */
  silentMs: number;
  outcome: SendOutcome;
}

export type SendOutcome =
  | { state: 'unknown' }
  | { state: 'made'; messageId: string }
  /** It was made, and somebody has deleted it since. */
  | { state: 'deleted' };

export interface Arming {
  channelId: string;
  /** Discord may have forgotten the nonce, and the message is known not to be there. */
  opensWindow: boolean;
}

export interface Sends {
  /** null: it was never tried. */
  find(nonce: string): Promise<OnItsWay | null>;
  /**
   * Notes a try before it is made, unless somebody else has the post by now.
   * @returns null when it must not be made; else what is known, which may be the outcome
   */
  arm(nonce: string, arming: Arming): Promise<SendOutcome | null>;
  /** Whether the effect is still ours to carry out; for what needs no arming. */
  isOurs(): Promise<boolean>;
  /** Success is success, whoever has the post by now. @param messageId null: deleted since */
  mark(nonce: string, messageId: string | null): Promise<void>;
  /** Discord refused: a try that was the only one never was. */
  refuse(nonce: string): Promise<void>;
  /** Those of some messages that are known to say something else. */
  othersOf(nonce: string, messageIds: readonly string[]): Promise<Set<string>>;
}
