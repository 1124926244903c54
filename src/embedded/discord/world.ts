// Everything the routes and the gateway share: the records, the one way to change them, ids, files
// and the way out to sessions. Invariant: `commit` writes the journal before memory changes, so
// what a client was told is on disk. Routes decide; this only keeps.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { createAttachmentFiles, createLinkSigner } from './attachments.ts';
import type { AttachmentFiles, LinkSigner } from './attachments.ts';
import type { Dispatch } from './dispatch.ts';
import { serverLimits } from './limits.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { createNonces } from './nonce.ts';
import type { Nonces } from './nonce.ts';
import type { Change, Message, Settings, User } from './records.ts';
import { createRenameLimit } from './rename-limit.ts';
import type { RenameLimit } from './rename-limit.ts';
import { seedChanges } from './seed.ts';
import { createSnowflakes } from './snowflake.ts';
import type { Snowflakes } from './snowflake.ts';
import { applyChange, changesOf, emptyTables } from './tables.ts';
import type { Tables } from './tables.ts';

export interface World {
  clock: Clock;
  log: Log;
  tables: Tables;
  settings: Settings;
  snowflakes: Snowflakes;
  nonces: Nonces;
  renames: RenameLimit;
  files: AttachmentFiles;
  links: LinkSigner;
  /** `http://127.0.0.1:PORT`, known once the listener is. */
  baseUrl: string;
  /** Writes the changes as one batch, then applies them. */
  commit(changes: Change[]): void;
  /** Nothing that was deleted or changed stands on disk any more. */
  forgetHistory(): void;
  /** Sends an event to every session that may see it. */
  emit(dispatch: Dispatch): void;
  /** Emits an interaction's id whenever its record changes or its time to answer is over. */
  interactions: EventEmitter<Record<string, []>>;
  /** Where `emit` goes; the gateway sets it. */
  outlet: (dispatch: Dispatch) => void;
  close(): void;
}

export interface WorldOptions {
  folder: string;
  clock: Clock;
  log: Log;
  nonceWindowMs: number;
}

/** Reads the folder without writing to it; `open` begins writing, once the port is ours. */
export function loadWorld(options: WorldOptions): { open(baseUrl: string): World } {
  const journal = createJournal(options.folder);
  const tables = emptyTables();
  for (const batch of journal.read()) for (const change of batch) applyChange(tables, change);
  return { open: (baseUrl) => openWorld({ ...options, journal, tables, baseUrl }) };
}

function openWorld(
  options: WorldOptions & { journal: Journal; tables: Tables; baseUrl: string },
): World {
  const { journal, tables, clock, log, folder, baseUrl } = options;
  const snowflakes = createSnowflakes(clock, tables.greatestId);
  const seed = tables.settings === null ? seedChanges(snowflakes, clock.now()) : [];
  for (const change of seed) applyChange(tables, change);
  const { settings } = tables;
  if (settings === null) {
    throw new EmbeddedError('the local Discord has no settings record', {
      code: 'local-discord-no-settings',
      retry: 'never',
    });
  }
  journal.open(changesOf(tables));
  const files = createAttachmentFiles(join(folder, 'attachments'));
  if (existsSync(folder)) files.sweep(attachmentIdsOf(tables));
  const interactions = new EventEmitter<Record<string, []>>().setMaxListeners(0);
  let tidying: NodeJS.Timeout | undefined;
  const forgetHistory = (): void => {
    clearTimeout(tidying);
    tidying = undefined;
    journal.compact(changesOf(tables));
  };
  /** What people delete is not to be found in a file; several at once are one rewriting. */
  const tidySoon = (): void => {
    tidying ??= setTimeout(() => attemptTo(forgetHistory, log), serverLimits.tidyMs).unref();
  };
  const world: World = {
    clock,
    log,
    tables,
    settings,
    snowflakes,
    nonces: createNonces(clock, options.nonceWindowMs, tables.message.values()),
    renames: createRenameLimit(clock),
    files,
    links: createLinkSigner(clock, settings.linkSecret),
    baseUrl,
    commit(changes) {
      journal.append(changes);
      for (const change of changes) applyChange(tables, change);
      for (const change of changes) {
        if (change.put === 'interaction') interactions.emit(change.value.id);
      }
      if (changes.some(isDeletion)) tidySoon();
      attemptTo(() => journal.compactIfLarge(() => changesOf(tables)), log);
    },
    interactions,
    outlet: () => undefined,
    emit: (dispatch) => world.outlet(dispatch),
    forgetHistory,
    close: () => {
      if (tidying !== undefined) attemptTo(forgetHistory, log);
      journal.close();
    },
  };
  return world;
}

function isDeletion(change: Change): boolean {
  return change.put === 'nothing' && change.drop === 'message';
}

/** What was asked for is done and written; a file that stays large does not undo it. */
function attemptTo(compact: () => void, log: Log): void {
  try {
    compact();
  } catch (error) {
    log.warn({ err: error }, 'local Discord: the journal could not be made smaller');
  }
}

/** @throws EmbeddedError for an id that no record names: a bug, since people are never deleted. */
export function userOf(world: World, userId: string): User {
  const user = world.tables.user.get(userId);
  if (user) return user;
  throw new EmbeddedError('a record names a user that does not exist', {
    code: 'local-discord-no-user',
    retry: 'never',
    ids: { userId },
  });
}

function attachmentIdsOf(tables: Tables): Set<string> {
  const ids = new Set<string>();
  const addAll = (message: Message): void => {
    for (const { id } of message.attachments) ids.add(id);
  };
  for (const message of tables.message.values()) addAll(message);
  for (const { ephemeral, uploads } of tables.interaction.values()) {
    ephemeral.forEach(addAll);
    for (const { id } of uploads) ids.add(id);
  }
  return ids;
}
