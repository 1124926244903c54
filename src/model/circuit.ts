// Leaves an endpoint alone while asking it is pointless. It opens at once when the endpoint refuses
// us (no credit, no access), and when one question has used up its attempts with no answer to
// anybody since its first failure. While it is open every question comes back with the reason and
// a pause; once per `probeMs` one of them goes through as a probe, and its fate decides.
//
//   state × event        answer    failure that opens    any other failure    asked
//   closed               closed    open                  closed               passes
//   open                 closed    open                  open                 turned away, or probe
//   open, probe out      closed    open, counted anew    closed or open       turned away
//
// The surprise: there is no timer. Whoever asks moves the state on, so nothing is left to stop.
import type { ModelFault } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import type { ModelError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { classify } from './classify.ts';
import { faultTable, modelError, withPause } from './fault-table.ts';

export interface Circuit {
  /** A pass for one request, or the error for whoever is turned away. */
  enter(): Pass | ModelError;
}

/** To be told what became of the request; both give the error to end with, if there is one. */
export interface Pass {
  succeeded(): void;
  /** To be told before anybody else is let through. */
  failed(error: ModelError): ModelError | undefined;
  /** Its question is given up, having first failed at that time (monotonic). */
  givenUp(error: ModelError, firstFailedAt: number): ModelError | undefined;
}

export interface CircuitDeps {
  clock: Pick<Clock, 'monotonic'>;
  /** In [0, 1): keeps those turned away from coming back all at once. */
  random: () => number;
  log: Log;
  probeMs: number;
  /** Ids for errors and logs, such as the model's name. */
  ids: Record<string, string | number>;
}

interface Opened {
  since: number;
  reason: ModelError;
  isProbing: boolean;
}

/** A probe that is out has answered or failed by then, more often than not. */
const probeTakesMs = 5_000;

/** They say nothing of the endpoint: the caller left, or the request never went out. */
const noVerdict: readonly ModelFault[] = ['aborted', 'context-exceeded', 'unknown'];

export function createCircuit(deps: CircuitDeps): Circuit {
  const state = createState(deps);
  return {
    enter() {
      const opened = state.opened();
      if (opened === undefined) return passOf(state, undefined);
      const isDue = deps.clock.monotonic() - opened.since >= deps.probeMs;
      if (opened.isProbing || !isDue) return turnAway(deps, { opened, pauseMs: state.pauseMs() });
      opened.isProbing = true;
      return passOf(state, opened);
    },
  };
}

type State = ReturnType<typeof createState>;

function createState({ clock, log, ids, probeMs, random }: CircuitDeps) {
  let opened: Opened | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;

  const pauseMs = (): number => {
    if (opened === undefined) return 0;
    const leftMs = Math.max(1, opened.since + probeMs - clock.monotonic());
    return Math.ceil((opened.isProbing ? probeTakesMs : leftMs) * (1 + random() / 10));
  };
  return {
    opened: () => opened,
    pauseMs,
    hasAnsweredSince: (at: number) => answeredAt >= at,
    /** @param isNew false: what was under way when it opened says nothing new */
    open(reason: ModelError, isNew: boolean): ModelError {
      if (opened === undefined) {
        const facts = { ...reason.ids, code: reason.code, err: reason.message };
        log.warn(facts, 'a model is left alone');
      }
      if (opened === undefined || isNew) {
        opened = { since: clock.monotonic(), reason, isProbing: false };
      }
      return withPause(reason, pauseMs());
    },
    close() {
      if (opened !== undefined) log.info(ids, 'a model answers again');
      opened = undefined;
    },
    answered() {
      answeredAt = clock.monotonic();
      this.close();
    },
  };
}

function passOf(state: State, probe: Opened | undefined): Pass {
  return {
    succeeded: () => state.answered(),
    failed(error) {
      const { fault } = classify(error);
      const { opens } = faultTable[fault];
      const isProbe = probe !== undefined && probe === state.opened();
      if (opens === 'at-once' || (opens === 'given-up' && isProbe)) {
        return state.open(error, isProbe);
      }
      if (isProbe && noVerdict.includes(fault)) probe.isProbing = false;
      else if (isProbe) state.close();
      return undefined;
    },
    givenUp(error, firstFailedAt) {
      const { opens } = faultTable[classify(error).fault];
      if (opens !== 'given-up' || state.hasAnsweredSince(firstFailedAt)) return undefined;
      return state.open(error, false);
    },
  };
}

function turnAway(
  { ids }: CircuitDeps,
  { opened: { reason }, pauseMs }: { opened: Opened; pauseMs: number },
): ModelError {
  const { fault } = classify(reason);
  return modelError(fault, {
    detail: `left alone for now, because of “${reason.message}”`,
    ids: { ...reason.ids, ...ids },
    cause: reason,
    retryAfterMs: pauseMs,
  });
}
