// The only reader of the environment. A bad value stops the start; every bad one is named at once,
// because correcting them one start at a time is what people hate most about set-up.
// An empty value counts as absent. A fault never quotes a value, so no secret leaves through it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { createConfigReader } from './config-reader.ts';
import type { ConfigFault, ConfigReader, Environment } from './config-reader.ts';
import { readModels } from './config-models.ts';
import type { EmbeddingEndpoint, ModelEndpoint } from './config-models.ts';
import { misspeltVariables } from './config-spelling.ts';
import type { ModelTier } from './config-variables.ts';

export type {
  EmbeddingEndpoint,
  EndpointSettings,
  ModelApi,
  ModelEndpoint,
} from './config-models.ts';
export type { ConfigFault, Environment } from './config-reader.ts';
export type { ModelTier } from './config-variables.ts';

export const processRoles = ['all', 'gateway', 'worker', 'learning'] as const;
export type ProcessRole = (typeof processRoles)[number];

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const webSearchProviders = ['brave', 'tavily'] as const;
export type WebSearchProvider = (typeof webSearchProviders)[number];

export interface Config {
  readonly role: ProcessRole;
  /** Absolute. */
  readonly homePath: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly workerConcurrency: number;
  readonly logLevel: LogLevel;
  readonly otlpEndpoint: string | null;
  readonly discord:
    | { readonly kind: 'local' }
    | {
        readonly kind: 'remote';
        readonly token: string;
        readonly guildId: string;
        /** `null`: Discord's own. */
        readonly apiUrl: string | null;
      };
  /** `null`: the guild's owner. Never empty. */
  readonly directorUserIds: readonly string[] | null;
  readonly database:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'remote'; readonly url: string };
  readonly queue: { readonly kind: 'postgres' } | { readonly kind: 'redis'; readonly url: string };
  readonly memory:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'remote'; readonly url: string };
  readonly models: Readonly<Record<ModelTier, ModelEndpoint>>;
  readonly embedding: EmbeddingEndpoint;
  readonly rehearsal: { readonly seed: number; readonly latencyMs: number };
  readonly budgets: {
    readonly agencyMicroUsdPerDay: number;
    readonly projectMicroUsd: number;
    readonly projectTokens: number;
  };
  readonly webSearch:
    | { readonly kind: 'off' }
    | { readonly kind: 'searxng'; readonly url: string }
    | { readonly kind: 'provider'; readonly provider: WebSearchProvider; readonly apiKey: string };
  /** Absolute; `null`: no servers. */
  readonly mcpServersFile: string | null;
  /** Absolute; `null`: benchmarks on public data are left out. */
  readonly benchDataPath: string | null;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** The configuration an environment asks for, or everything that is wrong with it. */
export function readConfig(env: Environment): ConfigResult {
  const reader = createConfigReader(env);
  const config = {
    ...readProcess(reader),
    discord: readDiscord(reader),
    directorUserIds: reader.snowflakes('DIRECTOR_USER_IDS'),
    ...readParts(reader),
    ...readModels(reader),
    budgets: readBudgets(reader),
    webSearch: readWebSearch(reader),
    mcpServersFile: absolute(reader.path('MCP_SERVERS_FILE')),
    benchDataPath: absolute(reader.path('BENCH_DATA')),
  };
  const faults = [...reader.faults, ...misspeltVariables(env)];
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}

/**
 * The configuration of this process; `.env` of the working folder fills in what is not set.
 * The file is not loaded into the process's environment: child processes would inherit its secrets.
 */
export function configFromProcess(): ConfigResult {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return readConfig({ ...file, ...process.env });
}

/** The block a person reads when the start stops. */
export function faultsText(faults: readonly ConfigFault[]): string {
  const count = faults.length === 1 ? 'One variable is' : `${faults.length} variables are`;
  const lines = faults.map(
    (fault) => `  ${fault.variable} ${fault.problem}\n    expected: ${fault.expected}`,
  );
  return [`${count} not usable:`, ...lines].join('\n');
}

function readProcess(reader: ConfigReader) {
  const role = reader.choice('ATEAMS_ROLE', processRoles);
  if (role !== 'all' && !reader.isSet('DATABASE_URL')) {
    reader.refuse('DATABASE_URL', `is missing while ATEAMS_ROLE is ${role}`);
  }
  return {
    role,
    homePath: path.resolve(reader.path('ATEAMS_HOME')),
    host: reader.host('HOST'),
    port: reader.integer('PORT', { min: 0, max: 65_535 }),
    workerConcurrency: reader.integer('WORKER_CONCURRENCY', { min: 1, max: 1000 }),
    logLevel: reader.choice('LOG_LEVEL', logLevels),
    otlpEndpoint: reader.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http', 'https']),
  };
}

function readDiscord(reader: ConfigReader): Config['discord'] {
  const token = reader.word('DISCORD_TOKEN');
  const guildId = reader.snowflake('DISCORD_GUILD_ID');
  const apiUrl = reader.url('DISCORD_API_URL', ['http', 'https']);
  reader.refuseHalf('DISCORD_TOKEN', 'DISCORD_GUILD_ID');
  if (reader.isSet('DISCORD_API_URL') && !reader.isSet('DISCORD_TOKEN')) {
    reader.refuse('DISCORD_TOKEN', 'is missing while DISCORD_API_URL is set');
  }
  if (token === null || guildId === null) return { kind: 'local' };
  return { kind: 'remote', token, guildId, apiUrl };
}

function readParts(reader: ConfigReader): Pick<Config, 'database' | 'queue' | 'memory'> {
  const databaseUrl = reader.url('DATABASE_URL', ['postgres', 'postgresql']);
  const redisUrl = reader.url('REDIS_URL', ['redis', 'rediss']);
  const chromaUrl = reader.url('CHROMA_URL', ['http', 'https']);
  return {
    database: databaseUrl === null ? { kind: 'embedded' } : { kind: 'remote', url: databaseUrl },
    queue: redisUrl === null ? { kind: 'postgres' } : { kind: 'redis', url: redisUrl },
    memory: chromaUrl === null ? { kind: 'embedded' } : { kind: 'remote', url: chromaUrl },
  };
}

function readBudgets(reader: ConfigReader): Config['budgets'] {
  return {
    agencyMicroUsdPerDay: reader.microUsd('BUDGET_AGENCY_USD_PER_DAY', { min: 1 }),
    projectMicroUsd: reader.microUsd('BUDGET_PROJECT_USD', { min: 1 }),
    projectTokens: reader.integer('BUDGET_PROJECT_TOKENS', { min: 1, max: 1_000_000_000_000 }),
  };
}

function readWebSearch(reader: ConfigReader): Config['webSearch'] {
  const url = reader.url('WEB_SEARCH_URL', ['http', 'https']);
  const provider = reader.choice('WEB_SEARCH_PROVIDER', webSearchProviders);
  const apiKey = reader.word('WEB_SEARCH_API_KEY');
  reader.refuseHalf('WEB_SEARCH_PROVIDER', 'WEB_SEARCH_API_KEY');
  if (reader.isSet('WEB_SEARCH_URL') && reader.isSet('WEB_SEARCH_PROVIDER')) {
    reader.refuse('WEB_SEARCH_URL', 'is set together with WEB_SEARCH_PROVIDER; keep one of them');
  }
  if (url !== null) return { kind: 'searxng', url };
  if (provider === null || apiKey === null) return { kind: 'off' };
  return { kind: 'provider', provider, apiKey };
}

function absolute(relative: string | null): string | null {
  return relative === null ? null : path.resolve(relative);
}
