// What the sender (`send-request.ts`) needs of a protocol, so that Chat Completions and Responses
// differ in their shapes alone: timers, faults, limits and features are the same for both.
import type OpenAI from 'openai';
import type { Finish, ModelRequest, Replay, ToolCall, Usage } from '../domain/model-port.ts';
import type { Feature, ServerFeatures } from './server-features.ts';

/** What the parts of an answer add up to. */
export interface Gathered {
  text: string;
  refusal: string;
  calls: ToolCall[];
  /** `undefined`: nothing said that the answer is over, so it may be cut anywhere. */
  finish: Exclude<Finish, 'tool-calls'> | undefined;
  usage: Usage | undefined;
  model: string | undefined;
  replay?: Replay | undefined;
}

/** What was new in one part of an answer. */
export interface Piece {
  text: string;
  /** Whether the model got on with its answer; keep-alives and envelopes are no content. */
  hasContent: boolean;
  chars: number;
}

export interface Gatherer {
  /** A whole reply. @throws ModelError when it is none */
  whole(reply: unknown): Piece;
  /** One event of a stream. @throws ModelError when it is none */
  event(event: unknown): Piece;
  result(): Gathered;
}

export interface Protocol<Params> {
  /** The body with only what `known` allows, and what of it the request had a use for. */
  toParams(
    request: ModelRequest,
    model: string,
    known: ServerFeatures,
  ): { params: Params; used: Set<Feature> };
  post(client: OpenAI, params: Params, signal: AbortSignal): Promise<unknown>;
  stream(client: OpenAI, params: Params, signal: AbortSignal): Promise<AsyncIterable<unknown>>;
  createGatherer(): Gatherer;
}
