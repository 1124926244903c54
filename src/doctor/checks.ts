// All checks, in the order in which they are shown: from the ground up.
import type { Check } from './check.ts';
import { databaseChecks } from './check-database.ts';
import { discordChecks } from './check-discord.ts';
import { machineChecks } from './check-machine.ts';
import { memoryChecks } from './check-memory.ts';
import { modelChecks } from './check-model.ts';
import { queueChecks } from './check-queue.ts';

export const checks: readonly Check[] = [
  ...machineChecks,
  ...discordChecks,
  ...modelChecks,
  ...databaseChecks,
  ...queueChecks,
  ...memoryChecks,
];
