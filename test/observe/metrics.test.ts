import { expect, test } from 'vitest';
import type { ModelPort } from '../../src/domain/model-port.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ModelError } from '../../src/lib/errors.ts';
import { createMetrics } from '../../src/observe/metrics.ts';

const waiting = { turns: 2, turnsAgeMs: 90_000, deliveries: 3, deliveriesAgeMs: 1500 };

/** The lines of our own metrics, without buckets and without sums of time. */
async function linesOf({ registry }: ReturnType<typeof createMetrics>): Promise<string[]> {
  const text = await registry.metrics();
  return text
    .split('\n')
    .filter((line) => line.startsWith('ateams_') && !/_bucket|seconds_sum/.test(line));
}

const measured = {
  clock: systemClock,
  turnsRunning: () => 1,
  waiting: async () => waiting,
  away: async () => ['memory'],
};

test('what waits, for how long, and what is away can be read', async () => {
  expect(await linesOf(createMetrics(measured))).toEqual([
    'ateams_turns_running 1',
    'ateams_turns_due 2',
    'ateams_turns_due_age_seconds 90',
    'ateams_deliveries_due 3',
    'ateams_deliveries_due_age_seconds 1.5',
    'ateams_part_away{part="memory"} 1',
  ]);
});

test('a database that is away takes no other figure with it', async () => {
  const down = { ...measured, waiting: () => Promise.reject(new Error('no database')) };
  const lines = await linesOf(createMetrics(down));
  expect(lines).toContain('ateams_turns_running 1');
  expect(lines).toContain('ateams_turns_due Nan');
});

test('questions to a model, their cost and failures, recalls and turns are counted', async () => {
  const metrics = createMetrics(measured);
  let fails = false;
  const usage = { inputTokens: 100, cachedTokens: 0, outputTokens: 20, estimated: false };
  const answer = {
    text: 'Yes.',
    toolCalls: [],
    finish: 'stop' as const,
    usage,
    model: 'small',
    latencyMs: 1,
    attempts: 1,
  };
  const port: ModelPort = {
    ask: async () => {
      if (fails) throw new ModelError('busy', { code: 'rate-limited', retry: 'later' });
      return answer;
    },
    price: () => 2500,
    estimateTokens: () => 1,
    contextTokens: () => 1,
    modelName: () => 'small',
    close: async () => undefined,
  };
  const model = metrics.ofModel(port);
  const trace = { agent: 'pm', turn: 'P1.turn.1', step: '1' };
  const request = { tier: 'economy', messages: [], tools: [], outputTokensMax: 9, trace } as const;
  await model.ask(request);
  fails = true;
  await expect(model.ask(request)).rejects.toThrow('busy');

  const recall = metrics.ofRecall(async (found: number) => {
    return { items: Array.from({ length: found }), degraded: found > 5 ? 'no Chroma' : null };
  });
  await recall(0);
  await recall(2);
  await recall(9);

  const take = metrics.ofTurns(async (_turn: { order: { kind: string } }, ends: boolean) => {
    if (!ends) throw new Error('a bug');
  });
  await take({ order: { kind: 'specialist.work' } }, true);
  await expect(take({ order: { kind: 'specialist.work' } }, false)).rejects.toThrow('a bug');

  expect((await linesOf(metrics)).filter((line) => !/due|running|away/.test(line))).toEqual([
    'ateams_model_seconds_count{tier="economy",outcome="answered"} 1',
    'ateams_model_seconds_count{tier="economy",outcome="rate-limited"} 1',
    'ateams_model_cost_usd_total{tier="economy"} 0.0025',
    'ateams_model_tokens_total{tier="economy",direction="in"} 100',
    'ateams_model_tokens_total{tier="economy",direction="out"} 20',
    'ateams_recall_seconds_count{outcome="nothing"} 1',
    'ateams_recall_seconds_count{outcome="found"} 1',
    'ateams_recall_seconds_count{outcome="degraded"} 1',
    'ateams_turn_seconds_count{kind="specialist.work",outcome="finished"} 1',
    'ateams_turn_seconds_count{kind="specialist.work",outcome="bug"} 1',
  ]);
});
