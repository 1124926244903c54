// A real browser without a window, driven over its debugging protocol, for the tests of the web
// page. Where there is no Chromium on the PATH the tests that need it are skipped.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '../../../src/lib/json.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser's command; `undefined` when none is installed. */
export function findBrowser(): string | undefined {
  return names.find((name) => spawnSync(name, ['--version']).status === 0);
}

export interface Page extends AsyncDisposable {
  open(url: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is true in the page. */
  until(expression: string): Promise<void>;
  /** Types into what has the focus. */
  type(text: string): Promise<void>;
  /** Every address the page has asked for, and what it reported as an error. */
  requested: string[];
  errors: string[];
}

const Reply = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.looseObject({ request: z.looseObject({ url: z.string() }).optional() }).optional(),
  result: z
    .looseObject({
      result: z.looseObject({ value: z.unknown().optional() }).optional(),
      exceptionDetails: z.unknown().optional(),
    })
    .optional(),
});
const Targets = z.array(z.looseObject({ type: z.string(), webSocketDebuggerUrl: z.string() }));

const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  '--window-size=1280,900',
];

export async function openPage(command: string): Promise<Page> {
  const folder = await temporaryFolder();
  const browser = spawn(command, [...switches, `--user-data-dir=${folder.path}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const socket = new WebSocket(await debuggerUrl(browser));
  await once(socket, 'open');
  const requested: string[] = [];
  const errors: string[] = [];
  const waiting = new Map<number, (reply: z.infer<typeof Reply>) => void>();
  let count = 0;
  socket.on('message', (data: Buffer) => {
    const parsed = parseJson(Reply, data.toString());
    if (!parsed.ok) return;
    const { id, method, params } = parsed.value;
    if (id !== undefined) waiting.get(id)?.(parsed.value);
    if (method === 'Network.requestWillBeSent') requested.push(params?.request?.url ?? '');
    if (method === 'Runtime.exceptionThrown') errors.push(JSON.stringify(params));
  });
  const send = (method: string, params: object = {}): Promise<z.infer<typeof Reply>> =>
    new Promise((resolve) => {
      count += 1;
      waiting.set(count, resolve);
      socket.send(JSON.stringify({ id: count, method, params }));
    });
  const evaluate = async (expression: string): Promise<unknown> => {
    const reply = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (reply.result?.exceptionDetails) errors.push(JSON.stringify(reply.result.exceptionDetails));
    return reply.result?.result?.value;
  };
  await send('Runtime.enable');
  await send('Network.enable');
  return {
    requested,
    errors,
    evaluate,
    async open(url) {
      await send('Page.navigate', { url });
    },
    async until(expression) {
      // A navigation under way ends the first evaluation; the second one is in the new page.
      const look = `new Promise((resolve) => { const look = () => {
        if (${expression}) resolve(true); else requestAnimationFrame(look); }; look(); })`;
      while ((await evaluate(look)) !== true);
    },
    async type(text) {
      await send('Input.insertText', { text });
    },
    async [Symbol.asyncDispose]() {
      const exited = once(browser, 'exit');
      socket.terminate();
      browser.kill();
      await exited;
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The address of the first tab's debugger, from what the browser prints. */
async function debuggerUrl(browser: ChildProcess): Promise<string> {
  let printed = '';
  const port = await new Promise<string>((resolve) => {
    browser.stderr?.on('data', (data: Buffer) => {
      printed += data.toString();
      const found = /ws:\/\/[^:]+:(\d+)\//.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const targets = Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
  return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '';
}
