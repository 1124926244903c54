// A server in front of another that goes wrong every so often, each time in another of the ways in
// which servers do: JSON that is none, streams cut short or left hanging, 429, 500, nothing at all,
// a page in place of an answer, a line of megabytes. The same seed goes wrong at the same requests.
import type { ServerResponse } from 'node:http';
import type { ScriptedReply } from '../../support/chat-protocol.ts';
import { playFault, sendReply } from '../../support/scripted-faults.ts';
import type { FaultName } from '../../support/scripted-faults.ts';
import { readWire } from '../../support/wire-protocol.ts';
import type { WireProtocol } from '../../support/wire-protocol.ts';
import { rolls } from '../../scenarios/rolls.ts';
import { askUpstream } from './ask-upstream.ts';
import { listen } from './listen.ts';
import type { OutsideServer } from './listen.ts';

const faults: readonly FaultName[] = [
  'truncate',
  'cut-connection',
  'cut-body',
  'stall',
  'stall-midway',
  'keep-alive-only',
  'rate-limit',
  'server-error',
  'empty',
  'html',
  'reset',
];

export interface UnsteadyServer extends OutsideServer {
  /** What went wrong, in order. */
  readonly gone: readonly string[];
}

export async function startUnsteadyServer(options: {
  behind: string;
  seed: number;
  /** Of all answers. */
  share: number;
}): Promise<UnsteadyServer> {
  const roll = rolls(options.seed);
  const gone: string[] = [];
  const server = await listen(async ({ path, text }, response) => {
    const read = readWire(path, text);
    if ('reason' in read) {
      response.writeHead(404).end(read.reason);
      return;
    }
    const { body, wire } = read;
    const isBad = roll() < options.share;
    const way = Math.floor(roll() * (faults.length + 2));
    if (!isBad) return sendReply(response, await askUpstream(options.behind, body), wire);
    const fault = faults[way];
    gone.push(fault ?? (way === faults.length ? 'malformed' : 'huge-line'));
    if (fault !== undefined) return playFault(response, { fault, retryAfterMs: 20 }, wire);
    if (way > faults.length) return sendHugeLine(response, wire);
    sendReply(response, malformed(await askUpstream(options.behind, body)), wire);
  });
  return { ...server, gone };
}

/** What a model writes that loses the thread in the middle of its JSON. */
function malformed({ text = '', toolCalls = [] }: ScriptedReply): ScriptedReply {
  const broken = (json: string) => json.slice(0, json.length * 0.7).replaceAll('":', '" =');
  if (toolCalls.length === 0) return { text: broken(text) };
  return {
    text,
    toolCalls: toolCalls.map(({ name, arguments: args }) => ({
      name,
      arguments: broken(String(args)),
    })),
  };
}

const hugeChars = 10_000_000;

function sendHugeLine(response: ServerResponse, wire: WireProtocol): void {
  const type = wire.isStreaming ? 'text/event-stream' : 'application/json';
  response.writeHead(200, { 'content-type': type });
  const body = wire.body({ text: 'x'.repeat(hugeChars) });
  response.end(wire.isStreaming ? `data: ${body}\n\n` : body);
}
