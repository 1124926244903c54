// Counters and gauges in Prometheus' format. Label values are few and fixed: never an id of a person,
// a project or a turn.
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

export interface Measured {
  turnsRunning: () => number;
  deliveriesDue: () => Promise<number>;
}

export function createMetrics(measured: Measured): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'ateams_turns_running',
    help: 'Turns this process is taking now',
    registers: [registry],
    collect() {
      this.set(measured.turnsRunning());
    },
  });
  new Gauge({
    name: 'ateams_deliveries_due',
    help: 'Effects that are due and not being carried out',
    registers: [registry],
    async collect() {
      this.set(await measured.deliveriesDue());
    },
  });
  return registry;
}
