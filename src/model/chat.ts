// The Chat Completions protocol, as every OpenAI-compatible server speaks it. The surprise: a
// stream that a server cuts short ends *normally*, only without a finish reason, and must not pass
// for an answer; a whole body cannot be cut that way, and some servers leave the reason out.
import { parseValue } from '../lib/json.ts';
import { type ChatParams, toChatParams } from './chat-params.ts';
import { ChatReply, createChatGatherer } from './chat-wire.ts';
import { modelError } from './fault-table.ts';
import type { Protocol } from './protocol.ts';

export const chat: Protocol<ChatParams> = {
  toParams: toChatParams,
  post: (client, { body }, signal) => client.chat.completions.create(body, { signal }),
  stream: (client, { body, streamOptions }, signal) =>
    client.chat.completions.create({ ...body, ...streamOptions, stream: true }, { signal }),
  createGatherer() {
    const gatherer = createChatGatherer();
    let isWhole = false;
    return {
      whole(reply) {
        isWhole = true;
        return gatherer.add(parseReply(reply));
      },
      event: (event) => gatherer.add(parseReply(event)),
      result() {
        const gathered = gatherer.result();
        return { ...gathered, finish: gathered.finish ?? (isWhole ? 'stop' : undefined) };
      },
    };
  },
};

function parseReply(value: unknown): ChatReply {
  const reply = parseValue(ChatReply, value);
  if (reply.ok) return reply.value;
  throw modelError('garbled', { detail: `no Chat Completions reply: ${reply.reason}` });
}
