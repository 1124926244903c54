// The shapes of the Responses API, read as minimal loose objects, and what an answer's items add up
// to. Of a stream only the end counts for the answer: the items as they were when done; what came
// before is for whoever watches. The surprise: a server that ends a stream with an empty list of
// items has been seen, so items and text gathered on the way stand in for it.
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { z } from 'zod';
import type { Replay, ToolCall, Usage } from '../domain/model-port.ts';
import { parseValue, storable } from '../lib/json.ts';
import { withOwnIds } from './chat-wire.ts';
import type { Gathered } from './protocol.ts';

const OutputItem = z.looseObject({
  type: z.string(),
  content: z
    .array(z.looseObject({ text: z.string().nullish(), refusal: z.string().nullish() }))
    .nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
  encrypted_content: z.string().nullish(),
  phase: z.string().nullish(),
});
export type OutputItem = z.infer<typeof OutputItem>;

const Count = z.int().nonnegative();

// Numbers that make no sense count as none sent.
const UsagePart = z
  .looseObject({
    input_tokens: Count,
    output_tokens: Count,
    input_tokens_details: z.looseObject({ cached_tokens: Count.nullish() }).nullish(),
  })
  .nullish()
  .catch(null);

const ErrorPart = z.looseObject({
  code: z.union([z.string(), z.number()]).nullish(),
  message: z.string().nullish(),
});

/** A whole response, as the body or inside a stream's last event. */
export const ResponsesReply = z.looseObject({
  model: z.string().nullish(),
  status: z.string().nullish(),
  incomplete_details: z.looseObject({ reason: z.string().nullish() }).nullish(),
  error: ErrorPart.nullish(),
  output: z.array(OutputItem).nullish(),
  usage: UsagePart,
});
export type ResponsesReply = z.infer<typeof ResponsesReply>;

export type CompleteReply = ResponsesReply & { output: OutputItem[] };

export const ResponsesEvent = z.looseObject({
  type: z.string(),
  delta: z.unknown().optional(),
  output_index: z.int().nullish(),
  item: OutputItem.nullish(),
  response: ResponsesReply.nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  message: z.string().nullish(),
});
export type ResponsesEvent = z.infer<typeof ResponsesEvent>;

/** @param writer who may read the replay: reasoning opens for the model that encrypted it alone. */
export function gatherReply(reply: CompleteReply, writer: string): Gathered {
  const parts = reply.output
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => content ?? []);
  const calls = callsOf(reply.output);
  const finish = finishOf(reply);
  return {
    text: parts.map(({ text }) => text ?? '').join(''),
    refusal: parts.map(({ refusal }) => refusal ?? '').join(''),
    calls,
    finish,
    usage: usageOf(reply),
    model: reply.model ?? undefined,
    replay: finish === 'stop' ? replayOf(reply.output, { calls, writer }) : undefined,
  };
}

function finishOf({ status, incomplete_details }: ResponsesReply): Gathered['finish'] {
  // Some servers leave the status out; one that is still at work has given no answer.
  if (!status || status === 'completed') return 'stop';
  if (status !== 'incomplete') return undefined;
  return incomplete_details?.reason === 'content_filter' ? 'refusal' : 'length';
}

function callsOf(items: readonly OutputItem[]): ToolCall[] {
  const calls = items
    .filter(({ type }) => type === 'function_call')
    .map((item) => ({
      id: item.call_id ?? '',
      name: item.name ?? '',
      argumentsText: item.arguments ?? '',
    }));
  return withOwnIds(calls);
}

function usageOf({ usage }: ResponsesReply): Usage | undefined {
  // A count of no input at all is a server that does not count.
  if (!usage || usage.input_tokens === 0) return undefined;
  return {
    inputTokens: usage.input_tokens,
    cachedTokens: usage.input_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.output_tokens,
    estimated: false,
  };
}

const KeptReplay = z.strictObject({ writer: z.string(), items: z.array(z.looseObject({})) });

const replayed = ['reasoning', 'message', 'function_call'];

/** The items to send back, where they hold more than text and calls do; the journal takes them. */
function replayOf(
  output: readonly OutputItem[],
  { calls, writer }: { calls: readonly ToolCall[]; writer: string },
): Replay | undefined {
  const ids = output.filter(({ type }) => type === 'function_call').map((item) => item.call_id);
  // Tool results will name our ids, so items with others would be left without theirs.
  if (ids.some((id, position) => id !== calls[position]?.id)) return undefined;
  if (!output.some(({ encrypted_content, phase }) => encrypted_content || phase)) return undefined;
  const items = output.filter(({ type }) => replayed.includes(type));
  const isComplete = items.every(({ type, encrypted_content }) => {
    return type !== 'reasoning' || Boolean(encrypted_content);
  });
  // An id without its stored or encrypted reasoning is refused: "item not found".
  const kept = isComplete
    ? items
    : items
        .filter(({ type, encrypted_content }) => type !== 'reasoning' || encrypted_content)
        .map(({ id: _id, ...item }) => item);
  const replay = parseValue(z.json(), storable({ writer, items: kept }));
  return replay.ok ? replay.value : undefined;
}

/** The items of a replay that `writer` wrote; `null` if it is another's or none. */
export function readReplay(replay: Replay | undefined, writer: string): ResponseInputItem[] | null {
  const kept = parseValue(KeptReplay, replay);
  if (!kept.ok || kept.value.writer !== writer) return null;
  // They are what the server itself sent: it takes back its own shapes.
  return kept.value.items as unknown[] as ResponseInputItem[];
}
