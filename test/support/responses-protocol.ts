// What a Responses server reads and writes: the same scripted reply as in Chat Completions, as one
// body or as the events of a stream. A request is also shown to scripts in Chat's terms, so that
// one script serves both. Written against the protocol's documentation and not with anything from
// `src/model`, so that a mistake there meets a second opinion here.
import { z } from 'zod';
import { ChatBody, type ScriptedReply, piecesOf, usageOf } from './chat-protocol.ts';

const InputItem = z.looseObject({
  type: z.string().nullish(),
  role: z.string().nullish(),
  content: z.union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))]).nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
  output: z.string().nullish(),
});

export const ResponsesBody = z.looseObject({
  model: z.string(),
  input: z.array(InputItem),
  store: z.boolean().nullish(),
  include: z.array(z.string()).nullish(),
  stream: z.boolean().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function'),
        name: z.string(),
        // The server takes `strict` for true where it is absent, so absence is a mistake.
        strict: z.boolean(),
      }),
    )
    .nullish(),
  tool_choice: z.unknown().optional(),
  text: z.looseObject({ format: z.looseObject({ type: z.string() }).nullish() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
  max_output_tokens: z.int().nullish(),
});
export type ResponsesBody = z.infer<typeof ResponsesBody>;

/** The request in the terms of Chat Completions. */
export function inChatTerms(body: ResponsesBody): ChatBody {
  const { model, stream, tool_choice, metadata, user, max_output_tokens: max } = body;
  const format = body.text?.format;
  const { type = '', ...schema } = format ?? {};
  const tools = body.tools?.map(({ type: kind, strict, ...tool }) => ({
    type: kind,
    function: { ...tool, ...(strict ? { strict } : {}) },
  }));
  return ChatBody.parse(
    withoutAbsent({
      model,
      messages: body.input.flatMap(messageOf),
      stream,
      tools,
      tool_choice,
      response_format: format ? { type, json_schema: schema } : undefined,
      metadata,
      user,
      max_tokens: max,
    }),
  );
}

function withoutAbsent(fields: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}

function messageOf(item: z.infer<typeof InputItem>): ChatBody['messages'] {
  const { call_id: id = '', name, content } = item;
  if (item.type === 'function_call_output') {
    return [{ role: 'tool', tool_call_id: id, content: item.output ?? '' }];
  }
  if (item.type === 'function_call') {
    const call = { id: id ?? '', function: { name, arguments: item.arguments } };
    return [{ role: 'assistant', content: null, tool_calls: [call] }];
  }
  if (item.type === 'reasoning') return [];
  const text =
    typeof content === 'string' ? content : content?.map((part) => part.text ?? '').join('');
  return [{ role: item.role ?? '', content: text ?? '' }];
}

/** The reply as the body of an answer without streaming. */
export function responseBody(reply: ScriptedReply, request: ChatBody): string {
  return JSON.stringify(responseOf(reply, request));
}

/**
 * The reply as a stream's events. Up to the first content they belong together: `opening` is how
 * many that are.
 */
export function responseEvents(
  reply: ScriptedReply,
  request: ChatBody,
): { events: string[]; opening: number } {
  const response = responseOf(reply, request);
  const { usage: _usage, ...begun } = { ...response, status: 'in_progress', output: [] };
  const events: object[] = [{ type: 'response.created', response: begun }];
  let opening = 0;
  for (const [index, item] of response.output.entries()) {
    events.push({ type: 'response.output_item.added', output_index: index, item: emptied(item) });
    const deltas = deltasOf(item);
    if (deltas.length > 0 && opening === 0) opening = events.length + 1;
    for (const delta of deltas) {
      events.push({ ...delta, output_index: index, item_id: item.id });
    }
    events.push({ type: 'response.output_item.done', output_index: index, item });
  }
  if (response.status !== undefined) {
    events.push({ type: `response.${response.status}`, response });
  }
  const numbered = events.map((event, number) => ({ ...event, sequence_number: number }));
  return { events: numbered.map((event) => JSON.stringify(event)), opening };
}

interface Item {
  id: string;
  type: string;
  content?: { type: string; text?: string; refusal?: string }[];
  arguments?: string;
}

function responseOf(reply: ScriptedReply, request: ChatBody) {
  const output: Item[] = [];
  if (reply.reasoning !== undefined) {
    const encrypted = { encrypted_content: reply.reasoning, summary: [] };
    output.push({ id: 'rs_1', type: 'reasoning', ...encrypted });
  }
  const content = [
    ...(reply.text === undefined ? [] : [{ type: 'output_text', text: reply.text }]),
    ...(reply.refusal === undefined ? [] : [{ type: 'refusal', refusal: reply.refusal }]),
  ];
  if (content.length > 0) {
    const message = { role: 'assistant', status: 'completed', content };
    output.push({ id: 'msg_1', type: 'message', ...message });
  }
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    const written =
      typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
    const called = { call_id: call.id ?? `call_${index}`, name: call.name, arguments: written };
    output.push({ id: `fc_${index}`, type: 'function_call', ...called });
  }
  const counted = usageOf(reply, request);
  return {
    id: 'resp-scripted',
    object: 'response',
    created_at: 0,
    model: request.model,
    ...statusOf(reply),
    error: null,
    output,
    ...(counted === null
      ? {}
      : {
          usage: {
            input_tokens: counted.inputTokens,
            output_tokens: counted.outputTokens,
            total_tokens: counted.inputTokens + counted.outputTokens,
            input_tokens_details: { cached_tokens: counted.cachedTokens ?? 0 },
          },
        }),
  };
}

/** `finish` is spelt as in Chat; `null` leaves out that the answer is complete. */
function statusOf({ finish }: ScriptedReply): {
  status?: string;
  incomplete_details?: { reason: string };
} {
  if (finish === null) return {};
  if (finish === 'length' || finish === 'content_filter') {
    const reason = finish === 'length' ? 'max_output_tokens' : finish;
    return { status: 'incomplete', incomplete_details: { reason } };
  }
  return { status: 'completed' };
}

function emptied(item: Item): Item {
  return {
    ...item,
    ...(item.content === undefined ? {} : { content: [] }),
    ...(item.arguments === undefined ? {} : { arguments: '' }),
  };
}

function deltasOf(item: Item): object[] {
  if (item.arguments !== undefined) {
    const type = 'response.function_call_arguments.delta';
    return piecesOf(item.arguments).map((delta) => ({ type, delta }));
  }
  return (item.content ?? []).flatMap((part, index) => {
    const type = part.text === undefined ? 'response.refusal.delta' : 'response.output_text.delta';
    const pieces = piecesOf(part.text ?? part.refusal ?? '');
    return pieces.map((delta) => ({ type, delta, content_index: index }));
  });
}
