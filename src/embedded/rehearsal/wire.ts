// The Chat Completions protocol as a server speaks it: what a request may hold, and an answer as
// one body or as the events of a stream, tool calls in pieces. Read loosely, as real servers do:
// fields that mean nothing here are ignored.
import { z } from 'zod';

const Content = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))])
  .nullish();

const WireMessage = z.looseObject({
  role: z.string(),
  content: Content,
  tool_calls: z
    .array(z.looseObject({ function: z.looseObject({ name: z.string() }).nullish() }))
    .nullish(),
});

const WireTool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }),
});

export const ChatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(WireMessage).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.array(WireTool).nullish(),
  tool_choice: z
    .union([z.string(), z.looseObject({ function: z.looseObject({ name: z.string() }).nullish() })])
    .nullish(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: z.unknown().optional() }).nullish(),
    })
    .nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** An answer before it is put on the wire. */
export interface WireAnswer {
  /** Stable for the same request and seed. */
  id: string;
  text: string;
  calls: readonly { id: string; name: string; argumentsText: string }[];
  finish: 'stop' | 'tool_calls' | 'length';
  usage: { input: number; output: number };
}

/** What an answer is wrapped in; `created` in seconds. */
export interface Envelope {
  model: string;
  created: number;
}

export function messageText(content: z.infer<typeof Content>): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('');
}

/** Nearly what a tokenizer would count, and never much less: four bytes to a token. */
export function roughTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / 4);
}

export function answerBody(answer: WireAnswer, { model, created }: Envelope): object {
  const calls = answer.calls.map(({ id, name, argumentsText }) => ({
    id,
    type: 'function',
    function: { name, arguments: argumentsText },
  }));
  const message = {
    role: 'assistant',
    content: answer.text === '' && calls.length > 0 ? null : answer.text,
    refusal: null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    id: answer.id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finish }],
    usage: usageOf(answer),
  };
}

/** The data of the events, in order, `[DONE]` not included. */
export function answerChunks(
  answer: WireAnswer,
  { model, created }: Envelope,
  includeUsage: boolean,
): object[] {
  const base = { id: answer.id, object: 'chat.completion.chunk', created, model };
  const rest = includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finish: string | null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...rest,
  });
  const deltas: object[] = [{ role: 'assistant', content: '' }];
  for (const piece of piecesOf(answer.text, 24)) deltas.push({ content: piece });
  for (const [index, { id, name, argumentsText }] of answer.calls.entries()) {
    deltas.push({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    });
    for (const piece of piecesOf(argumentsText, 160)) {
      deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  const chunks: object[] = [...deltas.map((delta) => chunk(delta, null)), chunk({}, answer.finish)];
  if (includeUsage) chunks.push({ ...base, choices: [], usage: usageOf(answer) });
  return chunks;
}

function usageOf({ usage }: WireAnswer): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}

/** Cut between characters, never inside one. */
function piecesOf(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
}

export interface WireFault {
  status: 400 | 404 | 413 | 500;
  message: string;
  param?: string;
  code?: string;
}

/** OpenAI's shape of an error. */
export function faultBody({ status, message, param, code }: WireFault): object {
  const type = status === 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}
