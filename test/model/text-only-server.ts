// A server in front of a scripted one that knows no tools: it refuses them, or drops them without a
// word. What the script calls, it writes as a small model would: in the commands it was told of,
// with blocks for files; and as plain talk where nobody told it of any.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';

const Reply = z.looseObject({
  choices: z.array(
    z.looseObject({
      message: z.looseObject({
        content: z.string().nullish(),
        tool_calls: z
          .array(z.looseObject({ function: z.object({ name: z.string(), arguments: z.string() }) }))
          .nullish(),
      }),
    }),
  ),
});

const refusal: [number, string] = [400, '{"error":{"message":"unknown field: tools"}}'];

const Asked = z.looseObject({ tools: z.array(z.unknown()).nullish() });

const Submitted = z.looseObject({
  files: z.array(z.object({ name: z.string(), content: z.string() })),
});

export async function startTextOnlyServer(
  model: { url: string },
  tools: 'refused' | 'ignored',
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((incoming, response) => {
    void answer(incoming).then(
      ([status, body]) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      () => response.destroy(),
    );
  });

  const answer = async (incoming: IncomingMessage): Promise<[number, string]> => {
    const text = await readText(incoming);
    const asked = parseJson(Asked, text);
    if (!asked.ok) return [400, '{"error":{"message":"no JSON"}}'];
    const { tools: offered, ...others } = asked.value;
    if (offered && tools === 'refused') return refusal;
    const url = model.url.replace(/\/v1$/, incoming.url ?? '');
    const headers = { 'content-type': 'application/json' };
    const played = await fetch(url, { method: 'POST', headers, body: JSON.stringify(others) });
    const body = await played.text();
    return [played.status, inText(body, text.includes('# Commands'))];
  };

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function inText(body: string, knowsCommands: boolean): string {
  const reply = parseJson(Reply, body);
  const message = reply.ok ? reply.value.choices[0]?.message : undefined;
  if (!reply.ok || !message?.tool_calls) return body;
  const lines = knowsCommands
    ? message.tool_calls.map(({ function: call }) => commandOf(call))
    : ['I would do that, if somebody told me how.'];
  const content = [message.content ?? '', ...lines].join('\n');
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' };
  return JSON.stringify({ ...reply.value, choices: [choice] });
}

function commandOf({ name, arguments: written }: { name: string; arguments: string }): string {
  const submitted = parseJson(Submitted, written);
  if (!submitted.ok) return `/${name} ${written}`;
  const { files, ...others } = submitted.value;
  const inline = Object.entries(others).map(([key, value]) => `${key}:${JSON.stringify(value)}`);
  const blocks = files.map((file) => `~~~ files name:${file.name}\n${file.content}\n~~~`);
  return [`/${name} ${inline.join(' ')}`, ...blocks].join('\n');
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
