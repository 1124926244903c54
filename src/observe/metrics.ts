// Counters and gauges in Prometheus' format, and what counts them: each wraps the one function
// through which a thing is done, so that nothing else needs to know of it. Label values are few and
// fixed: never an id of a person, a project or a turn.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { ModelPort } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

/** What waits to be done, as the database sees it; ages in ms. */
export interface Waiting {
  turns: number;
  turnsAgeMs: number;
  deliveries: number;
  deliveriesAgeMs: number;
}

export interface Measured {
  clock: Clock;
  turnsRunning: () => number;
  /** Rejects while the database is away. */
  waiting: () => Promise<Waiting>;
  /** Parts that are away, vital or not. */
  away: () => Promise<string[]>;
}

type Recall<Q, R> = (query: Q) => Promise<R>;

interface Ordered {
  order: { kind: string };
}

export interface Metrics {
  registry: Registry;
  /** The same model, every answer and every failure of which is counted. */
  ofModel(model: ModelPort): ModelPort;
  ofRecall<Q, R extends { items: readonly unknown[]; degraded: string | null }>(
    recall: Recall<Q, R>,
  ): Recall<Q, R>;
  ofTurns<T extends Ordered, A extends readonly unknown[], R>(
    take: (turn: T, ...more: A) => Promise<R>,
  ): (turn: T, ...more: A) => Promise<R>;
}

export function createMetrics(measured: Measured): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, measured);
  const { clock } = measured;
  const model = modelCounters(registry);
  const recalls = new Histogram({
    name: 'ateams_recall_seconds',
    help: 'Questions to memory, by what came of them: found, nothing, degraded or failed',
    labelNames: ['outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers: [registry],
  });
  const turns = new Histogram({
    name: 'ateams_turn_seconds',
    help: 'Turns taken by this process, by kind and outcome: finished or the code of the error',
    labelNames: ['kind', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 180, 600],
    registers: [registry],
  });
  const since = (begun: number): number => (clock.monotonic() - begun) / 1000;
  return {
    registry,
    ofModel: (port) => ({
      ...port,
      ask: async (request) => {
        const { tier } = request;
        const begun = clock.monotonic();
        try {
          const answer = await port.ask(request);
          const { usage } = answer;
          model.seconds.observe({ tier, outcome: 'answered' }, since(begun));
          model.money.inc({ tier }, port.price(tier, usage) / 1e6);
          model.tokens.inc({ tier, direction: 'in' }, usage.inputTokens);
          model.tokens.inc({ tier, direction: 'out' }, usage.outputTokens);
          return answer;
        } catch (error) {
          model.seconds.observe({ tier, outcome: codeOf(error) }, since(begun));
          throw error;
        }
      },
    }),
    ofRecall: (recall) => async (query) => {
      const begun = clock.monotonic();
      try {
        const found = await recall(query);
        const outcome = found.items.length > 0 ? 'found' : 'nothing';
        recalls.observe({ outcome: found.degraded === null ? outcome : 'degraded' }, since(begun));
        return found;
      } catch (error) {
        recalls.observe({ outcome: 'failed' }, since(begun));
        throw error;
      }
    },
    ofTurns:
      (take) =>
      async (turn, ...more) => {
        const { kind } = turn.order;
        const begun = clock.monotonic();
        try {
          const taken = await take(turn, ...more);
          turns.observe({ kind, outcome: 'finished' }, since(begun));
          return taken;
        } catch (error) {
          turns.observe({ kind, outcome: codeOf(error) }, since(begun));
          throw error;
        }
      },
  };
}

/** Ours are few; whatever else is thrown is a bug. */
function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'bug';
}

function modelCounters(registry: Registry) {
  const registers = [registry];
  return {
    seconds: new Histogram({
      name: 'ateams_model_seconds',
      help: 'Questions to a model, retries included, by outcome: answered or the code of the error',
      labelNames: ['tier', 'outcome'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 180],
      registers,
    }),
    money: new Counter({
      name: 'ateams_model_cost_usd_total',
      help: 'What answers have cost, by the prices of their endpoint',
      labelNames: ['tier'],
      registers,
    }),
    tokens: new Counter({
      name: 'ateams_model_tokens_total',
      help: 'Tokens of answered questions',
      labelNames: ['tier', 'direction'],
      registers,
    }),
  };
}

/** Read when they are asked for; what stands in the database once for all of them. */
function addGauges(registry: Registry, { turnsRunning, waiting, away }: Measured): void {
  const unknown = Number.NaN;
  // A database that is away must not take the other figures with it.
  const nobodyKnows = {
    turns: unknown,
    turnsAgeMs: unknown,
    deliveries: unknown,
    deliveriesAgeMs: unknown,
  };
  let asked: Promise<Waiting> | null = null;
  const ask = (): Promise<Waiting> => {
    asked ??= waiting()
      .catch(() => nobodyKnows)
      .finally(() => {
        asked = null;
      });
    return asked;
  };
  const gauge = (name: string, help: string, read: () => Promise<number> | number): void => {
    const one: Gauge = new Gauge({
      name: `ateams_${name}`,
      help,
      registers: [registry],
      collect: async () => one.set(await read()),
    });
  };
  gauge('turns_running', 'Turns this process is taking now', turnsRunning);
  gauge('turns_due', 'Turns that could be taken now and are not', async () => (await ask()).turns);
  gauge(
    'turns_due_age_seconds',
    'How long the oldest turn is due',
    async () => (await ask()).turnsAgeMs / 1000,
  );
  gauge(
    'deliveries_due',
    'Effects that are due and not being carried out',
    async () => (await ask()).deliveries,
  );
  gauge(
    'deliveries_due_age_seconds',
    'How long the oldest effect is due',
    async () => (await ask()).deliveriesAgeMs / 1000,
  );
  const parts: Gauge<'part'> = new Gauge({
    name: 'ateams_part_away',
    help: 'Parts of /readyz that are away: 1 for each',
    labelNames: ['part'],
    registers: [registry],
    collect: async () => {
      const found = await away();
      parts.reset();
      for (const part of found) parts.set({ part }, 1);
    },
  });
}
