// Every environment variable of the program, once: what it means, what it must look like, what
// happens without it. `config.ts` reads by this table, `.env.example` is written from it (a tidy
// test compares), and the fault a person sees quotes it. A default stands here as text and is
// parsed like any other value, so it cannot differ from what the documentation says.

export const modelTiers = ['economy', 'standard', 'premium'] as const;
export type ModelTier = (typeof modelTiers)[number];

/** One environment variable, in words for people. */
export interface ConfigVariable {
  readonly meaning: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** A well-formed value, shown beside `expected`; never a real secret. */
  readonly example: string;
  /** What happens without it; the default value itself when there is one. */
  readonly absent: string;
  /** Present when `absent` is a value that is parsed in place of a missing one. */
  readonly hasDefault?: true;
  /** The groups of `.env.example`, in the order of first appearance. */
  readonly group: string;
}

type TierSuffix = '' | '_BASE_URL' | '_API_KEY' | '_PRICE_IN' | '_PRICE_OUT' | '_CONTEXT';
export type TierVariableName = `MODEL_${Uppercase<ModelTier>}${TierSuffix}`;

const httpUrl = 'an http or https URL';
const httpUrls = 'an http or https URL, or several separated by commas';
const keys = 'a key without spaces, or one for each URL, separated by commas (none for no key)';
const usd = 'an amount of US dollars above 0 with at most 6 decimals, no sign, no separators';
const price = 'US dollars per million tokens with at most 6 decimals, no sign, no separators';

const discordVariables = {
  DISCORD_TOKEN: {
    group: 'Discord',
    meaning: "the bot's token; needs DISCORD_GUILD_ID too",
    expected:
      "a bot token from Discord's developer portal, without the word Bot and without spaces",
    example: 'MTIz...',
    absent: 'the local Discord',
  },
  DISCORD_GUILD_ID: {
    group: 'Discord',
    meaning: 'the one guild the bot serves; it leaves any other at once; needs DISCORD_TOKEN too',
    expected: 'a snowflake of 17 to 19 digits',
    example: '1100000000000000001',
    absent: 'the local Discord',
  },
  DISCORD_API_URL: {
    group: 'Discord',
    meaning: 'REST base of a Discord-compatible server; needs DISCORD_TOKEN too',
    expected: httpUrl,
    example: 'http://127.0.0.1:3001/api',
    absent: "Discord's own",
  },
  DIRECTOR_USER_IDS: {
    group: 'Discord',
    meaning: 'who may decide: user ids, separated by commas',
    expected: 'snowflakes of 17 to 19 digits, separated by commas',
    example: '1100000000000000002,1100000000000000003',
    absent: "the guild's owner",
  },
} as const satisfies Record<string, ConfigVariable>;

const sharedModelVariables = {
  OPENAI_API_KEY: {
    group: 'Models',
    meaning: 'key of the endpoint that serves every tier; several as OPENAI_BASE_URL lists them',
    expected: keys,
    example: 'sk-...',
    absent: 'the rehearsal model, unless OPENAI_BASE_URL is set',
  },
  OPENAI_BASE_URL: {
    group: 'Models',
    meaning:
      'any OpenAI-compatible endpoint; alone it is enough for a server without keys; several, ' +
      'separated by commas, are asked in turn when one does not answer',
    expected: httpUrls,
    example: 'http://127.0.0.1:11434/v1',
    absent: "OpenAI's own when there is a key, else the rehearsal model",
  },
  MODEL_API: {
    group: 'Models',
    meaning: 'protocol of the endpoints, either responses or chat',
    expected: 'responses or chat',
    example: 'chat',
    absent: 'responses at OpenAI itself, chat everywhere else',
  },
  EMBEDDING_MODEL: {
    group: 'Models',
    meaning: 'embedding model at the endpoint that serves every tier, for memory',
    expected: 'a model name without spaces',
    example: 'text-embedding-3-small',
    absent: 'memories are found by their words',
  },
} as const satisfies Record<string, ConfigVariable>;

const partVariables = {
  REHEARSAL_SEED: {
    group: 'Models',
    meaning: 'the rehearsal model answers the same to the same seed',
    expected: 'a whole number from 0 to 2147483647',
    example: '7',
    absent: '1',
    hasDefault: true,
  },
  REHEARSAL_LATENCY_MS: {
    group: 'Models',
    meaning: 'how long the rehearsal model takes per call, in milliseconds',
    expected: 'a whole number from 0 to 60000',
    example: '0',
    absent: '300',
    hasDefault: true,
  },
  DATABASE_URL: {
    group: 'Parts',
    meaning: 'Postgres 14 or newer',
    expected: 'a postgres or postgresql URL',
    example: 'postgres://ateams@127.0.0.1:5432/ateams',
    absent: 'embedded Postgres',
  },
  REDIS_URL: {
    group: 'Parts',
    meaning: 'Redis 6.2 or newer, or Valkey, for the job queue',
    expected: 'a redis or rediss URL',
    example: 'redis://127.0.0.1:6379',
    absent: 'the job queue lives in Postgres',
  },
  CHROMA_URL: {
    group: 'Parts',
    meaning: 'Chroma server for the memory',
    expected: httpUrl,
    example: 'http://127.0.0.1:8000',
    absent: 'embedded Chroma',
  },
} as const satisfies Record<string, ConfigVariable>;

const toolVariables = {
  WEB_SEARCH_URL: {
    group: 'Tools',
    meaning:
      'base of a SearXNG server; not together with WEB_SEARCH_PROVIDER (nothing reads it yet)',
    expected: httpUrl,
    example: 'http://127.0.0.1:8080',
    absent: 'none',
  },
  WEB_SEARCH_PROVIDER: {
    group: 'Tools',
    meaning: 'a paid search instead; needs WEB_SEARCH_API_KEY too (nothing reads it yet)',
    expected: 'brave or tavily',
    example: 'brave',
    absent: 'none',
  },
  WEB_SEARCH_API_KEY: {
    group: 'Tools',
    meaning: 'key of the paid search; needs WEB_SEARCH_PROVIDER too (nothing reads it yet)',
    expected: 'a key without spaces',
    example: 'BSA...',
    absent: 'none',
  },
  MCP_SERVERS_FILE: {
    group: 'Tools',
    meaning: 'JSON file of tool servers in the usual mcpServers shape (nothing reads it yet)',
    expected: 'a path',
    example: './mcp.json',
    absent: 'none',
  },
} as const satisfies Record<string, ConfigVariable>;

const processVariables = {
  ATEAMS_ROLE: {
    group: 'Process',
    meaning: 'what this process does; anything but all needs DATABASE_URL',
    expected: 'all, gateway, worker or learning',
    example: 'worker',
    absent: 'all',
    hasDefault: true,
  },
  ATEAMS_HOME: {
    group: 'Process',
    meaning: 'folder of the embedded parts, the hand-over bundles and the demo',
    expected: 'a path',
    example: './.ateams',
    absent: './.ateams',
    hasDefault: true,
  },
  HOST: {
    group: 'Process',
    meaning: 'address the HTTP listener binds to',
    expected: 'a host name or an IP address, without a scheme or a port',
    example: '0.0.0.0',
    absent: '127.0.0.1',
    hasDefault: true,
  },
  PORT: {
    group: 'Process',
    meaning: 'port of the HTTP listener; 0 takes any free one',
    expected: 'a whole number from 0 to 65535',
    example: '3000',
    absent: '3000',
    hasDefault: true,
  },
  WORKER_CONCURRENCY: {
    group: 'Process',
    meaning: 'turns at once in one worker process',
    expected: 'a whole number from 1 to 1000',
    example: '16',
    absent: '16',
    hasDefault: true,
  },
  LOG_LEVEL: {
    group: 'Process',
    meaning: 'how much is logged',
    expected: 'trace, debug, info, warn, error, fatal or silent',
    example: 'debug',
    absent: 'info',
    hasDefault: true,
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    group: 'Process',
    meaning: 'where traces go (nothing reads it yet)',
    expected: httpUrl,
    example: 'http://127.0.0.1:4318',
    absent: 'no traces',
  },
  BENCH_DATA: {
    group: 'Process',
    meaning: 'folder of public data sets for the benchmarks (nothing reads it yet)',
    expected: 'a path',
    example: './bench-data',
    absent: 'none',
  },
} as const satisfies Record<string, ConfigVariable>;

const budgetVariables = {
  BUDGET_AGENCY_USD_PER_DAY: {
    group: 'Budgets',
    meaning: 'hard ceiling of everything together per day',
    expected: usd,
    example: '20',
    absent: '20',
    hasDefault: true,
  },
  BUDGET_PROJECT_USD: {
    group: 'Budgets',
    meaning: 'hard ceiling of one project',
    expected: usd,
    example: '2.50',
    absent: '5',
    hasDefault: true,
  },
  BUDGET_PROJECT_TOKENS: {
    group: 'Budgets',
    meaning: 'hard ceiling of one project in tokens',
    expected: 'a whole number from 1 to 1000000000000, digits only',
    example: '5000000',
    absent: '5000000',
    hasDefault: true,
  },
} as const satisfies Record<string, ConfigVariable>;

const singleVariables = {
  ...discordVariables,
  ...sharedModelVariables,
  ...partVariables,
  ...toolVariables,
  ...processVariables,
  ...budgetVariables,
} as const;

export type VariableName = keyof typeof singleVariables | TierVariableName;

type Singles = typeof singleVariables;
/** The variables that always have a value. */
export type DefaultedVariableName = {
  [N in keyof Singles]: Singles[N] extends { hasDefault: true } ? N : never;
}[keyof Singles];

function tierEntries(tier: ModelTier): [TierVariableName, ConfigVariable][] {
  const group = 'Models';
  // Upper-casing a literal union is exactly `Uppercase<ModelTier>`; the library types say string.
  const name = `MODEL_${tier.toUpperCase() as Uppercase<ModelTier>}` as const;
  const model: ConfigVariable = {
    group,
    meaning: `model of the ${tier} tier; several, separated by commas, one for each endpoint`,
    expected: 'a model name without spaces, or several separated by commas',
    example: 'gpt-5-mini',
    absent: "the catalog's default",
  };
  const baseUrl: ConfigVariable = {
    group,
    meaning: `endpoint of the ${tier} tier alone; several are asked in turn`,
    expected: httpUrls,
    example: 'http://127.0.0.1:8001/v1',
    absent: 'OPENAI_BASE_URL',
  };
  const apiKey: ConfigVariable = {
    group,
    meaning: `key of the ${tier} tier's endpoint; a single one goes to the first URL's host only`,
    expected: keys,
    example: 'sk-...',
    absent: "OPENAI_API_KEY when the tier's endpoint is on the same host, else none",
  };
  const priceOf = (direction: string): ConfigVariable => ({
    group,
    meaning: `price of the ${tier} tier's ${direction} tokens; needs the other direction's too`,
    expected: `${price}; one, or one for each endpoint, separated by commas`,
    example: '0.25',
    absent: "the catalog's, else the tier is bounded by tokens alone",
  });
  const context: ConfigVariable = {
    group,
    meaning: `context window of the ${tier} tier's model, in tokens`,
    expected:
      'a whole number from 1024 to 100000000, or one for each endpoint, separated by commas',
    example: '131072',
    absent: "the catalog's",
  };
  return [
    [name, model],
    [`${name}_BASE_URL`, baseUrl],
    [`${name}_API_KEY`, apiKey],
    [`${name}_PRICE_IN`, priceOf('input')],
    [`${name}_PRICE_OUT`, priceOf('output')],
    [`${name}_CONTEXT`, context],
  ];
}

/** All variables by name. */
export const configVariables: ReadonlyMap<string, ConfigVariable> = new Map<string, ConfigVariable>(
  [...Object.entries(singleVariables), ...modelTiers.flatMap(tierEntries)],
);
