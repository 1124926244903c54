// Chromium without a window as a camera for the local page, over its debugging protocol.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { delay } from '../../src/lib/clock.ts';
import { parseJson } from '../../src/lib/json.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

export interface Size {
  width: number;
  height: number;
  /** Pixels of the picture per pixel of the page. */
  scale?: number;
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Camera extends AsyncDisposable {
  /** Resolves when the page has loaded; another fragment alone does not load it. */
  open(url: string): Promise<void>;
  resize(size: Size): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is true in the page. */
  until(expression: string): Promise<void>;
  /** @param area of the page; all that is visible when absent */
  take(path: string, area?: Area): Promise<void>;
}

const Reply = z.looseObject({
  id: z.number().nullish(),
  method: z.string().nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
  result: z
    .looseObject({
      data: z.string().nullish(),
      result: z.looseObject({ value: z.unknown() }).nullish(),
    })
    .nullish(),
});
type Reply = z.infer<typeof Reply>;
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
  '--hide-scrollbars',
  '--remote-debugging-port=0',
];
const lookEveryMs = 100;
/** Pictures and previews have arrived, and what moves has come to rest. */
const restMs = 1200;

/** @param command of the browser, see `findBrowser` */
export async function openCamera(command: string): Promise<Camera> {
  const folder = await temporaryFolder();
  const browser = spawn(command, [...switches, `--user-data-dir=${folder.path}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const socket = new WebSocket(await debuggerUrl(browser));
  await once(socket, 'open');
  const page = new EventEmitter();
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data: Buffer) => {
    const parsed = parseJson(Reply, data.toString());
    if (!parsed.ok) return;
    const { id, method } = parsed.value;
    if (typeof id === 'number') waiting.get(id)?.(parsed.value);
    if (method === 'Page.loadEventFired') page.emit('loaded');
  });
  const counter = { sent: 0 };
  const send = async (method: string, params: object = {}): Promise<Reply> => {
    counter.sent += 1;
    const id = counter.sent;
    const replied = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const reply = await replied;
    waiting.delete(id);
    if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
    return reply;
  };
  const evaluate = async (expression: string): Promise<unknown> => {
    const how = { expression, awaitPromise: true, returnByValue: true };
    return (await send('Runtime.evaluate', how)).result?.result?.value;
  };
  await send('Page.enable');
  return {
    evaluate,
    open: async (url) => {
      // What is asked of a page while it goes away is never answered.
      const loaded = once(page, 'loaded');
      await send('Page.navigate', { url });
      await loaded;
    },
    resize: async ({ width, height, scale = 1 }) => {
      const mobile = width < 500;
      const metrics = { width, height, deviceScaleFactor: scale, mobile };
      await send('Emulation.setDeviceMetricsOverride', metrics);
    },
    until: async (expression) => {
      while ((await evaluate(`Boolean(${expression})`)) !== true) await delay(lookEveryMs);
    },
    take: async (path, area) => {
      await delay(restMs);
      const clip = area === undefined ? {} : { clip: { ...area, scale: 1 } };
      const { result } = await send('Page.captureScreenshot', { format: 'png', ...clip });
      await writeFile(path, Buffer.from(result?.data ?? '', 'base64'));
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
