// Discord's own limits, as its documentation gives them, and the few of this server that keep its
// memory bounded. A client that stays inside the first group works on Discord too.

/** Discord's; lengths are code points. */
export const discordLimits = {
  content: 2000,
  embeds: 10,
  embedSum: 6000,
  embedTitle: 256,
  embedDescription: 4096,
  embedFields: 25,
  embedFieldName: 256,
  embedFieldValue: 1024,
  embedFooter: 2048,
  embedAuthor: 256,
  nonce: 25,
  actionRows: 5,
  buttonsPerRow: 5,
  buttonLabel: 80,
  customId: 100,
  selectOptions: 25,
  selectText: 100,
  selectPlaceholder: 150,
  componentsV2: 40,
  modalTitle: 45,
  modalLabel: 45,
  modalText: 4000,
  choices: 25,
  choiceName: 100,
  fileBytes: 10 * 1024 * 1024,
  requestBytes: 25 * 1024 * 1024,
  filesPerMessage: 10,
  channelName: 100,
  topic: 1024,
  channelsPerGuild: 500,
  channelsPerCategory: 50,
  activeThreads: 1000,
  pins: 250,
  reactionsPerMessage: 20,
  commands: 100,
  commandName: 32,
  commandDescription: 100,
  commandOptions: 25,
  interactionAckMs: 3_000,
  interactionTokenMs: 15 * 60_000,
  messagesPerPage: 100,
  bulkDelete: 100,
  renamesPerWindow: 2,
  renameWindowMs: 600_000,
} as const;

/** Ours: what keeps a long-running local server small. */
export const serverLimits = {
  heartbeatMs: 41_250,
  /** A silent client is closed after this many heartbeat intervals. */
  heartbeatsMissed: 1.7,
  /** Dispatches kept for a resume; a session that falls further behind must identify again. */
  replayFrames: 1_000,
  replayBytes: 8 * 1024 * 1024,
  sessions: 64,
  detachedSessionMs: 180_000,
  gatewayPayloadBytes: 64 * 1024,
  /** A client that leaves this much unread is cut off; it may resume. */
  unreadBytes: 16 * 1024 * 1024,
  identifiesPerDay: 1_000,
  /** Within five seconds; Discord says 1, which no test could wait for. */
  identifiesAtOnce: 16,
  interactionsKept: 2_000,
  interactionKeptMs: 24 * 3_600_000,
  attachmentUrlMs: 24 * 3_600_000,
  interactionWaitMs: 25_000,
  /** The journal is rewritten while running once it is this large and mostly history. */
  journalBytes: 32 * 1024 * 1024,
  idleThreadSweepMs: 60_000,
  /** How long what was deleted may still stand in the journal. */
  tidyMs: 500,
} as const;
