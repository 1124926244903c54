// Discord lets a channel's name and topic change twice in ten minutes and does not say so in any
// header; discord.js then waits in silence. Kept here so that a design which puts status into
// names fails at home. Counted in memory: a restart forgives.
import type { Clock } from '../../lib/clock.ts';
import { discordLimits } from './limits.ts';
import { rateLimited } from './refusal.ts';

export interface RenameLimit {
  /** Counts a change. @throws Refusal 429 when there were too many. */
  count(channelId: string): void;
}

export function createRenameLimit(clock: Clock): RenameLimit {
  const changedAt = new Map<string, number[]>();
  return {
    count(channelId) {
      const now = clock.now();
      const since = now - discordLimits.renameWindowMs;
      const recent = (changedAt.get(channelId) ?? []).filter((at) => at > since);
      const [first] = recent;
      if (first !== undefined && recent.length >= discordLimits.renamesPerWindow) {
        throw rateLimited(first - since);
      }
      changedAt.set(channelId, [...recent, now]);
    },
  };
}
