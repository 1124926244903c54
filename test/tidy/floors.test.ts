import { describe, expect, test } from 'vitest';
import { checkFloors } from './floors.ts';
import { repositoryFiles } from './repository-files.ts';

describe('who may import what', () => {
  test('every import stays on its floor', () => {
    const breaches = repositoryFiles().flatMap(checkFloors);
    expect(breaches.map((breach) => breach.message)).toEqual([]);
  });

  const planted: [string, string, string][] = [
    [
      'src/domain/plan.ts',
      "import { z } from 'zod';\nimport type { Row } from '../store/rows.ts';",
      'src/domain/plan.ts:2: src/domain may not import src/store/rows.ts',
    ],
    [
      'src/domain/plan.ts',
      "import { readFileSync } from 'node:fs';",
      'src/domain/plan.ts:1: src/domain is pure: no node:fs',
    ],
    [
      'src/store/files.ts',
      "import { remember } from '../memory/remember.ts';",
      'src/store/files.ts:1: src/store may not import src/memory/remember.ts',
    ],
    [
      'src/discord/sender.ts',
      "import type { Worker } from '../runtime/worker.ts';",
      'src/discord/sender.ts:1: src/discord may not import src/runtime/worker.ts',
    ],
    [
      'src/runtime/worker.ts',
      "export { send } from '../discord/sender.ts';",
      'src/runtime/worker.ts:1: src/runtime may not import src/discord/sender.ts',
    ],
    [
      'src/agents/context.ts',
      "import type OpenAI from 'openai';",
      'src/agents/context.ts:1: package openai belongs to src/model',
    ],
    [
      'src/runtime/run-turn.ts',
      "import { sql } from 'drizzle-orm/sql';",
      'src/runtime/run-turn.ts:1: package drizzle-orm belongs to src/store',
    ],
    [
      'src/runtime/run-turn.ts',
      "import pg from 'pg';",
      'src/runtime/run-turn.ts:1: package pg belongs to ' +
        'src/store, src/runtime/open-queue, src/embedded/postgres',
    ],
    [
      'src/lib/bounded.ts',
      "import left from '@somebody/left/pad';",
      'src/lib/bounded.ts:1: package @somebody/left has no floor in test/tidy/floors.ts',
    ],
    [
      'src/lib/bounded.ts',
      "import fc from 'fast-check';",
      'src/lib/bounded.ts:1: package fast-check is for tests only',
    ],
    [
      'src/lib/bounded.ts',
      "import { aTask } from '../../test/support/task.ts';",
      'src/lib/bounded.ts:1: imports a test, test/support/task.ts',
    ],
    [
      'src/wiring.ts',
      "\nimport { startPostgres } from './embedded/postgres/start-postgres.ts';",
      'src/wiring.ts:2: loads src/embedded/postgres/start-postgres.ts always; ' +
        'embedded parts come by import()',
    ],
    [
      'src/agents/load-roles.ts',
      'const role = await import(file);',
      'src/agents/load-roles.ts:1: imports a computed path',
    ],
    [
      'commands/approve.ts',
      "import { plan } from '../src/agents/prompt.ts';",
      'commands/approve.ts:1: commands may not import src/agents/prompt.ts',
    ],
    [
      'src/demo/main.ts',
      "import { startServer } from '../embedded/discord/server.ts';",
      'src/demo/main.ts:1: src/demo may not import src/embedded/discord/server.ts',
    ],
    [
      'src/config-reader.ts',
      "import { Plan } from './domain/plan.ts';",
      'src/config-reader.ts:1: src/config may not import src/domain/plan.ts',
    ],
    [
      'src/things/thing.ts',
      '',
      'src/things/thing.ts:1: its folder has no floor in test/tidy/floors.ts',
    ],
  ];
  test.each(planted)('%s with %j is refused', (path, text, message) => {
    expect(checkFloors({ path, text }).map((breach) => breach.message)).toEqual([message]);
  });

  const allowed: [string, string][] = [
    ['src/domain/plan.ts', "import { z } from 'zod'; import { json } from '../lib/json.ts';"],
    ['src/wiring.ts', "const { start } = await import('./embedded/postgres/start-postgres.ts');"],
    ['src/wiring.ts', "import type { Embedded } from './embedded/postgres/start-postgres.ts';"],
    ['src/wiring/http.ts', "import fastify from 'fastify'; import { x } from '../runtime/x.ts';"],
    ['src/main.ts', "import { readConfig } from './config.ts';"],
    ['src/demo/main.ts', "import { Person } from '../embedded/discord/person.ts';"],
    ['src/demo/main.ts', "import { wire } from '../wiring.ts';"],
    ['src/runtime/open-queue.ts', "import pg from 'pg'; import { Queue } from 'bullmq';"],
    ['src/lib/load-folder.ts', 'const module = await import(url);'],
    ['commands/approve.ts', "import { defineCommand } from '../src/domain/define-command.ts';"],
    ['test/store/files.test.ts', "import pg from 'pg'; import { a } from '../../src/store/a.ts';"],
  ];
  test.each(allowed)('%s may say %s', (path, text) => {
    expect(checkFloors({ path, text })).toEqual([]);
  });
});
