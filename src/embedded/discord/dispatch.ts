// What the gateway sends: one event, and for each viewer the payload he may see. Building it per
// viewer is what keeps hidden channels, other people's ephemeral messages and, without the
// MESSAGE_CONTENT intent, text itself from leaving.

export interface Viewer {
  userId: string;
  isBot: boolean;
  /** The intents of the session; a person's session has them all. */
  intents: number;
}

export interface Dispatch {
  name: string;
  /** Intents of which the viewer needs one; 0 is sent to everyone. */
  intents: number;
  /** `undefined` when the event is not for this viewer. */
  payloadFor(viewer: Viewer): object | undefined;
}

export const intent = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageReactions: 1 << 10,
  guildMessageTyping: 1 << 11,
  messageContent: 1 << 15,
} as const;

/** Every bit that Discord has given a meaning. */
export const everyIntent = (1 << 26) - 1;

export function hasIntent(viewer: Viewer, bits: number): boolean {
  return !viewer.isBot || bits === 0 || (viewer.intents & bits) !== 0;
}
