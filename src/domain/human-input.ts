// What a human did in Discord, in our words, before we know what it means. The Discord adapter
// makes these and nothing else; who the user is and which place the channel is are looked up behind
// the door.
import type { CommandLine } from './command-language.ts';
import type { Receipt } from './decision.ts';

export interface HumanAttachment {
  name: string;
  url: string;
  bytes: number;
  contentType: string | null;
}

export interface HumanMessage {
  messageId: string;
  channelId: string;
  userId: string;
  userName: string;
  text: string;
  attachments: HumanAttachment[];
  /** The message this one replies to. */
  repliesTo: string | null;
  /** Epoch ms. */
  at: number;
}

/** A reaction that a person put on a message, or took off it. */
export interface HumanReaction {
  /** The same however often Discord tells of it. */
  id: string;
  channelId: string;
  messageId: string;
  userId: string;
  /** null where Discord does not tell. */
  userName: string | null;
  emoji: string;
  isTakenBack: boolean;
}

/** A part of a channel's history, oldest first. */
export interface HistoryPage {
  /** What people wrote in it. */
  messages: HumanMessage[];
  /** The newest message of the page, whoever wrote it; null when nothing came after. */
  lastId: string | null;
  isLast: boolean;
}

/** A slash command, a button, a select, a modal: all are one command of the common language. */
export interface HumanCommand {
  /** The interaction's id. */
  id: string;
  channelId: string;
  userId: string;
  userName: string;
  line: CommandLine;
}

/** Where the adapter puts what it heard. */
export interface HumanInput {
  /** Resolves when the message is durably accepted, or known to be none of ours. */
  onMessage(message: HumanMessage): Promise<void>;
  /** Resolves when it is durably accepted, or known to mean nothing. */
  onReaction(reaction: HumanReaction): Promise<void>;
  /** Answers within Discord's three seconds; the receipt is shown to that person only. */
  onCommand(command: HumanCommand): Promise<Receipt>;
}
