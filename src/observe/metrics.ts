// Counters and gauges in Prometheus' format. Label values are few and fixed: never an id of a
// person, a project or a turn.
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

export interface Measured {
  turnsRunning: () => number;
  deliveriesDue: () => Promise<number>;
}

export function createMetrics(measured: Measured): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const running = new Gauge({
    name: 'ateams_turns_running',
    help: 'Turns this process is taking now',
    registers: [],
    collect() {
      this.set(measured.turnsRunning());
    },
  });
  const due = new Gauge({
    name: 'ateams_deliveries_due',
    help: 'Effects that are due and not being carried out',
    registers: [],
    async collect() {
      // A database that is away must not take the other figures with it.
      this.set(await measured.deliveriesDue().catch(() => Number.NaN));
    },
  });
  registry.registerMetric(running);
  registry.registerMetric(due);
  return registry;
}
