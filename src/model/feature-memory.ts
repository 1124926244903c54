// What one endpoint is known to take, for all questions to it. A feature that was refused is left
// out from then on and tried again after `retryMs`, by one request, because servers are repaired
// and updated while we run. The surprise: there is no timer; whoever asks moves the state on.
import type { Clock } from '../lib/clock.ts';
import { type Feature, featuresOf, type ServerFeatures } from './server-features.ts';

export interface FeatureMemory {
  /** What to send now. */
  known(): ServerFeatures;
  /** Features that an answer of this server has proven. */
  readonly proven: ReadonlySet<Feature>;
  learnAccepted(used: ReadonlySet<Feature>): void;
  learnRefused(features: readonly Feature[]): void;
}

export function createFeatureMemory(options: {
  baseUrl: string;
  clock: Pick<Clock, 'monotonic'>;
  retryMs: number;
}): FeatureMemory {
  const { clock, retryMs } = options;
  const believed = featuresOf(options.baseUrl);
  /** When to try again, of what was refused. */
  const retryAt = new Map<Feature, number>();
  const proven = new Set<Feature>();
  return {
    proven,
    known() {
      const now = clock.monotonic();
      const known = { ...believed };
      for (const [feature, at] of retryAt) if (at > now) known[feature] = false;
      return known;
    },
    learnAccepted(used) {
      for (const feature of used) proven.add(feature);
    },
    learnRefused(features) {
      for (const feature of features) {
        retryAt.set(feature, clock.monotonic() + retryMs);
        proven.delete(feature);
      }
    },
  };
}
