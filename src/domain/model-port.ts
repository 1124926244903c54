// What the agency needs of a language model, in our own words: no vendor's shape crosses this line,
// so an adapter (Chat Completions, Responses) or the rehearsal model can stand behind it alike.
// The surprise: `argumentsText` of a tool call is the raw text the model wrote. Whoever offered the
// tool parses it against the tool's own schema; the port only carries it.
import { z } from 'zod';

export const Tier = z.enum(['economy', 'standard', 'premium']);
export type Tier = z.infer<typeof Tier>;

/** A JSON Schema document (draft 2020-12 as zod writes it); opaque to everything but adapters. */
export const JsonSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchema>;

export const ToolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The arguments as the model wrote them: usually JSON, never trusted to be. */
  argumentsText: z.string(),
});
export type ToolCall = z.infer<typeof ToolCall>;

/**
 * What a server wants back word for word in the same turn, such as reasoning it encrypted. Only the
 * adapter that wrote it reads it; everybody else carries it along or leaves it out.
 */
export const Replay = z.json();
export type Replay = z.infer<typeof Replay>;

export const ModelMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), text: z.string() }),
  z.strictObject({ role: z.literal('user'), text: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    text: z.string(),
    toolCalls: z.array(ToolCall),
    /** As the answer carried it; see `ModelAnswer.replay`. */
    replay: Replay.optional(),
  }),
  z.strictObject({
    role: z.literal('tool'),
    callId: z.string(),
    name: z.string(),
    text: z.string(),
  }),
]);
export type ModelMessage = z.infer<typeof ModelMessage>;

export const ToolOffer = z.strictObject({
  name: z.string(),
  description: z.string(),
  parameters: JsonSchema,
});
export type ToolOffer = z.infer<typeof ToolOffer>;

/** Which agent asks, in which turn and step; servers log it as `metadata` and `user`. */
export const ModelTrace = z.strictObject({
  agent: z.string(),
  turn: z.string(),
  step: z.string(),
});
export type ModelTrace = z.infer<typeof ModelTrace>;

export const Usage = z.strictObject({
  /** All input tokens, the cached ones included. */
  inputTokens: z.int().nonnegative(),
  cachedTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  /** True where the server sent no numbers and we counted ourselves. */
  estimated: z.boolean(),
});
export type Usage = z.infer<typeof Usage>;

/**
 * `stop`: the text is complete. `tool-calls`: at least one call is in `toolCalls`. `length`: text
 * and arguments may be cut anywhere. `refusal`: the model or a filter declined; `text` says so.
 */
export const Finish = z.enum(['stop', 'tool-calls', 'length', 'refusal']);
export type Finish = z.infer<typeof Finish>;

/** Journaled as it is, so it is plain data. */
export const ModelAnswer = z.strictObject({
  text: z.string(),
  toolCalls: z.array(ToolCall),
  finish: Finish,
  usage: Usage,
  /** The model's name as the server reported it, else as we asked for it. */
  model: z.string(),
  latencyMs: z.number().nonnegative(),
  /** How many requests were sent until this answer came. */
  attempts: z.int().positive(),
  /** Belongs on the assistant message that stands for this answer later in the same turn. */
  replay: Replay.optional(),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/**
 * The `code` of every `ModelError`. Those with `retry: 'later'` come back by themselves: they were
 * tried several times, or the endpoint is left alone for `retryAfterMs` because it is down, has no
 * credit (`quota-exhausted`) or refuses us (`access-refused`); `aborted` is the caller's own doing.
 * The others need a decision: `context-exceeded` and `prompt-truncated` a shorter prompt.
 */
export const ModelFault = z.enum([
  'rate-limited',
  'quota-exhausted',
  'unreachable',
  'stalled',
  'cut-off',
  'garbled',
  'context-exceeded',
  'prompt-truncated',
  'content-refused',
  'empty-answer',
  'access-refused',
  'tools-unsupported',
  'request-rejected',
  'aborted',
  'unknown',
]);
export type ModelFault = z.infer<typeof ModelFault>;

export interface ModelRequest {
  tier: Tier;
  messages: readonly ModelMessage[];
  tools: readonly ToolOffer[];
  toolChoice?: 'auto' | 'required';
  /** The answer's text must be JSON of this shape. */
  answerSchema?: { name: string; schema: JsonSchema };
  outputTokensMax: number;
  trace: ModelTrace;
  /** Present: stream, and call this with each piece of text as it is written. */
  onText?: (delta: string) => void;
  /** What `onText` gave so far belonged to an attempt that failed: forget it. */
  onTextReset?: () => void;
  /** How many characters of the answer came so far, thoughts and tool calls included. */
  onWritten?: (chars: number) => void;
  /** An attempt failed after so many characters of its answer, and may be on the bill. */
  onLost?: (chars: number) => void;
  signal?: AbortSignal;
  /** Asked right before each attempt; false: whoever asks has lost the turn, and asks no more. */
  isCurrent?: () => boolean;
}

export interface ModelPort {
  /** @throws ModelError whose `code` is a `ModelFault`. */
  ask(request: ModelRequest): Promise<ModelAnswer>;
  /** Integer micro-USD, rounded up; 0 where the endpoint has no prices. */
  price(tier: Tier, usage: Usage): number;
  /** Input tokens the request will take, tools and answer schema included. */
  estimateTokens(request: Pick<ModelRequest, 'messages' | 'tools' | 'answerSchema'>): number;
  contextTokens(tier: Tier): number;
  modelName(tier: Tier): string;
  close(): Promise<void>;
}
