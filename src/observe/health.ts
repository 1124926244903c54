// What operators and orchestrators ask: does the process live, can it work, what does it count.
// Every answer comes in time: a part that does not say in two seconds whether it is up is not.
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { delay } from '../lib/clock.ts';

/** A part that must be up, or whose absence only degrades. */
export interface Part {
  name: string;
  /** Without it nothing works: /readyz answers 503. Otherwise it is listed as degraded. */
  isVital: boolean;
  isUp: () => Promise<boolean> | boolean;
  /** It is away here because another process has it, and comes when that one goes. */
  isElsewhere?: () => boolean;
}

export interface Readiness {
  ready: boolean;
  /** Nothing is wrong here: another process does what this one stands by for. */
  standby: boolean;
  missing: string[];
  degraded: string[];
}

export async function readinessOf(parts: readonly Part[]): Promise<Readiness> {
  const states = await Promise.all(parts.map(async (part) => ({ part, isUp: await isUp(part) })));
  const down = states.filter((state) => !state.isUp).map((state) => state.part);
  const vital = down.filter((part) => part.isVital);
  const missing = vital.map((part) => part.name);
  const degraded = down.filter((part) => !part.isVital).map((part) => part.name);
  const ready = missing.length === 0;
  const standby = !ready && vital.every((part) => part.isElsewhere?.() ?? false);
  return { ready, standby, missing, degraded };
}

const answerMsMax = 2000;

async function isUp(part: Part): Promise<boolean> {
  const waiting = new AbortController();
  const late = delay(answerMsMax, waiting.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([part.isUp(), late]);
  } catch {
    // A check that throws has answered: the part is not there.
    return false;
  } finally {
    waiting.abort();
  }
}

/** `/healthz`, `/readyz` and `/metrics` as the contract describes them. */
export function addHealthRoutes(
  app: FastifyInstance,
  parts: () => readonly Part[],
  registry: Registry,
): void {
  app.get('/healthz', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, standby, missing, degraded } = await readinessOf(parts());
    const body = ready
      ? { ready, degraded }
      : { ready, ...(standby ? { standby } : {}), missing, degraded };
    return reply.code(ready ? 200 : 503).send(body);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
