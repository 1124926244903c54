// A server in front of another that knows text and nothing else: it refuses tools and answer
// formats, or drops them without a word. What the other would call, it writes as a small model
// does, in the commands that the prompt told it of, with plain words before and after; or it only
// ever talks.
import type { ServerResponse } from 'node:http';
import type { ScriptedReply } from '../../support/chat-protocol.ts';
import { sendReply } from '../../support/scripted-faults.ts';
import { readWire } from '../../support/wire-protocol.ts';
import { askUpstream } from './ask-upstream.ts';
import { listen } from './listen.ts';
import type { OutsideServer } from './listen.ts';

export interface TextHabits {
  /** What becomes of `tools` and `response_format`. */
  extras: 'refused' | 'ignored';
  /** `prose`: words alone, whatever it is asked. */
  speaks: 'commands' | 'prose';
}

const talk = 'Certainly! I would be happy to help you with that. Let us think about what matters.';

export function startTextServer(behind: string, habits: TextHabits): Promise<OutsideServer> {
  return listen(async ({ path, text }, response) => {
    const read = readWire(path, text);
    if ('reason' in read) return refuse(response, 404, read.reason);
    const { tools, response_format: format, ...others } = read.body;
    if (habits.extras === 'refused') {
      if (tools) return refuse(response, 400, 'tools is not supported by this server');
      if (format) return refuse(response, 400, 'response_format is not supported by this server');
    }
    if (habits.speaks === 'prose') return sendReply(response, { text: talk }, read.wire);
    const said = await askUpstream(behind, others);
    const prompt = JSON.stringify(others.messages);
    sendReply(response, { text: spoken(said, prompt) }, read.wire);
  });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message } }));
}

function spoken({ text = '', toolCalls = [] }: ScriptedReply, prompt: string): string {
  if (toolCalls.length === 0) {
    const wantsJson = prompt.includes('It must fit this JSON Schema');
    return wantsJson ? `Here it is:\n\n\`\`\`json\n${text}\n\`\`\`\nAnything else?` : text;
  }
  if (!prompt.includes('# Commands')) return 'I would do that, if somebody told me how.';
  const lines = toolCalls.map(({ name, arguments: args }) => `/${name} ${String(args)}`);
  return [text, 'Let me do that now.', ...lines, 'I hope that this helps.'].join('\n');
}
