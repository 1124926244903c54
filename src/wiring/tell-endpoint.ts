// Tells people in #agency-log when another endpoint of a tier answers, and when the first one does
// again. Not at every answer: an endpoint that comes and goes would fill the channel. What the door
// did not say, because it was said a short while ago, is put to it again later.
import type { Tier } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Served } from '../model/create-model.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';

/** After a word about a tier there is none for so long; and longer after one that went unsaid. */
const quietMs = 60_000;
const refusedQuietMs = 600_000;

export function createEndpointTeller(deps: {
  handleEvent: HandleEvent;
  clock: Clock;
  log: Log;
}): (served: Served) => void {
  const { handleEvent, clock, log } = deps;
  const told = new Map<Tier, { isPreferred: boolean; quietUntil: number }>();
  return ({ tier, model, isPreferred }) => {
    const last = told.get(tier) ?? { isPreferred: true, quietUntil: Number.NEGATIVE_INFINITY };
    const now = clock.monotonic();
    if (last.isPreferred === isPreferred || now < last.quietUntil) return;
    told.set(tier, { isPreferred, quietUntil: now + quietMs });
    log.warn({ tier, model, isPreferred }, 'another endpoint answers');
    const at = clock.now();
    const id = `endpoint.${tier}.${at}`;
    handleEvent({ type: 'endpoint-changed', id, at, tier, model, isPreferred }).then(
      ({ ok }) => {
        if (!ok) told.set(tier, { ...last, quietUntil: now + refusedQuietMs });
      },
      (error: unknown) => log.warn({ reason: messageOf(error) }, 'nobody could be told of it'),
    );
  };
}
