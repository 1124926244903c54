// The two protocols behind one face, so that a script and its faults need not know which is spoken.
import { parseJson } from '../../src/lib/json.ts';
import { ChatBody, replyBody, replyChunks, type ScriptedReply } from './chat-protocol.ts';
import { inChatTerms, responseBody, responseEvents, ResponsesBody } from './responses-protocol.ts';

/** How one request wants to be answered. */
export interface WireProtocol {
  isStreaming: boolean;
  body(reply: ScriptedReply): string;
  /** A stream in pieces that can be written one by one; `opening` ends with the first content. */
  stream(reply: ScriptedReply): { opening: string; rest: string[]; end: string; empty: string };
  /** An event that says that the server failed. */
  failure(code: string, message: string): string;
  /** An answer that says that it failed, whole or as a stream. */
  failed(code: string, message: string): string;
}

type Read = { body: ChatBody; sent: unknown; wire: WireProtocol } | { reason: string };

/** The request, by the path it came to. */
export function readWire(path: string, text: string): Read {
  if (path === '/v1/chat/completions') {
    const parsed = parseJson(ChatBody, text);
    if (!parsed.ok) return parsed;
    return { body: parsed.value, sent: parsed.value, wire: chatOf(parsed.value) };
  }
  if (path !== '/v1/responses') return { reason: 'nobody serves that' };
  const parsed = parseJson(ResponsesBody, text);
  if (!parsed.ok) return parsed;
  const body = inChatTerms(parsed.value);
  return { body, sent: parsed.value, wire: responsesOf(body) };
}

function chatOf(request: ChatBody): WireProtocol {
  const frame = (data: string) => `data: ${data}\n\n`;
  return {
    isStreaming: request.stream === true,
    body: (reply) => replyBody(reply, request),
    stream(reply) {
      const [head = '', ...others] = replyChunks(reply, request).map(frame);
      const [first = '', ...rest] = others;
      return { opening: head + first, rest, end: frame('[DONE]'), empty: head };
    },
    failure: (code, message) => frame(JSON.stringify({ error: { code, message } })),
    failed: (code, message) => frame(JSON.stringify({ error: { code, message } })),
  };
}

function responsesOf(request: ChatBody): WireProtocol {
  // An event is named twice: in its frame and in its data.
  const frame = (data: string) =>
    `event: ${/"type":"([^"]*)"/.exec(data)?.[1] ?? ''}\ndata: ${data}\n\n`;
  return {
    isStreaming: request.stream === true,
    body: (reply) => responseBody(reply, request),
    stream(reply) {
      const { events, opening } = responseEvents(reply, request);
      const frames = events.map(frame);
      const empty = frames[0] ?? '';
      return {
        opening: frames.slice(0, opening).join(''),
        rest: frames.slice(opening),
        end: '',
        empty,
      };
    },
    failure: (code, message) =>
      frame(JSON.stringify({ type: 'error', code, message, param: null })),
    failed(code, message) {
      const response = {
        object: 'response',
        status: 'failed',
        output: [],
        error: { code, message },
      };
      if (request.stream !== true) return JSON.stringify(response);
      return frame(JSON.stringify({ type: 'response.failed', response }));
    },
  };
}
