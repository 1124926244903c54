// The stored records in memory, and the one function that changes them. The same function runs for
// a request and for every journal line at start, so what is in memory is what the journal says.
import { compareIds } from './snowflake.ts';
import type {
  Change,
  Channel,
  Command,
  Interaction,
  Member,
  Message,
  Role,
  Settings,
  Thread,
  User,
} from './records.ts';

export interface Tables {
  settings: Settings | null;
  user: Map<string, User>;
  role: Map<string, Role>;
  member: Map<string, Member>;
  channel: Map<string, Channel>;
  thread: Map<string, Thread>;
  message: Map<string, Message>;
  command: Map<string, Command>;
  interaction: Map<string, Interaction>;
  /** Ids of a channel's messages, oldest first. */
  timeline: Map<string, string[]>;
  /** Ids of a channel's pinned messages. */
  pinned: Map<string, Set<string>>;
  /** The greatest id of any record, so that new ones continue after it. */
  greatestId: string;
}

export function emptyTables(): Tables {
  return {
    settings: null,
    user: new Map(),
    role: new Map(),
    member: new Map(),
    channel: new Map(),
    thread: new Map(),
    message: new Map(),
    command: new Map(),
    interaction: new Map(),
    timeline: new Map(),
    pinned: new Map(),
    greatestId: '0',
  };
}

/** Carries out one change in place. */
export function applyChange(tables: Tables, change: Change): void {
  switch (change.put) {
    case 'settings':
      tables.settings = change.value;
      return;
    case 'nothing':
      if (change.drop === 'message') dropMessage(tables, change.id);
      else tables[change.drop].delete(change.id);
      if (change.drop === 'channel' || change.drop === 'thread') {
        tables.timeline.delete(change.id);
        tables.pinned.delete(change.id);
      }
      return;
    case 'message':
      putMessage(tables, change.value);
      break;
    case 'user':
      tables.user.set(change.value.id, change.value);
      break;
    case 'role':
      tables.role.set(change.value.id, change.value);
      break;
    case 'member':
      tables.member.set(change.value.id, change.value);
      break;
    case 'channel':
      tables.channel.set(change.value.id, change.value);
      break;
    case 'thread':
      tables.thread.set(change.value.id, change.value);
      break;
    case 'command':
      tables.command.set(change.value.id, change.value);
      break;
    case 'interaction':
      tables.interaction.set(change.value.id, change.value);
      for (const message of change.value.ephemeral) seeId(tables, message.id);
      break;
  }
  seeId(tables, change.value.id);
}

/** The changes that would build these tables from nothing; what compaction writes. */
export function changesOf(tables: Tables): Change[] {
  const changes: Change[] = [];
  if (tables.settings !== null) changes.push({ put: 'settings', value: tables.settings });
  for (const value of tables.user.values()) changes.push({ put: 'user', value });
  for (const value of tables.role.values()) changes.push({ put: 'role', value });
  for (const value of tables.member.values()) changes.push({ put: 'member', value });
  for (const value of tables.channel.values()) changes.push({ put: 'channel', value });
  for (const value of tables.thread.values()) changes.push({ put: 'thread', value });
  for (const value of tables.message.values()) changes.push({ put: 'message', value });
  for (const value of tables.command.values()) changes.push({ put: 'command', value });
  for (const value of tables.interaction.values()) changes.push({ put: 'interaction', value });
  return changes;
}

/** Messages of a channel, oldest first. */
export function messagesIn(tables: Tables, channelId: string): Message[] {
  return (tables.timeline.get(channelId) ?? []).flatMap((id) => tables.message.get(id) ?? []);
}

/** Pinned messages of a channel, the latest pin first. */
export function pinnedIn(tables: Tables, channelId: string): Message[] {
  const ids = [...(tables.pinned.get(channelId) ?? [])];
  return ids
    .flatMap((id) => tables.message.get(id) ?? [])
    .sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0));
}

/** Where `id` stands or would stand in a timeline. */
export function positionOf(timeline: string[], id: string): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(timeline[middle] ?? id, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function putMessage(tables: Tables, message: Message): void {
  const isNew = !tables.message.has(message.id);
  tables.message.set(message.id, message);
  markPinned(tables, message, message.pinnedAt !== null);
  if (!isNew) return;
  const timeline = tables.timeline.get(message.channelId) ?? [];
  timeline.splice(positionOf(timeline, message.id), 0, message.id);
  tables.timeline.set(message.channelId, timeline);
}

function dropMessage(tables: Tables, id: string): void {
  const message = tables.message.get(id);
  tables.message.delete(id);
  if (message) markPinned(tables, message, false);
  const timeline = message && tables.timeline.get(message.channelId);
  if (!timeline) return;
  const position = positionOf(timeline, id);
  if (timeline[position] === id) timeline.splice(position, 1);
}

function markPinned(tables: Tables, { id, channelId }: Message, isPinned: boolean): void {
  const pinned = tables.pinned.get(channelId);
  if (!isPinned) pinned?.delete(id);
  else if (pinned) pinned.add(id);
  else tables.pinned.set(channelId, new Set([id]));
}

function seeId(tables: Tables, id: string): void {
  if (compareIds(id, tables.greatestId) > 0) tables.greatestId = id;
}
