// A model server that says what a test wrote down and nothing else: real HTTP on 127.0.0.1, Chat
// Completions and Responses, streaming and not. A call that no step answers and a step that no call
// used both fail the test (`expectDone`).
// The surprise: in the mode `matching` the first unused step whose `when` accepts the request
// answers it, because turns that run at the same time ask in no order.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatBody, ScriptedReply } from './chat-protocol.ts';
import { playFault, type ScriptedFault, sendReply } from './scripted-faults.ts';
import { readWire } from './wire-protocol.ts';

/** One request as it came in; frozen, and who asked taken out of `metadata`. */
export interface ScriptedRequest {
  readonly agent: string;
  readonly turn: string;
  readonly step: string;
  /** In the terms of Chat Completions, whichever protocol it came in. */
  readonly body: ChatBody;
  /** As it came in. */
  readonly sent: unknown;
  readonly headers: IncomingMessage['headers'];
}

type Answer = { reply: ScriptedReply } | ScriptedFault;

export type ScriptedStep = (
  | Answer
  | { respond: (request: ScriptedRequest) => Answer | Promise<Answer> }
) & {
  /** Says in `expectDone` which step was left over. */
  name?: string;
  /** Which requests the step answers; any when absent. */
  when?: (request: ScriptedRequest) => boolean;
  /** How many requests it answers: 1 when absent; `any` is none or more. */
  times?: number | 'any';
};

export interface ScriptedModel extends AsyncDisposable {
  /** The base URL, ending in `/v1`. */
  readonly url: string;
  /** In order of arrival. */
  readonly requests: readonly ScriptedRequest[];
  /** Resolves when that many requests have come in. */
  received(count: number): Promise<void>;
  /** Resolves when the connection of the request at `index` is closed. */
  closed(index: number): Promise<void>;
  /** @throws Error naming calls without a step and steps without a call. */
  expectDone(): void;
}

export interface Script {
  steps: readonly ScriptedStep[];
  /** `in-order` when absent. */
  mode?: 'in-order' | 'matching';
}

export async function startScriptedModel(script: Script): Promise<ScriptedModel> {
  const cast = createCast(script);
  const requests: ScriptedRequest[] = [];
  const arrivals = createSignal();
  const connections: Promise<void>[] = [];

  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch((error: unknown) => {
      cast.complain(`a step failed: ${String(error)}`);
      response.destroy();
    });
  });

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const read = readWire(incoming.url ?? '', await readBody(incoming));
    if ('reason' in read) {
      cast.complain(`${incoming.method ?? ''} ${incoming.url ?? ''}: ${read.reason}`);
      response.writeHead(400).end(read.reason);
      return;
    }
    const { body, sent, wire } = read;
    // Servers that refuse metadata still learn who asks.
    const [agent = '', turn = ''] = body.user?.split('.') ?? [];
    const request = deepFreeze({
      agent: body.metadata?.['agent'] ?? agent,
      turn: body.metadata?.['turn'] ?? turn,
      step: body.metadata?.['step'] ?? '',
      body,
      sent,
      headers: incoming.headers,
    });
    requests.push(request);
    connections.push(new Promise((resolve) => response.on('close', resolve)));
    arrivals.fire();
    const step = cast.take(request);
    if (step === undefined) {
      cast.complain(`no step answers ${describeRequest(request)}`);
      playFault(response, { fault: 'bad-request', message: 'unexpected call' }, wire);
      return;
    }
    const said = 'respond' in step ? await step.respond(request) : step;
    if ('reply' in said) sendReply(response, said.reply, wire);
    else playFault(response, said, wire);
  };

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async received(count) {
      while (requests.length < count) await arrivals.next();
    },
    async closed(index) {
      await connections[index];
    },
    expectDone: () => cast.expectDone(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands out the steps of a script, each as often as it may be used. */
function createCast({ steps, mode = 'in-order' }: Script) {
  const left = steps.map((step) => ({ step, times: step.times ?? 1, used: 0 }));
  const complaints: string[] = [];
  const isOpen = ({ times, used }: (typeof left)[number]) => times === 'any' || used < times;
  return {
    complain: (text: string) => complaints.push(text),
    take(request: ScriptedRequest): ScriptedStep | undefined {
      const accepts = (step: ScriptedStep) => step.when?.(request) ?? true;
      const entry = left.find(
        (candidate) =>
          isOpen(candidate) &&
          // In order, a step that must still be used lets nothing pass it.
          (accepts(candidate.step) || (mode === 'in-order' && candidate.times !== 'any')),
      );
      if (entry === undefined || !accepts(entry.step)) return undefined;
      entry.used += 1;
      return entry.step;
    },
    expectDone() {
      const unused = left
        .filter(({ times, used }) => times !== 'any' && used < times)
        .map(({ step, times, used }) => {
          const name = step.name ?? `step ${steps.indexOf(step) + 1}`;
          return `${name} was used ${used} of ${times} times`;
        });
      const faults = [...complaints, ...unused];
      if (faults.length === 0) return;
      throw new Error(`The model’s script was not followed: ${faults.join('; ')}`);
    },
  };
}

function describeRequest({ agent, step, body }: ScriptedRequest): string {
  const last = body.messages.at(-1);
  return `${agent} ${step} asking “${last?.content?.slice(0, 200) ?? ''}”`;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Something that happens again and again, to wait for. */
function createSignal() {
  let waiting: (() => void)[] = [];
  return {
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    fire() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
