// The Chat Completions adapter: one question, one request, one answer or one error. Retrying is
// `ask.ts`'s alone, so the client's own retries are off; the timers are `deadline.ts`'s, because
// the client's end at the response headers. Two surprises. A stream that a server cuts short ends
// *normally*, only without a finish reason, and must not pass for an answer. And when a server
// refuses a feature, the request is sent again at once without it (see `server-features.ts`).
import OpenAI, { type ClientOptions } from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Finish, ModelAnswer, ModelRequest, Usage } from '../domain/model-port.ts';
import { parseValue } from '../lib/json.ts';
import type { EndpointConfig } from './catalog.ts';
import { type ChatParams, toParams } from './chat-params.ts';
import { ChatReply, createGatherer, type Gathered } from './chat-wire.ts';
import { modelError } from './fault-table.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { modelFetch } from './fetch.ts';
import type { ModelLimits } from './limits.ts';
import { type Feature, featuresOf, refusedFeature } from './server-features.ts';

/** An answer before we add what only we know; `usage` is absent where the server sent none. */
export type RawAnswer = Pick<ModelAnswer, 'text' | 'toolCalls' | 'finish' | 'model'> & {
  usage: Usage | undefined;
};

export type SendRequest = (request: ModelRequest) => Promise<RawAnswer>;

/** @returns a function that sends one request; it throws vendor errors and `ModelError`s alike. */
export function createChat(endpoint: EndpointConfig, limits: ModelLimits): SendRequest {
  const client = new OpenAI(clientOptions(endpoint, limits));
  let known = featuresOf(endpoint.baseUrl);

  const send = async (request: ModelRequest): Promise<RawAnswer> => {
    const { params, used } = toParams(request, endpoint.model, known);
    try {
      return await sendOnce({ client, limits, request, params, used });
    } catch (error) {
      const refused = refusedFeature(error, { features: known, used });
      if (refused === undefined) throw error;
      // Each feature is switched off once, so this ends.
      known = { ...known, [refused]: false };
      return send(request);
    }
  };
  return send;
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

interface Sending {
  client: OpenAI;
  limits: ModelLimits;
  request: ModelRequest;
  params: ChatParams;
  used: ReadonlySet<Feature>;
}

async function sendOnce(sending: Sending): Promise<RawAnswer> {
  const { limits, request, used } = sending;
  const isStreaming = used.has('streaming');
  using deadline = startDeadline({ isStreaming, limits, signal: request.signal });
  try {
    const gathered = await (isStreaming ? stream(sending, deadline) : whole(sending, deadline));
    return toAnswer(gathered, sending);
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

async function whole(sending: Sending, deadline: Deadline): Promise<Gathered> {
  const { client, params, request } = sending;
  const reply: unknown = await client.chat.completions.create(params, { signal: deadline.signal });
  const gatherer = createGatherer();
  const { text } = gatherer.add(parseReply(reply));
  const gathered = gatherer.result();
  // A whole body cannot have been cut short; some servers leave the reason out.
  gathered.finishReason ??= 'stop';
  // Somebody watches, but this server does not stream.
  if (text !== '') request.onText?.(text);
  return gathered;
}

async function stream(sending: Sending, deadline: Deadline): Promise<Gathered> {
  const { client, params, request, limits } = sending;
  const streamed: ChatCompletionCreateParamsStreaming = {
    ...params,
    stream: true,
    ...(sending.used.has('streamOptions') ? { stream_options: { include_usage: true } } : {}),
  };
  const chunks = await client.chat.completions.create(streamed, { signal: deadline.signal });
  const gatherer = createGatherer();
  let chars = 0;
  for await (const chunk of chunks) {
    const { text, hasContent, chars: added } = gatherer.add(parseReply(chunk));
    if (hasContent) deadline.progress();
    chars += added;
    if (chars > limits.answerCharsMax) throw tooLong(chars);
    if (text !== '') request.onText?.(text);
  }
  // The client ends an aborted stream without an error.
  if (deadline.signal.aborted) throw new Error('The stream was aborted.');
  return gatherer.result();
}

function parseReply(value: unknown): ChatReply {
  const reply = parseValue(ChatReply, value);
  if (reply.ok) return reply.value;
  throw modelError('garbled', { detail: `no Chat Completions reply: ${reply.reason}` });
}

function tooLong(chars: number) {
  return modelError('garbled', { detail: `an answer of more than ${chars} characters` });
}

function toAnswer(gathered: Gathered, { params, limits }: Sending): RawAnswer {
  const { text, refusal, calls, finishReason } = gathered;
  if (finishReason === undefined) {
    throw modelError('cut-off', { detail: 'the answer ended without a finish reason' });
  }
  if (text.length > limits.answerCharsMax) throw tooLong(text.length);
  if (calls.length > limits.toolCallsMax) {
    throw modelError('garbled', { detail: `${calls.length} tool calls in one answer` });
  }
  const finish = finishOf({ ...gathered, finishReason });
  if (text === '' && calls.length === 0 && finish === 'stop') {
    throw modelError('empty-answer', { detail: 'neither text nor tool calls' });
  }
  return {
    text: finish === 'refusal' && refusal !== '' ? refusal : text,
    toolCalls: calls,
    finish,
    usage: gathered.usage,
    model: gathered.model ?? params.model,
  };
}

/** Servers disagree on the reason beside tool calls, so the calls themselves decide. */
function finishOf(gathered: Gathered & { finishReason: string }): Finish {
  if (gathered.finishReason === 'content_filter' || gathered.refusal !== '') return 'refusal';
  if (gathered.finishReason === 'length') return 'length';
  return gathered.calls.length > 0 ? 'tool-calls' : 'stop';
}
