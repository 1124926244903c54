// One question, one request, one answer or one error, whatever the protocol. Retrying is `ask.ts`'s
// alone, so the client's own retries are off; the timers are `deadline.ts`'s, because the client's
// end at the response headers. The surprise: when a server refuses a feature, the request is sent
// again at once without it (see `server-features.ts`), and so it is, twice at most, when a server
// that never took a feature refuses without naming one.
import OpenAI, { type ClientOptions } from 'openai';
import type { Finish, ModelAnswer, ModelRequest, Usage } from '../domain/model-port.ts';
import { createThoughtFilter, fitsRoughly, jsonIn, withoutThoughts } from './answer-text.ts';
import type { Clock } from '../lib/clock.ts';
import type { EndpointConfig } from './catalog.ts';
import { classify } from './classify.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { modelError } from './fault-table.ts';
import { createFeatureMemory } from './feature-memory.ts';
import { modelFetch } from './fetch.ts';
import { fitRequest } from './fit-request.ts';
import type { ModelLimits } from './limits.ts';
import type { Gathered, Protocol } from './protocol.ts';
import { createRhythm, type Rhythm } from './rhythm.ts';
import {
  doubtedFeatures,
  type Feature,
  refusedFeature,
  type ServerFeatures,
} from './server-features.ts';

/** An answer before we add what only we know; `usage` is absent where the server sent none. */
export type RawAnswer = Pick<ModelAnswer, 'text' | 'toolCalls' | 'finish' | 'model' | 'replay'> & {
  usage: Usage | undefined;
};

export type SendRequest = (request: ModelRequest) => Promise<RawAnswer>;

/**
 * @returns a function that sends one request, and throws vendor errors and `ModelError`s alike;
 * its `features` is what we believe of the server by now.
 */
export function createSendRequest<Params>(
  protocol: Protocol<Params>,
  endpoint: EndpointConfig,
  { limits, clock }: { limits: ModelLimits; clock: Pick<Clock, 'monotonic'> },
): SendRequest & { features(): ServerFeatures } {
  const { baseUrl, model } = endpoint;
  const client = new OpenAI(clientOptions(endpoint, limits));
  const timing = { limits, clock, rhythm: createRhythm(limits) };
  const memory = createFeatureMemory({ baseUrl, clock, retryMs: limits.featureRetryMs });

  const prepare = (request: ModelRequest, features: ServerFeatures): Sending<Params> => {
    const { fitted, used: fitting } = fitRequest(request, features);
    const { params, used } = protocol.toParams(fitted, model, features);
    return {
      protocol,
      client,
      timing,
      request,
      model,
      params,
      used: new Set([...used, ...fitting]),
    };
  };

  const sendWith = async (sending: Sending<Params>): Promise<RawAnswer> => {
    const answer = await sendOnce(sending);
    memory.learnAccepted(sending.used);
    if (ignoresSchema(sending, answer)) memory.learnRefused(['heedsSchema']);
    return answer;
  };

  const send = async (request: ModelRequest): Promise<RawAnswer> => {
    const known = memory.known();
    const sending = prepare(request, known);
    try {
      return await sendWith(sending);
    } catch (error) {
      const { used } = sending;
      const refused = refusedFeature(error, { features: known, used });
      if (refused !== undefined) {
        // Each feature is switched off once, so this ends.
        memory.learnRefused([refused]);
        return send(request);
      }
      if (classify(error).fault !== 'request-rejected') throw error;
      for (const doubted of doubtedFeatures(used, memory.proven)) {
        const without = Object.fromEntries(doubted.map((feature) => [feature, false]));
        const answer = await sendWith(prepare(request, { ...known, ...without })).catch(() => null);
        if (answer === null) continue;
        memory.learnRefused(doubted);
        return answer;
      }
      // The doubt was unfounded, or there is more wrong than that: the first refusal stands.
      throw error;
    }
  };
  return Object.assign(send, { features: () => memory.known() });
}

/** Everything that the client would otherwise read from the environment is said here. */
function clientOptions(endpoint: EndpointConfig, limits: ModelLimits): ClientOptions {
  return {
    baseURL: endpoint.baseUrl,
    apiKey: endpoint.apiKey ?? 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    ...(endpoint.apiKey === null ? { defaultHeaders: { authorization: null } } : {}),
    maxRetries: 0,
    // A little more than ours, so that ours is the one that fires.
    timeout: limits.totalMs + 5_000,
    logLevel: 'off',
    fetch: modelFetch,
  };
}

interface Timing {
  limits: ModelLimits;
  clock: Pick<Clock, 'monotonic'>;
  /** Of this endpoint, over all its answers. */
  rhythm: Rhythm;
}

interface Sending<Params> {
  protocol: Protocol<Params>;
  client: OpenAI;
  timing: Timing;
  /** As it was asked of us, whatever of it is sent. */
  request: ModelRequest;
  model: string;
  params: Params;
  used: ReadonlySet<Feature>;
}

function ignoresSchema<Params>({ request, used }: Sending<Params>, answer: RawAnswer): boolean {
  const { answerSchema } = request;
  if (answerSchema === undefined || !used.has('jsonSchema') || answer.finish !== 'stop') {
    return false;
  }
  return !fitsRoughly(answerSchema.schema, answer.text);
}

async function sendOnce<Params>(sending: Sending<Params>): Promise<RawAnswer> {
  const { timing, request, used } = sending;
  const isStreaming = used.has('streaming');
  if (request.isCurrent?.() === false) {
    throw modelError('aborted', { detail: 'by the caller, who lost the turn' });
  }
  using deadline = startDeadline({ ...timing, isStreaming, signal: request.signal });
  try {
    const gathered = await (isStreaming ? stream(sending, deadline) : whole(sending, deadline));
    const answer = toAnswer(gathered, sending);
    deadline.complete();
    return answer;
  } catch (error) {
    // What an aborted request throws depends on where it was, so our own reasons are asked first.
    const reason = deadline.expired();
    if (reason !== undefined) throw modelError('stalled', { detail: reason, cause: error });
    if (request.signal?.aborted) {
      throw modelError('aborted', { detail: 'by the caller', cause: request.signal.reason });
    }
    throw error;
  }
}

async function whole<Params>(sending: Sending<Params>, deadline: Deadline): Promise<Gathered> {
  const { protocol, client, params, request } = sending;
  const reply = await protocol.post(client, params, deadline.signal);
  const gatherer = protocol.createGatherer();
  gatherer.whole(reply);
  const gathered = gatherer.result();
  const text = withoutThoughts(gathered.text);
  // Somebody watches, but this server does not stream.
  request.onWritten?.(gathered.text.length);
  if (text !== '') request.onText?.(text);
  return gathered;
}

async function stream<Params>(sending: Sending<Params>, deadline: Deadline): Promise<Gathered> {
  const { protocol, client, params, request, timing } = sending;
  const events = await protocol.stream(client, params, deadline.signal);
  const gatherer = protocol.createGatherer();
  const shown = createThoughtFilter(request);
  let chars = 0;
  let hasEvents = false;
  for await (const event of events) {
    hasEvents = true;
    const { text, hasContent, chars: added } = gatherer.event(event);
    if (hasContent) deadline.progress();
    chars += added;
    if (added > 0) request.onWritten?.(chars);
    if (chars > timing.limits.answerCharsMax) throw tooLong(chars);
    if (text !== '') shown.add(text);
  }
  shown.end();
  // The client ends an aborted stream without an error.
  if (deadline.signal.aborted) throw new Error('The stream was aborted.');
  // A page of a proxy, for one, has no events in it.
  if (!hasEvents) throw modelError('garbled', { detail: 'a stream without an event' });
  return gatherer.result();
}

function tooLong(chars: number) {
  return modelError('garbled', { detail: `an answer of more than ${chars} characters` });
}

function toAnswer<Params>(gathered: Gathered, sending: Sending<Params>): RawAnswer {
  const { request } = sending;
  const { limits } = sending.timing;
  const { refusal, calls, replay } = gathered;
  if (gathered.finish === undefined) {
    throw modelError('cut-off', { detail: 'the answer ended without saying that it was complete' });
  }
  if (gathered.text.length > limits.answerCharsMax) throw tooLong(gathered.text.length);
  if (calls.length > limits.toolCallsMax) {
    throw modelError('garbled', { detail: `${calls.length} tool calls in one answer` });
  }
  const finish = finishOf({ ...gathered, finish: gathered.finish });
  const text = withoutThoughts(gathered.text);
  if (text === '' && calls.length === 0 && finish === 'stop') {
    throw modelError('empty-answer', { detail: 'neither text nor tool calls' });
  }
  return {
    text: finish === 'refusal' && refusal !== '' ? refusal : spoken(request, text),
    toolCalls: calls,
    finish,
    usage: gathered.usage,
    model: gathered.model ?? sending.model,
    ...(replay === undefined ? {} : { replay }),
  };
}

/** Where JSON was asked for, what stands around it is nobody's business. */
function spoken({ answerSchema }: ModelRequest, text: string): string {
  return answerSchema === undefined ? text : (jsonIn(text) ?? text);
}

/** The calls themselves decide whether there are calls. */
function finishOf({ finish, refusal, calls }: Gathered & { finish: Finish }): Finish {
  if (finish === 'refusal' || refusal !== '') return 'refusal';
  if (finish === 'length') return 'length';
  return calls.length > 0 ? 'tool-calls' : 'stop';
}
