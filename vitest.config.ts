// Two projects: `unit` needs no server and runs in `npm run check`; `wire` starts real parts.
// A file named `*.wire.test.ts` belongs to `wire`; every other `*.test.ts` to `unit`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.wire.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'wire',
          globalSetup: ['test/support/global-postgres.ts'],
          include: ['test/**/*.wire.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
