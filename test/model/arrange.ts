// A model port in front of a scripted server, with timers short enough for tests: what takes
// minutes in earnest takes tens of milliseconds here. Requests state only what a test is about.
import type { ModelPort, ModelRequest } from '../../src/domain/model-port.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { ModelError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import type { EndpointConfig } from '../../src/model/catalog.ts';
import { createModel } from '../../src/model/create-model.ts';
import type { ModelLimits } from '../../src/model/limits.ts';
import {
  type Script,
  type ScriptedModel,
  type ScriptedStep,
  startScriptedModel,
} from '../support/scripted-model.ts';

const shortLimits: Partial<ModelLimits> = {
  firstDeltaMs: 150,
  idleMs: 100,
  totalMs: 10_000,
  backoffFirstMs: 1,
  backoffMaxMs: 4,
};

export interface Scene extends AsyncDisposable {
  model: ModelPort;
  server: ScriptedModel;
}

export async function startScene(options: {
  steps: readonly ScriptedStep[];
  mode?: Script['mode'];
  limits?: Partial<ModelLimits>;
  endpoint?: Partial<EndpointConfig>;
  /** Asked after the scene's own server, in this order. */
  others?: readonly EndpointConfig[];
  clock?: Clock;
}): Promise<Scene> {
  const { steps, mode } = options;
  const server = await startScriptedModel({ steps, ...(mode === undefined ? {} : { mode }) });
  const endpoint = { ...endpointAt(server), ...options.endpoint };
  const endpoints = [endpoint, ...(options.others ?? [])];
  const model = createModel({
    endpoints: { economy: endpoint, standard: endpoints, premium: endpoint },
    clock: options.clock ?? systemClock,
    log: silentLog,
    limits: { ...shortLimits, ...options.limits },
    random: () => 1,
  });
  return {
    model,
    server,
    async [Symbol.asyncDispose]() {
      await model.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function endpointAt({ url }: Pick<ScriptedModel, 'url'>): EndpointConfig {
  return {
    baseUrl: url,
    apiKey: 'sk-test',
    model: 'test-model',
    priceIn: null,
    priceOut: null,
    contextTokens: 100_000,
  };
}

export function request(about: Partial<ModelRequest> = {}): ModelRequest {
  return {
    tier: 'standard',
    messages: [{ role: 'user', text: 'Hello' }],
    tools: [],
    outputTokensMax: 500,
    trace: { agent: 'ada', turn: 't1', step: 's1' },
    ...about,
  };
}

/** A clock that stands still until it is moved. */
export function stillClock(): Clock & { advance(ms: number): void } {
  let at = 1_000_000;
  return {
    now: () => at,
    monotonic: () => at,
    advance(ms) {
      at += ms;
    },
  };
}

/** The error that `asking` ends with; fails if it ends well or with anything else. */
export async function errorOf(asking: Promise<unknown>): Promise<ModelError> {
  const outcome = await asking.then(
    () => 'it ended well',
    (error: unknown) => error,
  );
  if (outcome instanceof ModelError) return outcome;
  throw new Error(`Expected a ModelError, but: ${String(outcome)}`);
}
