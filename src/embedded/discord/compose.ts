// From a checked form and its files to the parts of a message, without writing anything. Invariant:
// what a person may not send (embeds, components) is gone after this, and what a bot may not send
// is refused. Surprise: Discord trims text, so a message of blanks is an empty one.
import { z } from 'zod';
import { canAt } from './access.ts';
import type { Place } from './access.ts';
import { parseForm } from './form.ts';
import { Layout, Rows } from './forms/component.ts';
import type { AllowedMentions, EditedMessage, NewMessage } from './forms/message.ts';
import { messageFlag } from './payloads/message.ts';
import { JsonObject } from './records.ts';
import type { Attachment, Message, User } from './records.ts';
import { invalidForm, refusal } from './refusal.ts';
import type { Upload } from './routing.ts';
import type { World } from './world.ts';

export interface Draft {
  content: string;
  embeds: JsonObject[];
  components: JsonObject[];
  flags: number;
  attachments: Attachment[];
  /** Bytes to write once the message is certain. */
  uploads: { id: string; data: Uint8Array }[];
}

/** Flags that an author may set. */
const settableFlags =
  messageFlag.suppressEmbeds |
  messageFlag.ephemeral |
  messageFlag.suppressNotifications |
  messageFlag.componentsV2;

/** @throws Refusal 50006 for nothing to say, 50013 for what the author may not send, 50035. */
export function composeMessage(
  world: World,
  { form, files, author }: { form: NewMessage; files: Upload[]; author: User },
): Draft {
  const flags = author.bot ? (form.flags ?? 0) & settableFlags : 0;
  const { attachments, uploads } = uploadsOf(world, form, files);
  const draft = {
    content: (form.content ?? '').trim(),
    embeds: author.bot ? embedsOf(form) : [],
    components: author.bot ? componentsOf(form.components ?? [], flags) : [],
    flags,
    attachments,
    uploads,
  };
  requireSubstance(draft);
  return draft;
}

/** Fields that the form leaves out stay as they are. */
export function composeEdit(
  world: World,
  { form, files, message }: { form: EditedMessage; files: Upload[]; message: Message },
): Draft {
  const kept = keptAttachments(message, form);
  const added = uploadsOf(world, form, files);
  const flags = editedFlags(message, form);
  const draft = {
    content: form.content === undefined ? message.content : (form.content ?? '').trim(),
    embeds: form.embeds === undefined ? message.embeds : embedsOf(form),
    components:
      form.components === undefined
        ? message.components
        : componentsOf(form.components ?? [], flags),
    flags,
    attachments: [...kept, ...added.attachments],
    uploads: added.uploads,
  };
  requireSubstance(draft);
  return draft;
}

/** @throws Refusal 50013 when a bot may not embed or anybody may not attach here. */
export function requireMayCarry(
  world: World,
  draft: Draft,
  { author, place }: { author: User; place: Place },
): void {
  const may = (name: 'EMBED_LINKS' | 'ATTACH_FILES'): boolean =>
    canAt(world, author.id, { place, name });
  if (draft.embeds.length > 0 && !may('EMBED_LINKS')) throw refusal('missingPermissions');
  if (draft.uploads.length > 0 && !may('ATTACH_FILES')) throw refusal('missingPermissions');
}

export interface Mentions {
  mentions: string[];
  mentionRoles: string[];
  mentionEveryone: boolean;
}

/** Who is notified: named in the text and allowed by `allowed_mentions`. */
export function mentionsOf(
  world: World,
  text: { content: string; allowed: AllowedMentions | null | undefined },
  by: { author: User; place: Place; replied: Message | undefined },
): Mentions {
  const { content, allowed } = text;
  const parse = allowed ? (allowed.parse ?? []) : ['users', 'roles', 'everyone'];
  const isAllowed = (kind: 'users' | 'roles', id: string): boolean =>
    parse.includes(kind) || (allowed?.[kind] ?? []).includes(id);
  const users = idsIn(content, /<@!?(\d+)>/g).filter(
    (id) => world.tables.member.has(id) && isAllowed('users', id),
  );
  const repliedTo = by.replied?.authorId;
  const pingsReplied = allowed ? allowed.replied_user === true : true;
  if (repliedTo !== undefined && repliedTo !== by.author.id && pingsReplied) users.push(repliedTo);
  const mayEveryone = canAt(world, by.author.id, { place: by.place, name: 'MENTION_EVERYONE' });
  return {
    mentions: [...new Set(users)],
    mentionRoles: idsIn(content, /<@&(\d+)>/g).filter(
      (id) => world.tables.role.has(id) && mayEveryone && isAllowed('roles', id),
    ),
    mentionEveryone:
      mayEveryone && parse.includes('everyone') && /@(?:everyone|here)\b/.test(content),
  };
}

/** Drops nulls and undefined at every depth: Discord leaves out what is not set. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([, inner]) => inner !== null && inner !== undefined,
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}

export function componentsOf(given: unknown[], flags: number): JsonObject[] {
  const schema = (flags & messageFlag.componentsV2) !== 0 ? Layout : Rows;
  const wrapped = parseForm(JsonComponents(schema), { components: given });
  return wrapped.components.map((component) => JsonObject.parse(withoutNulls(component)));
}

function JsonComponents(schema: typeof Rows | typeof Layout) {
  return z.object({ components: schema });
}

function embedsOf(form: Pick<NewMessage, 'embeds'>): JsonObject[] {
  return (form.embeds ?? []).map((embed) => ({
    type: 'rich',
    ...JsonObject.parse(withoutNulls(embed)),
  }));
}

function requireSubstance(draft: Draft): void {
  if ((draft.flags & messageFlag.componentsV2) !== 0) {
    if (draft.content === '' && draft.embeds.length === 0 && draft.components.length > 0) return;
    const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
    const message = 'The content and embeds fields cannot be used with components v2';
    throw invalidForm([{ path: ['content'], code, message }]);
  }
  const { content, embeds, components, attachments } = draft;
  const parts = embeds.length + components.length + attachments.length;
  if (content === '' && parts === 0) throw refusal('emptyMessage');
}

/** The components-v2 flag can be added by an edit and never taken away. */
function editedFlags(message: Message, form: EditedMessage): number {
  const asked = form.flags ?? message.flags;
  const editable = messageFlag.suppressEmbeds | messageFlag.componentsV2;
  const sticky = message.flags & messageFlag.componentsV2;
  const cleared = message.flags & ~editable & ~messageFlag.loading;
  return cleared | (asked & editable) | sticky;
}

function keptAttachments(message: Message, form: EditedMessage): Attachment[] {
  if (form.attachments === undefined || form.attachments === null) return message.attachments;
  const named = new Set(form.attachments.map(({ id }) => id));
  return message.attachments.filter(({ id }) => named.has(id));
}

/** Records of uploaded files; the bytes are written once their owner is certain. */
export function uploadsOf(
  world: World,
  form: Pick<NewMessage, 'attachments'>,
  files: Upload[],
): { attachments: Attachment[]; uploads: Draft['uploads'] } {
  const attachments: Attachment[] = [];
  const uploads: Draft['uploads'] = [];
  for (const file of files) {
    // discord.js notes `{ id: n, description }` for `files[n]`, without a file name.
    const note = form.attachments?.find(({ id }) => id === file.index);
    const id = world.snowflakes.next();
    const filename = safeName(note?.filename ?? file.filename);
    const contentType = contentTypeOf(filename, file.contentType);
    const description = note?.description ?? null;
    attachments.push({ id, filename, bytes: file.data.byteLength, contentType, description });
    uploads.push({ id, data: file.data });
  }
  return { attachments, uploads };
}

/** As Discord does: spaces become underscores, everything that could be a path goes. */
function safeName(name: string): string {
  const plain = name.replaceAll(/\s+/g, '_').replaceAll(/[^\p{L}\p{N}._-]/gu, '');
  return plain.replace(/^\.+/, '').slice(-200) || 'file';
}

const contentTypes = new Map([
  ['txt', 'text/plain; charset=utf-8'],
  ['log', 'text/plain; charset=utf-8'],
  ['md', 'text/markdown; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['svg', 'image/svg+xml'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
]);

function contentTypeOf(filename: string, given: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  return contentTypes.get(extension) ?? (given || 'application/octet-stream');
}

function idsIn(content: string, pattern: RegExp): string[] {
  return [...content.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}
