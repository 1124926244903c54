import { describe, expect, test } from 'vitest';
import { faultsText, readConfig } from '../../src/config.ts';
import type { Config, ConfigFault } from '../../src/config.ts';

const guild = { DISCORD_TOKEN: 'a.secret.token', DISCORD_GUILD_ID: '1100000000000000001' };

describe('a good configuration', () => {
  test('without any variable everything is an embedded stand-in', () => {
    const { homePath, ...rest } = configOf({});
    expect(homePath).toMatch(/^\/.*\.ateams$/);
    expect(rest).toMatchInlineSnapshot(`
      {
        "benchDataPath": null,
        "budgets": {
          "agencyMicroUsdPerDay": 20000000,
          "projectMicroUsd": 5000000,
          "projectTokens": 5000000,
        },
        "database": {
          "kind": "embedded",
        },
        "directorUserIds": null,
        "discord": {
          "kind": "local",
        },
        "embedding": {
          "kind": "none",
        },
        "host": "127.0.0.1",
        "logLevel": "info",
        "mcpServersFile": null,
        "memory": {
          "kind": "embedded",
        },
        "models": {
          "economy": {
            "kind": "rehearsal",
          },
          "premium": {
            "kind": "rehearsal",
          },
          "standard": {
            "kind": "rehearsal",
          },
        },
        "otlpEndpoint": null,
        "port": 3000,
        "queue": {
          "kind": "postgres",
        },
        "rehearsal": {
          "latencyMs": 300,
          "seed": 1,
        },
        "role": "all",
        "webSearch": {
          "kind": "off",
        },
        "workerConcurrency": 16,
      }
    `);
  });

  const cases: [string, Record<string, string>, Partial<Config>][] = [
    ['an empty or blank value counts as absent', { PORT: '', LOG_LEVEL: '  ' }, { port: 3000 }],
    ['port 0 means any free port', { PORT: '0' }, { port: 0 }],
    ['words are understood in any case', { LOG_LEVEL: 'DEBUG' }, { logLevel: 'debug' }],
    [
      'a token and a guild make Discord remote',
      { ...guild, DISCORD_API_URL: 'http://127.0.0.1:3001/api/' },
      {
        discord: {
          kind: 'remote',
          token: 'a.secret.token',
          guildId: '1100000000000000001',
          apiUrl: 'http://127.0.0.1:3001/api',
        },
      },
    ],
    [
      'Directors are listed once each',
      { DIRECTOR_USER_IDS: '11000000000000001, 1100000000000000002,11000000000000001' },
      { directorUserIds: ['11000000000000001', '1100000000000000002'] },
    ],
    [
      'addresses make the parts remote',
      {
        DATABASE_URL: 'postgresql:///ateams?host=/run/postgresql',
        REDIS_URL: 'rediss://:pw@cache:6380/1',
        CHROMA_URL: 'http://[::1]:8000',
      },
      {
        database: { kind: 'remote', url: 'postgresql:///ateams?host=/run/postgresql' },
        queue: { kind: 'redis', url: 'rediss://:pw@cache:6380/1' },
        memory: { kind: 'remote', url: 'http://[::1]:8000' },
      },
    ],
    [
      'dollars become micro-dollars exactly',
      { BUDGET_AGENCY_USD_PER_DAY: '0.000001', BUDGET_PROJECT_USD: '4.35' },
      {
        budgets: {
          agencyMicroUsdPerDay: 1,
          projectMicroUsd: 4_350_000,
          projectTokens: 5_000_000,
        },
      },
    ],
    [
      'web search takes a SearXNG server',
      { WEB_SEARCH_URL: 'http://127.0.0.1:8080/' },
      { webSearch: { kind: 'searxng', url: 'http://127.0.0.1:8080' } },
    ],
    [
      'web search takes a provider with its key',
      { WEB_SEARCH_PROVIDER: 'brave', WEB_SEARCH_API_KEY: 'k' },
      { webSearch: { kind: 'provider', provider: 'brave', apiKey: 'k' } },
    ],
    [
      'a worker needs a database that others reach too',
      { ATEAMS_ROLE: 'worker', DATABASE_URL: 'postgres://db/ateams' },
      { role: 'worker', database: { kind: 'remote', url: 'postgres://db/ateams' } },
    ],
  ];
  test.each(cases)('%s', (_sentence, env, expected) => {
    expect(configOf(env)).toMatchObject(expected);
  });

  test('variables of other programs are none of our business', () => {
    expect(readConfig({ PATH: '/bin', OPENAI_ORG_ID: 'x', DISCORD_WEBHOOK: 'y' }).ok).toBe(true);
  });
});

describe('a bad configuration', () => {
  const cases: [Record<string, string>, string][] = [
    [{ PORT: '65536' }, 'PORT is above 65535'],
    [{ PORT: '80.5' }, 'PORT is not a whole number'],
    [{ PORT: '-1' }, 'PORT is below 0'],
    [{ HOST: 'http://localhost' }, 'HOST is not a host'],
    [{ HOST: 'localhost:80' }, 'HOST is not a host'],
    [{ WORKER_CONCURRENCY: '0' }, 'WORKER_CONCURRENCY is below 1'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL is none of the known words'],
    [{ DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL does not start with postgres:// or postgre'],
    [{ DATABASE_URL: 'postgres://' }, 'DATABASE_URL names no host'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL does not start with redis:// or rediss://'],
    [{ CHROMA_URL: 'chroma' }, 'CHROMA_URL is not a URL'],
    [{ OPENAI_API_KEY: 'Bearer abc' }, 'OPENAI_API_KEY contains a blank'],
    [{ BUDGET_PROJECT_USD: '0' }, 'BUDGET_PROJECT_USD is not above 0'],
    [{ BUDGET_PROJECT_USD: '0.0000001' }, 'BUDGET_PROJECT_USD has more than 6 decimals'],
    [{ BUDGET_PROJECT_USD: '$5' }, 'BUDGET_PROJECT_USD is not an amount'],
    [{ BUDGET_PROJECT_USD: '1e3' }, 'BUDGET_PROJECT_USD is not an amount'],
    [{ BUDGET_PROJECT_USD: '10000000000' }, 'BUDGET_PROJECT_USD is above 1000000000'],
    [{ BUDGET_PROJECT_TOKENS: '5,000,000' }, 'BUDGET_PROJECT_TOKENS is not a whole number'],
    [{ DIRECTOR_USER_IDS: 'alice' }, 'DIRECTOR_USER_IDS is not a snowflake'],
    [
      { DIRECTOR_USER_IDS: '1100000000000000002,' },
      'DIRECTOR_USER_IDS has an entry (number 2) that is not a snowflake',
    ],
    [{ DISCORD_TOKEN: 'x' }, 'DISCORD_GUILD_ID is missing while DISCORD_TOKEN is set'],
    [
      { DISCORD_GUILD_ID: '1100000000000000001' },
      'DISCORD_TOKEN is missing while DISCORD_GUILD_ID is set',
    ],
    [
      { DISCORD_API_URL: 'http://127.0.0.1:1/api' },
      'DISCORD_TOKEN is missing while DISCORD_API_URL is set',
    ],
    [{ ATEAMS_ROLE: 'gateway' }, 'DATABASE_URL is missing while ATEAMS_ROLE is gateway'],
    [
      { WEB_SEARCH_PROVIDER: 'brave' },
      'WEB_SEARCH_API_KEY is missing while WEB_SEARCH_PROVIDER is set',
    ],
    [
      { WEB_SEARCH_URL: 'http://s', WEB_SEARCH_PROVIDER: 'brave', WEB_SEARCH_API_KEY: 'k' },
      'WEB_SEARCH_URL is set together with WEB_SEARCH_PROVIDER; keep one of them',
    ],
    [{ ATEAMS_HOEM: '/data' }, 'ATEAMS_HOEM is not a known variable'],
    [{ OPENAI_BASE_ULR: 'http://m/v1' }, 'OPENAI_BASE_ULR is not a known variable'],
  ];
  test.each(cases)('%o is refused: %s', (env, sentence) => {
    const faults = faultsOf(env);
    expect(faults.map((fault) => `${fault.variable} ${fault.problem}`)).toEqual([
      expect.stringContaining(sentence),
    ]);
  });

  test('a typing error is answered with the nearest known name', () => {
    expect(faultsOf({ BUDGET_PROJECT_US: '3' })).toEqual([
      {
        variable: 'BUDGET_PROJECT_US',
        problem: 'is not a known variable',
        expected: 'BUDGET_PROJECT_USD, the nearest known name, or no such variable',
      },
    ]);
  });

  test('every bad value is named at once, with what is expected and an example', () => {
    const faults = faultsOf({ PORT: 'x', DISCORD_TOKEN: 'x', CHROMA_URL: 'x', MODEL_API: 'rest' });
    expect(faultsText(faults)).toMatchInlineSnapshot(`
      "4 variables are not usable:
        PORT is not a whole number
          expected: a whole number from 0 to 65535, such as 3000
        DISCORD_GUILD_ID is missing while DISCORD_TOKEN is set
          expected: a snowflake of 17 to 19 digits, such as 1100000000000000001
        CHROMA_URL is not a URL
          expected: an http or https URL, such as http://127.0.0.1:8000
        MODEL_API is none of the known words
          expected: responses or chat, such as chat"
    `);
  });

  // Every variable is given a value that no rule accepts; none of it may come back in a fault.
  test('no fault repeats what was written, whatever variable a secret was pasted into', async () => {
    const { configVariables } = await import('../../src/config-variables.ts');
    const secret = 'hunter2 \0 pa:ss@word';
    const env = Object.fromEntries([...configVariables.keys()].map((name) => [name, secret]));
    const faults = faultsOf(env);
    expect(new Set(faults.map((fault) => fault.variable))).toEqual(new Set(configVariables.keys()));
    expect(faultsText(faults)).not.toContain('hunter2');
  });
});

function configOf(env: Record<string, string>): Config {
  const result = readConfig(env);
  if (!result.ok) throw new Error(faultsText(result.faults));
  return result.config;
}

function faultsOf(env: Record<string, string>): readonly ConfigFault[] {
  const result = readConfig(env);
  return result.ok ? [] : result.faults;
}
