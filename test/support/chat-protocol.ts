// What a Chat Completions server reads and writes: the request as a script sees it, and a scripted
// reply as one body or as the events of a stream. Written against the protocol's documentation and
// not with anything from `src/model`, so that a mistake there meets a second opinion here.
import { z } from 'zod';

const WireMessage = z.looseObject({
  role: z.string(),
  content: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.record(z.string(), z.unknown()) }))
    .nullish(),
});

export const ChatBody = z.looseObject({
  model: z.string(),
  messages: z.array(WireMessage),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function'),
        function: z.looseObject({ name: z.string(), strict: z.boolean().nullish() }),
      }),
    )
    .nullish(),
  tool_choice: z.unknown().optional(),
  response_format: z.looseObject({ type: z.string() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
  max_tokens: z.int().nullish(),
  max_completion_tokens: z.int().nullish(),
  reasoning_effort: z.string().nullish(),
});
export type ChatBody = z.infer<typeof ChatBody>;

export interface ScriptedReply {
  text?: string;
  /** `arguments` as a string goes out as it is, so that it may be no JSON. */
  toolCalls?: readonly { id?: string; name: string; arguments: unknown }[];
  refusal?: string;
  /** Reasoning as Responses sends it: encrypted, for nobody but the model. Chat has none. */
  reasoning?: string;
  /** As the protocol spells it; fitting the reply when absent, and `null` to leave it out. */
  finish?: string | null;
  /** Counted roughly when absent; `null` to send none. */
  usage?: ScriptedUsage | null;
}

export interface ScriptedUsage {
  inputTokens: number;
  cachedTokens?: number;
  outputTokens: number;
}

/** The reply as the body of an answer without streaming. */
export function replyBody(reply: ScriptedReply, request: ChatBody): string {
  const message = {
    role: 'assistant',
    content: reply.text ?? null,
    ...(reply.refusal === undefined ? {} : { refusal: reply.refusal }),
    ...(reply.toolCalls === undefined ? {} : { tool_calls: wireCalls(reply) }),
  };
  return JSON.stringify({
    ...envelope(request, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishReason(reply) }],
    ...usageField(reply, request),
  });
}

/** The reply as the data of a stream's events, text in several pieces, `[DONE]` not included. */
export function replyChunks(reply: ScriptedReply, request: ChatBody): string[] {
  const deltas: object[] = [{ role: 'assistant', content: '' }];
  for (const piece of piecesOf(reply.text ?? '')) deltas.push({ content: piece });
  if (reply.refusal !== undefined) deltas.push({ refusal: reply.refusal });
  for (const call of wireCalls(reply)) {
    const { name, arguments: written } = call.function;
    deltas.push({ tool_calls: [{ ...call, function: { name, arguments: '' } }] });
    for (const piece of piecesOf(written)) {
      deltas.push({ tool_calls: [{ index: call.index, function: { arguments: piece } }] });
    }
  }
  const chunk = (delta: object, finish: string | null) => ({
    ...envelope(request, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const chunks: object[] = deltas.map((delta) => chunk(delta, null));
  const finish = finishReason(reply);
  if (finish !== null) chunks.push(chunk({}, finish));
  const usage = usageField(reply, request);
  if (request.stream_options?.include_usage === true && 'usage' in usage) {
    chunks.push({ ...envelope(request, 'chat.completion.chunk'), choices: [], ...usage });
  }
  return chunks.map((each) => JSON.stringify(each));
}

function envelope(request: ChatBody, object: string) {
  return { id: 'chatcmpl-scripted', object, created: 0, model: request.model };
}

function wireCalls(reply: ScriptedReply) {
  return (reply.toolCalls ?? []).map((call, index) => ({
    index,
    id: call.id ?? `call_${index}`,
    type: 'function',
    function: {
      name: call.name,
      arguments:
        typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    },
  }));
}

function finishReason(reply: ScriptedReply): string | null {
  if (reply.finish !== undefined) return reply.finish;
  return reply.toolCalls === undefined || reply.toolCalls.length === 0 ? 'stop' : 'tool_calls';
}

/** The reply's token counts, counted roughly where it has none; `null` to send none. */
export function usageOf(reply: ScriptedReply, request: ChatBody): ScriptedUsage | null {
  if (reply.usage !== undefined) return reply.usage;
  return {
    inputTokens: roughTokens(JSON.stringify(request.messages)),
    outputTokens: roughTokens(JSON.stringify([reply.text, reply.toolCalls])),
  };
}

function usageField(reply: ScriptedReply, request: ChatBody): object {
  const usage = usageOf(reply, request);
  if (usage === null) return {};
  return {
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      ...(usage.cachedTokens === undefined
        ? {}
        : { prompt_tokens_details: { cached_tokens: usage.cachedTokens } }),
    },
  };
}

/** Never less than any tokenizer would count for ordinary text. */
function roughTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / 3);
}

/** A text in the pieces that a stream sends it in. */
export function piecesOf(text: string): string[] {
  return text.match(/[^]{1,12}/gu) ?? [];
}
