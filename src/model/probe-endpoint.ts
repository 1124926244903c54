// Tries an endpoint out with two small questions, through the very code that serves turns, but
// below its retries and its circuit: whoever tries wants the first failure and not the sixth.
// The surprise: the first question does not say that JSON is wanted. A server that ignores the
// schema answers in words, and so gives itself away.
import type { ModelRequest } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { apiOf } from './catalog.ts';
import type { EndpointConfig } from './catalog.ts';
import { chat } from './chat.ts';
import { wrapError } from './classify.ts';
import { defaultModelLimits } from './limits.ts';
import { responsesOf } from './responses.ts';
import { createSendRequest } from './send-request.ts';
import type { SendRequest } from './send-request.ts';
import { withTextTools } from './text-tools.ts';

export interface EndpointProbe {
  /** `text`: it follows commands written as lines; `none`: it called nothing when told to. */
  tools: 'native' | 'text' | 'none';
  jsonSchema: boolean;
  streaming: boolean;
  /** Of the first question. */
  latencyMs: number;
}

/** A local server may have to load the model first. */
const answerMsMax = 90_000;
/** Enough for a model that thinks before it speaks. */
const outputTokensMax = 2000;
const limits = { ...defaultModelLimits, firstDeltaMs: answerMsMax, totalMs: answerMsMax };

const system = {
  role: 'system',
  text: 'Somebody tries out whether you can be reached. Be brief.',
} as const;

const greeting: Omit<ModelRequest, 'onText'> = {
  tier: 'standard',
  messages: [system, { role: 'user', text: 'Say hello in one short sentence.' }],
  tools: [],
  answerSchema: {
    name: 'greeting',
    schema: {
      type: 'object',
      properties: { greeting: { type: 'string' } },
      required: ['greeting'],
      additionalProperties: false,
    },
  },
  outputTokensMax,
  trace: { agent: 'doctor', turn: 'probe', step: 'greeting' },
};

const call: ModelRequest = {
  tier: 'standard',
  messages: [system, { role: 'user', text: 'Use the tool report with the word ready.' }],
  tools: [
    {
      name: 'report',
      description: 'Reports one word.',
      parameters: {
        type: 'object',
        properties: { word: { type: 'string', description: 'the word' } },
        required: ['word'],
        additionalProperties: false,
      },
    },
  ],
  toolChoice: 'required',
  outputTokensMax,
  trace: { agent: 'doctor', turn: 'probe', step: 'call' },
};

/** @throws ModelError */
export async function probeEndpoint(
  endpoint: EndpointConfig,
  clock: Clock,
): Promise<EndpointProbe> {
  const ids = { model: endpoint.model, endpoint: new URL(endpoint.baseUrl).host };
  const send =
    apiOf(endpoint) === 'chat'
      ? createSendRequest(chat, endpoint, { limits, clock })
      : createSendRequest(responsesOf(endpoint), endpoint, { limits, clock });
  try {
    const askedAt = clock.monotonic();
    await send({ ...greeting, onText: () => undefined });
    const latencyMs = Math.round(clock.monotonic() - askedAt);
    const tools = await probeTools(send, clock);
    const { streaming, jsonSchema, heedsSchema } = send.features();
    return { tools, streaming, jsonSchema: jsonSchema && heedsSchema, latencyMs };
  } catch (error) {
    throw wrapError(error, ids);
  }
}

async function probeTools(send: SendRequest, clock: Clock): Promise<EndpointProbe['tools']> {
  let hasCalled = false;
  const listening: SendRequest = async (request) => {
    const answer = await send(request);
    hasCalled ||= answer.toolCalls.length > 0;
    return answer;
  };
  const speak = withTextTools(listening, { clock, retryMs: limits.featureRetryMs });
  const first = await speak(call);
  if (hasCalled) return 'native';
  if (first.toolCalls.length > 0) return 'text';
  // An endpoint that dropped the tools without a word is told of the commands the second time.
  const second = await speak({
    ...call,
    messages: [
      ...call.messages,
      { role: 'assistant', text: first.text, toolCalls: [] },
      { role: 'user', text: 'You have not used the tool. Use it now.' },
    ],
  });
  if (hasCalled) return 'native';
  return second.toolCalls.length > 0 ? 'text' : 'none';
}
