// Tells people in #agency-log when another endpoint of a tier answers, and when the first one does
// again. Not at every answer: an endpoint that comes and goes would fill the channel.
import type { Tier } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Served } from '../model/create-model.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';

/** After a word about a tier there is none for so long. */
const quietMs = 60_000;

export function createEndpointTeller(deps: {
  handleEvent: HandleEvent;
  clock: Clock;
  log: Log;
}): (served: Served) => void {
  const { handleEvent, clock, log } = deps;
  const told = new Map<Tier, { isPreferred: boolean; at: number }>();
  return ({ tier, model, isPreferred }) => {
    const last = told.get(tier) ?? { isPreferred: true, at: Number.NEGATIVE_INFINITY };
    const now = clock.monotonic();
    if (last.isPreferred === isPreferred || now - last.at < quietMs) return;
    told.set(tier, { isPreferred, at: now });
    log.warn({ tier, model, isPreferred }, 'another endpoint answers');
    const at = clock.now();
    const id = `endpoint.${tier}.${at}`;
    handleEvent({ type: 'endpoint-changed', id, at, tier, model, isPreferred }).catch(
      (error: unknown) => log.warn({ reason: messageOf(error) }, 'nobody could be told of it'),
    );
  };
}
