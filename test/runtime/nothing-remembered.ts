// Memory and forgetting for tests that are not about them.
import type { MemoryLook } from '../../src/runtime/answer-memory.ts';
import type { Forget } from '../../src/runtime/forget.ts';

export const nothingRemembered: MemoryLook = {
  recall: async () => ({ items: [], degraded: null }),
  show: async () => [],
};

export const nothingForgotten: Forget = async () => async () => undefined;
