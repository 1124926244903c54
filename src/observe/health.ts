// What operators and orchestrators ask: does the process live, can it work, what does it count.
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

/** A part that must be up, or whose absence only degrades. */
export interface Part {
  name: string;
  /** Without it nothing works: /readyz answers 503. Otherwise it is listed as degraded. */
  isVital: boolean;
  isUp: () => Promise<boolean> | boolean;
}

export interface Readiness {
  ready: boolean;
  missing: string[];
  degraded: string[];
}

export async function readinessOf(parts: readonly Part[]): Promise<Readiness> {
  const states = await Promise.all(parts.map(async (part) => ({ part, isUp: await isUp(part) })));
  const down = states.filter((state) => !state.isUp).map((state) => state.part);
  const missing = down.filter((part) => part.isVital).map((part) => part.name);
  const degraded = down.filter((part) => !part.isVital).map((part) => part.name);
  return { ready: missing.length === 0, missing, degraded };
}

async function isUp(part: Part): Promise<boolean> {
  try {
    return await part.isUp();
  } catch {
    // A check that throws has answered: the part is not there.
    return false;
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
    const { ready, missing, degraded } = await readinessOf(parts());
    const body = ready ? { ready, degraded } : { ready, missing, degraded };
    return reply.code(ready ? 200 : 503).send(body);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
