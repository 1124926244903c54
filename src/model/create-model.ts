// Puts the model port together: per endpoint one adapter, one limit of concurrency, one circuit and
// the retries around them. Tiers that name the same model at the same URL share an endpoint,
// because they share its rate limit. Adding another API means another `Protocol`, chosen here.
import type { ModelAnswer, ModelPort, ModelRequest, Tier } from '../domain/model-port.ts';
import { type Clock, delay } from '../lib/clock.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { AskDeps } from './ask.ts';
import { apiOf, type EndpointConfig, priceOf } from './catalog.ts';
import { chat } from './chat.ts';
import { createCircuit } from './circuit.ts';
import { classify } from './classify.ts';
import { askInTurn } from './failover.ts';
import { modelError } from './fault-table.ts';
import { createConcurrency } from './concurrency.ts';
import { defaultModelLimits, type ModelLimits } from './limits.ts';
import { createPace } from './pace.ts';
import { exceedsWindow, isTruncated } from './prompt-window.ts';
import { responsesOf } from './responses.ts';
import { createSendRequest, type RawAnswer, type SendRequest } from './send-request.ts';
import { withTextTools } from './text-tools.ts';
import { countTokens, estimateTokens } from './tokens.ts';
import { createWindow, type Window } from './window.ts';

/** Who gave an answer, where a tier has several endpoints. */
export interface Served {
  tier: Tier;
  /** The model and where it stands. */
  model: string;
  /** Whether it was the first of its tier. */
  isPreferred: boolean;
}

export interface ModelOptions {
  /** Several for a tier: in order of preference, see `failover.ts`. */
  endpoints: Readonly<Record<Tier, EndpointConfig | readonly EndpointConfig[]>>;
  clock: Clock;
  log: Log;
  limits?: Partial<ModelLimits>;
  /** In [0, 1): the jitter of pauses. */
  random?: () => number;
  /** Told of every answer of a tier with several endpoints. */
  onServed?: (served: Served) => void;
}

export function createModel(options: ModelOptions): ModelPort {
  const endpoints = {
    economy: listOf(options.endpoints.economy),
    standard: listOf(options.endpoints.standard),
    premium: listOf(options.endpoints.premium),
  };
  const closing = new AbortController();
  const askDeps = createAskDeps(options);
  const asking = {
    economy: endpoints.economy.map(askDeps),
    standard: endpoints.standard.map(askDeps),
    premium: endpoints.premium.map(askDeps),
  };
  const underWay = new Set<Promise<unknown>>();
  return {
    async ask(request) {
      const signal = eitherSignal(closing.signal, request.signal);
      const { tier } = request;
      const served = askInTurn(asking[tier], { ...request, signal });
      underWay.add(served);
      try {
        const { answer, isPreferred } = await served;
        if (asking[tier].length > 1) options.onServed?.({ tier, model: answer.model, isPreferred });
        return answer;
      } finally {
        underWay.delete(served);
      }
    },
    // Which of them will answer, or did before a restart, is not known here: the dearest and the
    // smallest are true of any.
    price: (tier, usage) => Math.max(...endpoints[tier].map((each) => priceOf(each, usage))),
    estimateTokens,
    contextTokens: (tier) => Math.min(...asking[tier].map(({ window }) => window.tokens())),
    modelName: (tier) => endpoints[tier][0].model,
    /** Calls off what is under way and resolves when all of it has ended. */
    async close() {
      closing.abort(new Error('The model port is closing.'));
      await Promise.allSettled(underWay);
    },
  };
}

type Endpoints = readonly [EndpointConfig, ...EndpointConfig[]];

/** @throws ConfigError */
function listOf(endpoints: EndpointConfig | readonly EndpointConfig[]): Endpoints {
  const [first, ...others] = 'baseUrl' in endpoints ? [endpoints] : endpoints;
  if (first !== undefined) return [first, ...others];
  throw new ConfigError('A tier has no endpoint.', { code: 'endpoint-missing', retry: 'never' });
}

type Asked = AskDeps & { window: Window };

/** What is needed to ask an endpoint; the same one, asked for twice, is shared. */
function createAskDeps(options: ModelOptions): (endpoint: EndpointConfig) => Asked {
  const limits = { ...defaultModelLimits, ...options.limits };
  const byEndpoint = new Map<string, Asked>();
  const random = options.random ?? Math.random;
  return (endpoint) => {
    const key = JSON.stringify([
      endpoint.baseUrl,
      endpoint.model,
      endpoint.apiKey,
      apiOf(endpoint),
    ]);
    const known = byEndpoint.get(key);
    if (known !== undefined) return known;
    const ids = { model: endpoint.model, endpoint: new URL(endpoint.baseUrl).host };
    const { clock, log } = options;
    const window = createWindow(endpoint.contextTokens);
    const deps = {
      attempt: checkedAttempt(sendRequestOf(endpoint, { limits, clock }), window),
      window,
      concurrency: createConcurrency({
        first: limits.concurrencyFirst,
        max: limits.concurrencyMax,
        isTooFast: (error) => classify(error).fault === 'rate-limited',
      }),
      pace: createPace({
        clock,
        random,
        firstMs: limits.backoffFirstMs,
        maxMs: limits.backoffMaxMs,
      }),
      circuit: createCircuit({ clock, random, log, probeMs: limits.probeMs, ids }),
      clock,
      delay,
      random,
      limits,
      log,
      ids,
    };
    byEndpoint.set(key, deps);
    return deps;
  };
}

function sendRequestOf(
  endpoint: EndpointConfig,
  about: { limits: ModelLimits; clock: Clock },
): SendRequest {
  const send =
    apiOf(endpoint) === 'chat'
      ? createSendRequest(chat, endpoint, about)
      : createSendRequest(responsesOf(endpoint), endpoint, about);
  return withTextTools(send, { clock: about.clock, retryMs: about.limits.featureRetryMs });
}

/** One attempt that refuses a prompt which cannot fit, or which the server cannot have read. */
function checkedAttempt(send: SendRequest, window: Window): AskDeps['attempt'] {
  return async (request) => {
    if (exceedsWindow(request, window.tokens())) {
      const detail = `the prompt does not fit ${window.tokens()} tokens`;
      throw modelError('context-exceeded', { detail });
    }
    const answer = await sendFitting(send, window, request);
    const usage = answer.usage ?? estimatedUsage(request, answer);
    if (!usage.estimated && isTruncated(request, usage.inputTokens)) {
      window.learn(usage.inputTokens);
      const detail = `the server read ${usage.inputTokens} tokens of a longer prompt`;
      throw modelError('prompt-truncated', { detail, ids: { readTokens: usage.inputTokens } });
    }
    return { ...answer, usage };
  };
}

/** A server that refuses for want of room, and would have it for a shorter answer, is asked so. */
async function sendFitting(
  send: SendRequest,
  window: Window,
  request: ModelRequest,
): Promise<RawAnswer> {
  try {
    return await send(window.fit(request));
  } catch (error) {
    const fitted = window.fitAfter(error, request);
    if (fitted === null) throw error;
    return send(fitted);
  }
}

function estimatedUsage(
  request: ModelRequest,
  answer: Pick<ModelAnswer, 'text' | 'toolCalls'>,
): ModelAnswer['usage'] {
  const written = answer.toolCalls.map(({ name, argumentsText }) => name + argumentsText);
  return {
    inputTokens: estimateTokens(request),
    cachedTokens: 0,
    outputTokens: countTokens([answer.text, ...written].join('\n')),
    estimated: true,
  };
}

function eitherSignal(closing: AbortSignal, asked: AbortSignal | undefined): AbortSignal {
  return asked === undefined ? closing : AbortSignal.any([closing, asked]);
}
