// Every limit of Discord that rendering, sending and command registration keep. Lengths are
// Discord's count of characters; we measure UTF-16 units, which is never less.
// @see https://discord.com/developers/docs/resources/message and /interactions/overview

export const discordLimits = {
  contentChars: 2000,
  embedsPerMessage: 10,
  /** Over all embeds of one message together. */
  embedCharsSum: 6000,
  embedTitleChars: 256,
  embedDescriptionChars: 4096,
  embedFields: 25,
  embedFieldNameChars: 256,
  embedFieldValueChars: 1024,
  embedFooterChars: 2048,
  embedAuthorChars: 256,
  nonceChars: 25,
  actionRows: 5,
  buttonsPerRow: 5,
  buttonLabelChars: 80,
  customIdChars: 100,
  modalTitleChars: 45,
  modalLabelChars: 45,
  modalTextChars: 4000,
  modalPlaceholderChars: 100,
  filesPerMessage: 10,
  fileBytes: 10 * 1024 * 1024,
  requestBytes: 25 * 1024 * 1024,
  mentionedUsers: 100,
  channelNameChars: 100,
  topicChars: 1024,
  commandNameChars: 32,
  commandDescriptionChars: 100,
  commandOptions: 25,
  commandStringChars: 6000,
  choices: 25,
  choiceChars: 100,
  messagesPerPage: 100,
  interactionAckMs: 3000,
} as const;

/** How we stay inside them; ours to change. */
export const renderLimits = {
  /** A post that would take more messages than this comes as an attached file. */
  messagesPerPost: 3,
  /** Leaves room for title, author and facts within the sum over a message's embeds. */
  cardTextChars: 3500,
  factsPerCard: 9,
  factNameChars: 60,
  factValueChars: 120,
  /** A command line longer than this stands in a code block instead of inside the sentence. */
  inlineCodeChars: 900,
  embedTextRoomChars: 200,
} as const;

/** How far Discord's memory of nonces ("a few minutes") is trusted, and what follows from it. */
export interface SendDurations {
  /**
   * Discord remembers a nonce for at least this long. We repeat one within half of it, so that the
   * last repeat may be under way for the other half.
   */
  nonceMs: number;
  /** After this nothing of a try can arrive any more: several times what one may take. */
  quietMs: number;
  /** The same for a try to make a channel or thread; shorter, as a whole project waits for it. */
  openQuietMs: number;
  /** How often it is looked for meanwhile, where finding it is all that is wanted. */
  lookAgainMs: number;
  /** A try ends after this, answered or not. */
  postMs: number;
  /** What is armed is posted within this or not at all. */
  armedMs: number;
  /** The database's clock and Discord's may differ by this. */
  clocksApartMs: number;
}

export const sendDurations: SendDurations = {
  nonceMs: 60_000,
  quietMs: 60_000,
  openQuietMs: 5_000,
  lookAgainMs: 3_000,
  postMs: 15_000,
  armedMs: 5_000,
  clocksApartMs: 600_000,
};
