// The shapes of Chat Completions and the mapping both ways. Replies are read as minimal loose
// objects: servers add fields, leave some out and send null for others, and none of that may break
// us. The surprise: a tool call's arguments that are no JSON are replaced by `{}` when the history
// is sent back, because many servers parse them again and would refuse the whole request.
import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { z } from 'zod';
import {
  JsonSchema,
  type ModelMessage,
  type ToolCall,
  type ToolOffer,
  type Usage,
} from '../domain/model-port.ts';
import { parseJson } from '../lib/json.ts';
import { modelError } from './fault-table.ts';
import { isStrict } from './json-schema.ts';
import type { Gathered, Piece } from './protocol.ts';

/** Text, or its parts as some servers send it. */
const Content = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))])
  .nullish();

const ToolCallPart = z.looseObject({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .looseObject({
      name: z.string().nullish(),
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});

const Part = z.looseObject({
  content: Content,
  refusal: z.string().nullish(),
  tool_calls: z.array(ToolCallPart).nullish(),
  // Thinking of local models; never part of the answer, but a sign of life.
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});
type Part = z.infer<typeof Part>;

const Count = z.int().nonnegative();

// Numbers that make no sense (negative, NaN) count as none sent.
const UsagePart = z
  .looseObject({
    prompt_tokens: Count,
    completion_tokens: Count,
    prompt_tokens_details: z.looseObject({ cached_tokens: Count.nullish() }).nullish(),
  })
  .nullish()
  .catch(null);

/** A whole reply, or one chunk of a stream: a chunk has `delta` where the reply has `message`. */
export const ChatReply = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        message: Part.nullish(),
        delta: Part.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: UsagePart,
});
export type ChatReply = z.infer<typeof ChatReply>;

/** Gathers a reply, or chunk after chunk; `add` tells what was new in it. */
export function createChatGatherer(): {
  add(reply: ChatReply): Piece;
  result(): Gathered;
} {
  const gathered: Gathered = {
    text: '',
    refusal: '',
    calls: [],
    finish: undefined,
    usage: undefined,
    model: undefined,
  };
  // Of the call at each position of `gathered.calls`: the index the server gave it.
  const indexes: (number | undefined)[] = [];

  const addCall = (part: z.infer<typeof ToolCallPart>, isPiece: boolean): number => {
    const { name, arguments: written } = part.function ?? {};
    const text = typeof written === 'object' ? JSON.stringify(written ?? '') : (written ?? '');
    const known = indexes.findLastIndex((index) => index === (part.index ?? undefined));
    const call = isPiece ? gathered.calls[known] : undefined;
    // Some servers give every call the index 0: another id then means another call.
    if (call === undefined || (part.id && call.id !== '' && part.id !== call.id)) {
      if (indexes.length >= callsMax) throw tooMany();
      indexes.push(part.index ?? undefined);
      gathered.calls.push({ id: part.id ?? '', name: name ?? '', argumentsText: text });
      return text.length;
    }
    call.id ||= part.id ?? '';
    call.name ||= name ?? '';
    call.argumentsText += text;
    return text.length;
  };

  return {
    add(reply) {
      gathered.usage = usageOf(reply) ?? gathered.usage;
      gathered.model = reply.model ?? gathered.model;
      const choice = reply.choices?.[0];
      gathered.finish = finishOf(choice?.finish_reason) ?? gathered.finish;
      const part = choice?.delta ?? choice?.message;
      if (!part) return { text: '', hasContent: false, chars: 0 };
      const text = textOf(part.content);
      gathered.text += text;
      gathered.refusal += part.refusal ?? '';
      let chars = text.length;
      // A whole message holds whole calls, whatever they are called.
      const isPiece = Boolean(choice?.delta);
      for (const call of part.tool_calls ?? []) chars += addCall(call, isPiece);
      return { text, hasContent: text !== '' || hasOtherContent(part), chars };
    },
    result: () => ({ ...gathered, calls: withOwnIds(gathered.calls) }),
  };
}

/** Calls of one answer that are gathered at all; a server gone wrong may never stop. */
const callsMax = 1_000;

function tooMany() {
  return modelError('garbled', { detail: `more than ${callsMax} tool calls in one answer` });
}

export function toWireMessages(messages: readonly ModelMessage[]): ChatCompletionMessageParam[] {
  return messages.map(toWireMessage);
}

/** @param mayBeStrict whether the server takes `strict` for the schemas that allow it. */
export function toWireTools(
  tools: readonly ToolOffer[],
  mayBeStrict: boolean,
): ChatCompletionFunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters,
      ...(mayBeStrict && isStrict(parameters) ? { strict: true } : {}),
    },
  }));
}

function toWireMessage(message: ModelMessage): ChatCompletionMessageParam {
  // Half of a surrogate pair is no text, and some servers fail on it.
  const content = message.text.toWellFormed();
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content };
  if (message.role !== 'assistant') return { role: message.role, content };
  if (message.toolCalls.length === 0) return { role: 'assistant', content };
  return {
    role: 'assistant',
    content: content || null,
    tool_calls: message.toolCalls.map(({ id, name, argumentsText }) => ({
      id,
      type: 'function',
      function: { name, arguments: jsonOrEmpty(argumentsText) },
    })),
  };
}

/** Servers disagree on the reason beside tool calls; any other than these means "complete". */
function finishOf(reason: string | null | undefined): Gathered['finish'] {
  if (typeof reason !== 'string') return undefined;
  if (reason === 'content_filter') return 'refusal';
  return reason === 'length' ? 'length' : 'stop';
}

/** What a model wrote as arguments, or none where a server could not parse it again. */
export function jsonOrEmpty(argumentsText: string): string {
  return parseJson(JsonSchema, argumentsText).ok ? argumentsText : '{}';
}

function textOf(content: z.infer<typeof Content>): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

function hasOtherContent(part: Part): boolean {
  if (part.tool_calls && part.tool_calls.length > 0) return true;
  return Boolean(part.refusal || part.reasoning_content || part.reasoning);
}

function usageOf({ usage }: ChatReply): Usage | undefined {
  // A count of no input at all is a server that does not count.
  if (!usage || usage.prompt_tokens === 0) return undefined;
  return {
    inputTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.completion_tokens,
    estimated: false,
  };
}

/** Tool results name their call by id, so an id that is missing or given twice gets one of ours. */
export function withOwnIds(calls: readonly ToolCall[]): ToolCall[] {
  const seen = new Set<string>();
  return calls.map((call, position) => {
    let { id } = call;
    for (let more = 0; id === '' || seen.has(id); more += 1) {
      id = more === 0 ? `call_${position + 1}` : `call_${position + 1}_${more}`;
    }
    seen.add(id);
    return { ...call, id };
  });
}
