// The parts outside of our own process: each as configured, or its embedded stand-in. Stand-ins are
// loaded only when they are needed, so production never loads them.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import type { DataFolder } from '../embedded/data-folder.ts';
import type { LocalDiscord } from '../embedded/discord/server.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, ConfigError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Closers } from './closers.ts';

export interface DiscordAddress {
  token: string;
  apiUrl: string | null;
  guildId: string;
  /** null when Discord is remote. */
  local: LocalDiscord | null;
}

export interface PartsDeps {
  config: Config;
  log: Log;
  closers: Closers;
}

/** Postgres, migrated by the caller. */
export async function startDatabase(
  { config, log, closers }: PartsDeps,
  folder: DataFolder | null,
): Promise<string> {
  if (config.database.kind === 'remote') return config.database.url;
  const { startPostgres } = await import('../embedded/postgres/start-postgres.ts');
  const postgres = await startPostgres({
    folder: folderOf(folder).sub('postgres'),
    log,
    clock: systemClock,
  });
  closers.add('Postgres', () => postgres.close());
  return postgres.url;
}

/** Where Chroma is, or why it is not. */
export interface Memory {
  url: string | null;
  fault: string | null;
}

/** A stand-in that does not start only degrades: the agency works without its memory. */
export async function startMemory(deps: PartsDeps, folder: DataFolder | null): Promise<Memory> {
  const { config, log } = deps;
  if (config.memory.kind === 'remote') return { url: config.memory.url, fault: null };
  try {
    return { url: await startEmbeddedChroma(deps, folderOf(folder)), fault: null };
  } catch (error) {
    const fault = error instanceof AppError ? error.forPeople : messageOf(error);
    log.warn({ reason: fault }, 'memory is not available');
    return { url: null, fault };
  }
}

async function startEmbeddedChroma(
  { log, closers }: PartsDeps,
  folder: DataFolder,
): Promise<string> {
  const { startChroma } = await import('../embedded/chroma/start-chroma.ts');
  const chroma = await startChroma({ folder: folder.sub('chroma'), log, clock: systemClock });
  closers.add('Chroma', () => chroma.close());
  return chroma.url;
}

/** @returns the base URL of the rehearsal model; null when every tier has an endpoint */
export async function startRehearsalModel({
  config,
  log,
  closers,
}: PartsDeps): Promise<string | null> {
  if (!Object.values(config.models).some((model) => model.kind === 'rehearsal')) return null;
  const { startRehearsal } = await import('../embedded/rehearsal/server.ts');
  const { seed, latencyMs } = config.rehearsal;
  const rehearsal = await startRehearsal({
    host: '127.0.0.1',
    port: 0,
    seed,
    latencyMs,
    clock: systemClock,
    log,
  });
  closers.add('rehearsal model', () => rehearsal.close());
  return rehearsal.url;
}

/** The local Discord takes no token away: whoever tries things out may start as often as needed. */
const localIdentifiesPerDay = 1e6;

interface DiscordParts {
  folder: DataFolder | null;
  /** Routes that share the listener of the local Discord. */
  routes: (app: FastifyInstance) => void;
}

export async function startDiscordAddress(
  { config, log, closers }: PartsDeps,
  { folder, routes }: DiscordParts,
): Promise<DiscordAddress> {
  if (config.discord.kind === 'remote') {
    const { token, apiUrl, guildId } = config.discord;
    return { token, apiUrl, guildId, local: null };
  }
  const { startLocalDiscord } = await import('../embedded/discord/server.ts');
  const local = await startLocalDiscord({
    folder: folderOf(folder).sub('discord'),
    host: config.host,
    port: config.port,
    clock: systemClock,
    log,
    extraRoutes: routes,
    identifiesPerDay: localIdentifiesPerDay,
  });
  closers.add('local Discord', () => local.close());
  await writeTokens(folderOf(folder), local);
  return { token: local.botToken, apiUrl: local.apiUrl, guildId: local.guildId, local };
}

/** `local-discord.json`, so that scripts can act as people; readable by this user only. */
async function writeTokens(folder: DataFolder, local: LocalDiscord): Promise<void> {
  const { url, guildId, directorToken, specialistToken, strangerToken, botToken } = local;
  const tokens = { url, guildId, directorToken, specialistToken, strangerToken, botToken };
  const path = join(folder.path, 'local-discord.json');
  await writeFile(path, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  // The mode above counts only for a new file.
  await chmod(path, 0o600);
}

function folderOf(folder: DataFolder | null): DataFolder {
  if (folder !== null) return folder;
  throw new ConfigError('No data folder is open', { code: 'data-folder-missing', retry: 'never' });
}

/** Whether anything of this configuration keeps data in the data folder. */
export function needsDataFolder(config: Config): boolean {
  return (
    (config.discord.kind === 'local' && config.role !== 'worker') ||
    config.database.kind === 'embedded' ||
    config.memory.kind === 'embedded'
  );
}
