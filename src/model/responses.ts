// The Responses protocol, which OpenAI's own models need for tools with reasoning. The surprises:
// an error may come as an event or as a response that failed, both under HTTP 200; and a stream is
// over only when a response came with it, so one that just ends was cut.
import { APIError } from 'openai';
import type { z } from 'zod';
import { parseValue } from '../lib/json.ts';
import type { EndpointConfig } from './catalog.ts';
import { modelError } from './fault-table.ts';
import type { Gathered, Gatherer, Piece, Protocol } from './protocol.ts';
import { type ResponsesParams, toResponsesParams } from './responses-params.ts';
import {
  type CompleteReply,
  gatherReply,
  type OutputItem,
  ResponsesEvent,
  ResponsesReply,
} from './responses-wire.ts';

export function responsesOf({ baseUrl, model }: EndpointConfig): Protocol<ResponsesParams> {
  const writer = `responses ${baseUrl} ${model}`;
  return {
    toParams: (request, asked, known) =>
      toResponsesParams(request, { model: asked, writer }, known),
    // Not `responses.create`: it fails on its own when a proxy answers with a page.
    post: (client, body, signal) => client.post('/responses', { body, signal }),
    stream: (client, body, signal) =>
      client.responses.create({ ...body, stream: true }, { signal }),
    createGatherer: () => createResponsesGatherer(writer),
  };
}

const nothing: Piece = { text: '', hasContent: false, chars: 0 };

export function createResponsesGatherer(writer: string): Gatherer {
  const items: OutputItem[] = [];
  let text = '';
  let reply: CompleteReply | undefined;

  const end = (response: ResponsesReply): Piece => {
    const { error, status, output } = response;
    if (status === 'failed' || status === 'cancelled' || error) throw failureOf(error ?? {});
    if (!output) throw modelError('garbled', { detail: 'a response without output' });
    reply = { ...response, output };
    return nothing;
  };

  const event = (value: unknown): Piece => {
    const parsed = parse(ResponsesEvent, value);
    const { type, item, response } = parsed;
    if (type === 'error') throw failureOf(parsed);
    if (type === 'response.output_item.done' && item) {
      items[parsed.output_index ?? items.length] = item;
      return { ...nothing, hasContent: true };
    }
    if (/^response\.(completed|incomplete|failed|cancelled)$/.test(type) && response) {
      const output = response.output?.length ? response.output : items.filter(Boolean);
      return end({ ...response, output });
    }
    if (!type.endsWith('.delta') || typeof parsed.delta !== 'string') return nothing;
    const { delta } = parsed;
    const isText = type === 'response.output_text.delta';
    if (isText) text += delta;
    return { text: isText ? delta : '', hasContent: delta !== '', chars: delta.length };
  };

  return {
    whole(value) {
      end(parse(ResponsesReply, value));
      return nothing;
    },
    event,
    result(): Gathered {
      if (reply === undefined) return cut;
      const gathered = gatherReply(reply, writer);
      const hasItems = reply.output.length > 0;
      return hasItems ? gathered : { ...gathered, text };
    },
  };
}

const cut: Gathered = {
  text: '',
  refusal: '',
  calls: [],
  finish: undefined,
  usage: undefined,
  model: undefined,
};

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = parseValue(schema, value);
  if (parsed.ok) return parsed.value;
  throw modelError('garbled', { detail: `no Responses reply: ${parsed.reason}` });
}

/** The error as the client would have thrown it, so that `classify.ts` knows it. */
function failureOf({ code, message }: { code?: unknown; message?: unknown }): APIError {
  return new APIError(undefined, { code, message }, undefined, undefined);
}
