// What is stored, one schema per kind of record, and the change that writes one. Payloads for
// clients are built from these and never stored. Invariant: a batch of changes is one journal
// line, so a story with several records (a thread and its system message) is there whole or not.
import { z } from 'zod';
import type { Json } from '../../lib/json.ts';

const JsonValue: z.ZodType<Json> = z.json();
export const JsonObject = z.record(z.string(), JsonValue);
export type JsonObject = z.infer<typeof JsonObject>;

export const Settings = z.strictObject({
  guildId: z.string(),
  guildName: z.string(),
  ownerId: z.string(),
  botId: z.string(),
  specialistId: z.string(),
  strangerId: z.string(),
  /** Signs attachment links, so that a link is all a download needs and cannot be guessed. */
  linkSecret: z.string(),
});
export type Settings = z.infer<typeof Settings>;

export const User = z.strictObject({
  id: z.string(),
  username: z.string(),
  displayName: z.string().nullable(),
  bot: z.boolean(),
  token: z.string(),
});
export type User = z.infer<typeof User>;

export const Role = z.strictObject({
  id: z.string(),
  name: z.string(),
  permissions: z.string(),
  position: z.number(),
  color: z.number(),
  /** The bot whose own role this is. */
  botId: z.string().nullable(),
});
export type Role = z.infer<typeof Role>;

export const Member = z.strictObject({
  id: z.string(),
  roles: z.array(z.string()),
  joinedAt: z.number(),
});
export type Member = z.infer<typeof Member>;

export const Overwrite = z.strictObject({
  id: z.string(),
  /** 0 a role, 1 a member. */
  type: z.union([z.literal(0), z.literal(1)]),
  allow: z.string(),
  deny: z.string(),
});
export type Overwrite = z.infer<typeof Overwrite>;

export const Channel = z.strictObject({
  id: z.string(),
  /** 0 text, 4 category. */
  type: z.union([z.literal(0), z.literal(4)]),
  name: z.string(),
  topic: z.string().nullable(),
  parentId: z.string().nullable(),
  position: z.number(),
  overwrites: z.array(Overwrite),
  slowmodeSeconds: z.number(),
});
export type Channel = z.infer<typeof Channel>;

export const Thread = z.strictObject({
  id: z.string(),
  /** 11 public, 12 private. */
  type: z.union([z.literal(11), z.literal(12)]),
  name: z.string(),
  parentId: z.string(),
  ownerId: z.string(),
  archived: z.boolean(),
  archiveChangedAt: z.number(),
  autoArchiveMinutes: z.number(),
  locked: z.boolean(),
  invitable: z.boolean(),
  slowmodeSeconds: z.number(),
  createdAt: z.number(),
  members: z.array(z.strictObject({ userId: z.string(), joinedAt: z.number() })),
});
export type Thread = z.infer<typeof Thread>;

export const Attachment = z.strictObject({
  id: z.string(),
  filename: z.string(),
  bytes: z.number(),
  contentType: z.string(),
  description: z.string().nullable(),
});
export type Attachment = z.infer<typeof Attachment>;

export const Reaction = z.strictObject({
  emojiId: z.string().nullable(),
  emojiName: z.string(),
  userIds: z.array(z.string()),
});
export type Reaction = z.infer<typeof Reaction>;

export const Message = z.strictObject({
  id: z.string(),
  channelId: z.string(),
  authorId: z.string(),
  type: z.number(),
  content: z.string(),
  editedAt: z.number().nullable(),
  pinnedAt: z.number().nullable(),
  flags: z.number(),
  nonce: z.union([z.string(), z.number()]).nullable(),
  embeds: z.array(JsonObject),
  components: z.array(JsonObject),
  attachments: z.array(Attachment),
  reactions: z.array(Reaction),
  mentions: z.array(z.string()),
  mentionRoles: z.array(z.string()),
  mentionEveryone: z.boolean(),
  /** What a reply answers, or what a system message is about. */
  reference: z.strictObject({ channelId: z.string(), messageId: z.string().nullable() }).nullable(),
  /** The interaction that this message answers. */
  answers: z
    .strictObject({
      id: z.string(),
      type: z.number(),
      userId: z.string(),
      name: z.string().nullable(),
    })
    .nullable(),
});
export type Message = z.infer<typeof Message>;

export const Command = z.strictObject({
  id: z.string(),
  /** `null` is a global command. */
  guildId: z.string().nullable(),
  version: z.string(),
  definition: JsonObject,
});
export type Command = z.infer<typeof Command>;

export const Interaction = z.strictObject({
  id: z.string(),
  token: z.string(),
  /** 2 command, 3 component, 4 autocomplete, 5 modal. */
  type: z.number(),
  userId: z.string(),
  channelId: z.string(),
  /** Of a command, for "used /name"; `null` otherwise. */
  commandName: z.string().nullable(),
  nonce: z.string().nullable(),
  /** The message whose component was used; modals opened from it keep it. */
  messageId: z.string().nullable(),
  responseType: z.number().nullable(),
  /** The message that `@original` means. */
  originalId: z.string().nullable(),
  modal: JsonObject.nullable(),
  choices: z.array(JsonObject).nullable(),
  /** Messages only this person sees; they live and die with the interaction. */
  ephemeral: z.array(Message),
  followUpIds: z.array(z.string()),
  /** Files given as command options; they live as long as this record. */
  uploads: z.array(Attachment),
});
export type Interaction = z.infer<typeof Interaction>;

export const recordKinds = [
  'user',
  'role',
  'member',
  'channel',
  'thread',
  'message',
  'command',
  'interaction',
] as const;
export type RecordKind = (typeof recordKinds)[number];

export const Change = z.discriminatedUnion('put', [
  z.strictObject({ put: z.literal('settings'), value: Settings }),
  z.strictObject({ put: z.literal('user'), value: User }),
  z.strictObject({ put: z.literal('role'), value: Role }),
  z.strictObject({ put: z.literal('member'), value: Member }),
  z.strictObject({ put: z.literal('channel'), value: Channel }),
  z.strictObject({ put: z.literal('thread'), value: Thread }),
  z.strictObject({ put: z.literal('message'), value: Message }),
  z.strictObject({ put: z.literal('command'), value: Command }),
  z.strictObject({ put: z.literal('interaction'), value: Interaction }),
  z.strictObject({ put: z.literal('nothing'), drop: z.enum(recordKinds), id: z.string() }),
]);
export type Change = z.infer<typeof Change>;

/** One journal line. */
export const Batch = z.strictObject({ v: z.literal(1), changes: z.array(Change) });
export type Batch = z.infer<typeof Batch>;

export function dropped(kind: RecordKind, id: string): Change {
  return { put: 'nothing', drop: kind, id };
}
