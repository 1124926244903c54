// A budget that lets every call through, for tests of what turns say; ceilings have their own
// tests.
import type { Budget } from '../../src/agents/ask-model.ts';

export const noCeiling: Budget = {
  reserve: async () => null,
  release: async () => undefined,
};
