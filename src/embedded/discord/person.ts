// A person at the keyboard, over the wire: posts, reads, reacts, clicks, fills in modals and uses
// commands with a user's token, as a Discord client would. The demo and the scenarios play people
// with it. Surprise: `read` answers oldest first, the way a person reads.
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { delay, systemClock } from '../../lib/clock.ts';
import { invocationFrom } from './person-options.ts';
import type { OptionValue } from './person-options.ts';
import {
  SeenChannel,
  SeenCommands,
  SeenInteraction,
  SeenMessage,
  StartedInteraction,
  ThreadList,
} from './person-sees.ts';

import { cannot, createCaller } from './person-wire.ts';
import type { Caller, PersonFile } from './person-wire.ts';

export type { PersonFile } from './person-wire.ts';
export type { OptionValue } from './person-options.ts';
export type { SeenChannel, SeenInteraction, SeenMessage } from './person-sees.ts';

export interface Person {
  /** Posts text (and files); @returns the message. */
  say(channelId: string, text: string, files?: PersonFile[]): Promise<SeenMessage>;
  /** Replies to a message. */
  reply(channelId: string, messageId: string, text: string): Promise<SeenMessage>;
  /** Up to 100 messages, oldest first; without `after` the newest ones. */
  read(channelId: string, page?: { after?: string; limit?: number }): Promise<SeenMessage[]>;
  /** Every message of a channel, oldest first. */
  readAll(channelId: string): Promise<SeenMessage[]>;
  react(channelId: string, messageId: string, emoji: string): Promise<void>;
  /** Takes a reaction of theirs off again. */
  unreact(channelId: string, messageId: string, emoji: string): Promise<void>;
  /** Uses a button; @returns the interaction's id. */
  click(channelId: string, messageId: string, customId: string): Promise<string>;
  /** Chooses in a select of a message; @returns the interaction's id. */
  choose(channelId: string, messageId: string, chosen: Chosen): Promise<string>;
  /** Sends the modal that an interaction opened; @returns the new interaction's id. */
  submitModal(interactionId: string, values: Record<string, string | string[]>): Promise<string>;
  /** Uses a command, `name` may name a subcommand: `project new`. @returns the interaction's id. */
  slash(use: CommandUse): Promise<string>;
  /** What autocomplete offers while `focused` is being typed. */
  complete(use: CommandUse & { focused: string }): Promise<{ name: string; value: OptionValue }[]>;
  /** What came of an own interaction; waits up to 25 s for its outcome unless `wait` is false. */
  interactionResult(interactionId: string, wait?: boolean): Promise<SeenInteraction>;
  /** Visible channels, with the active threads after them. */
  channels(guildId: string): Promise<SeenChannel[]>;
  /** Threads of a channel that are archived, newest first. */
  archivedThreads(channelId: string): Promise<SeenChannel[]>;
  pins(channelId: string): Promise<SeenMessage[]>;
  /** Reads again and again until a message fits. @throws EmbeddedError after `timeoutMs`. */
  waitFor(channelId: string, wanted: Wanted): Promise<SeenMessage>;
  /** The bytes of an attachment. */
  download(url: string): Promise<Uint8Array>;
}

export interface Chosen {
  customId: string;
  values: string[];
  /** 3 string (default), 5 user, 6 role, 7 mentionable, 8 channel. */
  type?: 3 | 5 | 6 | 7 | 8;
}

export interface CommandUse {
  guildId: string;
  channelId: string;
  name: string;
  options?: Record<string, OptionValue>;
  /** Files for attachment options; the option's value is the file's index as text. */
  files?: PersonFile[];
}

export interface Wanted {
  matches: (message: SeenMessage) => boolean;
  /** Only messages younger than this one. */
  after?: string;
  timeoutMs?: number;
  /** Stands in the error: what was waited for. */
  what?: string;
}

export interface PersonOptions {
  /** `http://127.0.0.1:PORT/api` */
  apiUrl: string;
  token: string;
  clock?: Clock;
}

const pollMs = 60;
const waitMs = 20_000;

export function createPerson({ apiUrl, token, clock = systemClock }: PersonOptions): Person {
  const call = createCaller(`${apiUrl}/v10`, token);
  return { ...createReader(call, clock), ...createActor(call) };
}

type Reader = Pick<
  Person,
  'read' | 'readAll' | 'channels' | 'archivedThreads' | 'pins' | 'waitFor' | 'download'
>;

function createReader(call: Caller, clock: Clock): Reader {
  const read: Person['read'] = async (channelId, { after, limit = 100 } = {}) => {
    const query = new URLSearchParams({ limit: String(limit), ...(after ? { after } : {}) });
    const line = `GET /channels/${channelId}/messages?${query.toString()}`;
    return (await call(z.array(SeenMessage), line)).reverse();
  };
  return {
    read,
    readAll: (channelId) => readAll(read, channelId),
    async channels(guildId) {
      const channels = await call(z.array(SeenChannel), `GET /guilds/${guildId}/channels`);
      const { threads } = await call(ThreadList, `GET /guilds/${guildId}/threads/active`);
      return [...channels, ...threads];
    },
    async archivedThreads(channelId) {
      const at = `/channels/${channelId}/threads/archived`;
      const open = await call(ThreadList, `GET ${at}/public`);
      const hidden = await call(ThreadList, `GET ${at}/private`);
      return [...open.threads, ...hidden.threads];
    },
    pins: (channelId) => call(z.array(SeenMessage), `GET /channels/${channelId}/pins`),
    waitFor: (channelId, wanted) => waitFor({ read, clock }, channelId, wanted),
    async download(url) {
      const response = await fetch(url);
      if (!response.ok) throw cannot(`download failed: ${response.status}`);
      return response.bytes();
    },
  };
}

function createActor(call: Caller): Omit<Person, keyof Reader> {
  const start = async (body: object, files: PersonFile[] = []): Promise<string> =>
    (await call(StartedInteraction, 'POST /interactions', { body, files })).id;

  const post = (channelId: string, body: object, files: PersonFile[] = []): Promise<SeenMessage> =>
    call(SeenMessage, `POST /channels/${channelId}/messages`, { body, files });

  const useComponent = (channel_id: string, message_id: string, data: object): Promise<string> =>
    start({ type: 3, channel_id, message_id, data });

  const interactionResult: Person['interactionResult'] = (id, wait = true) =>
    call(SeenInteraction, `GET /interactions/${id}${wait ? '?wait=true' : ''}`);

  const invoke = async (use: CommandUse, type: 2 | 4, focused?: string): Promise<string> => {
    const line = `GET /guilds/${use.guildId}/application-command-index`;
    const { application_commands } = await call(SeenCommands, line);
    const data = invocationFrom(application_commands, { ...use, ...(focused ? { focused } : {}) });
    const { guildId: guild_id, channelId: channel_id } = use;
    const application_id = application_commands.find(({ id }) => id === data.id)?.application_id;
    return start({ type, guild_id, channel_id, application_id, data }, use.files);
  };

  return {
    say: (channelId, content, files) => post(channelId, { content }, files),
    reply: (channelId, messageId, content) =>
      post(channelId, { content, message_reference: { message_id: messageId } }),
    async react(channelId, messageId, emoji) {
      await call(z.unknown(), `PUT ${reactionAt(channelId, messageId, emoji)}`);
    },
    async unreact(channelId, messageId, emoji) {
      await call(z.unknown(), `DELETE ${reactionAt(channelId, messageId, emoji)}`);
    },
    click: (channelId, messageId, customId) =>
      useComponent(channelId, messageId, { component_type: 2, custom_id: customId }),
    choose: (channelId, messageId, { customId, values, type = 3 }) =>
      useComponent(channelId, messageId, { component_type: type, custom_id: customId, values }),
    async submitModal(interactionId, values) {
      const { modal, channel_id } = await interactionResult(interactionId);
      if (!modal) throw cannot(`interaction ${interactionId} opened no modal`);
      const components = Object.entries(values).map(([custom_id, value]) => ({
        type: 1,
        components: [{ custom_id, ...(Array.isArray(value) ? { values: value } : { value }) }],
      }));
      const data = { id: interactionId, custom_id: modal.custom_id, components };
      return start({ type: 5, channel_id, data });
    },
    slash: (use) => invoke(use, 2),
    async complete(use) {
      const result = await interactionResult(await invoke(use, 4, use.focused));
      return result.choices ?? [];
    },
    interactionResult,
  };
}

function reactionAt(channelId: string, messageId: string, emoji: string): string {
  return `/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}/@me`;
}

async function readAll(read: Person['read'], channelId: string): Promise<SeenMessage[]> {
  const all: SeenMessage[] = [];
  for (let after = '0'; ;) {
    const page = await read(channelId, { after });
    all.push(...page);
    const last = page.at(-1);
    if (!last || page.length < 100) return all;
    after = last.id;
  }
}

async function waitFor(
  { read, clock }: { read: Person['read']; clock: Clock },
  channelId: string,
  { matches, after, timeoutMs = waitMs, what = 'a message' }: Wanted,
): Promise<SeenMessage> {
  const start = clock.monotonic();
  for (;;) {
    const seen = await read(channelId, after === undefined ? {} : { after });
    const found = seen.find((message) => matches(message));
    if (found) return found;
    if (clock.monotonic() - start > timeoutMs) {
      const texts = seen.map(({ author, content }) => `${author.username}: ${content}`).slice(-10);
      throw cannot(`waited ${timeoutMs} ms for ${what}; last seen:\n${texts.join('\n')}`);
    }
    await delay(pollMs);
  }
}
