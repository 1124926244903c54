// What the doctor looks at: the parts as they are configured, each with the way to look at it. What
// is looked at by several checks is looked at once; for another look make another patient.
// `null` stands for a stand-in: there is nothing outside to look at.
import type { Config, EmbeddingEndpoint } from '../config.ts';
import { createDiscordLook } from '../discord/look.ts';
import type { DiscordLook } from '../discord/look.ts';
import type { Tier } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import type { EndpointConfig } from '../model/catalog.ts';
import { listModels } from '../model/list-models.ts';
import type { ModelList } from '../model/list-models.ts';
import { probeEndpoint } from '../model/probe-endpoint.ts';
import type { EndpointProbe } from '../model/probe-endpoint.ts';
import { inspectRedis } from '../runtime/inspect-redis.ts';
import type { RedisFacts } from '../runtime/inspect-redis.ts';
import { inspectDatabase } from '../store/inspect-database.ts';
import type { DatabaseFacts } from '../store/inspect-database.ts';
import { endpointsOf, preferredOf } from '../wiring/endpoints.ts';

export interface Patient {
  clock: Clock;
  homePath: string;
  host: string;
  port: number;
  /** The agency itself asks: its port is taken and its stand-ins run, by right. */
  isInside: boolean;
  discord: DiscordPatient | null;
  models: ModelPatient | null;
  embedding: EmbeddingEndpoint;
  database: { url: string; isOwn: boolean; inspect: () => Promise<DatabaseFacts> } | null;
  redis: { url: string; inspect: () => Promise<RedisFacts> } | null;
  memory: { url: string; isOwn: boolean } | null;
  /** Why the stand-in for memory does not run; null when it does or nobody knows. */
  memoryFault: string | null;
}

export interface DiscordPatient {
  token: string;
  apiUrl: string | null;
  look: DiscordLook;
  /** `null`: not chosen yet. */
  guildId: string | null;
  /** `null`: the guild's owner. */
  directorUserIds: readonly string[] | null;
}

export interface ModelPatient {
  tiers: Readonly<Record<Tier, EndpointConfig>>;
  list: (endpoint: Address) => Promise<ModelList>;
  probe: (endpoint: EndpointConfig) => Promise<EndpointProbe>;
}

type Address = Pick<EndpointConfig, 'baseUrl' | 'apiKey'>;

/** Where the stand-ins of a running agency are. */
export interface Inside {
  databaseUrl: string;
  memory: { url: string | null; fault: string | null };
}

/** @param inside of the agency that asks; absent when somebody asks from outside */
export function patientOf(config: Config, clock: Clock, inside?: Inside): Patient {
  const { discord, database, queue, memory, models } = config;
  const databaseUrl = database.kind === 'remote' ? database.url : inside?.databaseUrl;
  const memoryUrl = memory.kind === 'remote' ? memory.url : (inside?.memory.url ?? null);
  return {
    clock,
    homePath: config.homePath,
    host: config.host,
    port: config.port,
    isInside: inside !== undefined,
    discord: discord.kind === 'local' ? null : discordPatient(discord, config.directorUserIds),
    models:
      models.economy.kind === 'rehearsal'
        ? null
        : modelPatient(preferredOf(endpointsOf(config, null)), clock),
    embedding: config.embedding,
    database:
      databaseUrl === undefined
        ? null
        : {
            url: databaseUrl,
            isOwn: database.kind === 'remote',
            inspect: once(() => inspectDatabase(databaseUrl)),
          },
    redis:
      queue.kind === 'redis'
        ? { url: queue.url, inspect: once(() => inspectRedis(queue.url)) }
        : null,
    memory: memoryUrl === null ? null : { url: memoryUrl, isOwn: memory.kind === 'remote' },
    memoryFault: inside?.memory.fault ?? null,
  };
}

export function discordPatient(
  address: { token: string; apiUrl: string | null; guildId: string | null },
  directorUserIds: readonly string[] | null,
): DiscordPatient {
  const { token, apiUrl, guildId } = address;
  return { token, apiUrl, guildId, directorUserIds, look: createDiscordLook(address) };
}

function modelPatient(tiers: ModelPatient['tiers'], clock: Clock): ModelPatient {
  return {
    tiers,
    list: oncePer(({ baseUrl, apiKey }) => JSON.stringify([baseUrl, apiKey]), listModels),
    probe: oncePer(
      // Tiers often share an endpoint, and a question costs money.
      ({ baseUrl, apiKey, model, api }) => JSON.stringify([baseUrl, apiKey, model, api]),
      (endpoint) => probeEndpoint(endpoint, clock),
    ),
  };
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  const looked = oncePer(() => '', look);
  return () => looked(undefined);
}

function oncePer<K, T>(
  keyOf: (subject: K) => string,
  look: (subject: K) => Promise<T>,
): (subject: K) => Promise<T> {
  const looked = new Map<string, Promise<T>>();
  return (subject) => {
    const key = keyOf(subject);
    const answer = looked.get(key) ?? look(subject);
    looked.set(key, answer);
    return answer;
  };
}
