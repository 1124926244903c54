// Takes the pictures of README.md and docs/tour.md anew: `node test/docs/take-pictures.ts`. It
// plays one project with the rehearsal model and photographs the local page on the way; it needs
// Chromium. Look at every picture before you commit it.
import { join } from 'node:path';
import { z } from 'zod';
import { readConfig } from '../../src/config.ts';
import { buttonsOf, textOf } from '../../src/demo/seen-text.ts';
import { createPerson } from '../../src/embedded/discord/person.ts';
import type { Person, SeenChannel } from '../../src/embedded/discord/person.ts';
import { delay } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { startAgency } from '../../src/wiring.ts';
import { findBrowser } from '../embedded/discord/browser.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { openCamera } from './camera.ts';
import type { Area, Camera } from './camera.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const objective =
  'Write a launch kit for a neighbourhood bike-repair co-operative: a one-page plan, a budget ' +
  'table and three announcements.';
const answer = 'For people nearby who ride. Most important is the plan. Please go ahead.';
/** Slow enough to photograph a project half done. */
const latencyMs = '1200';
const pollMs = 300;

interface Studio {
  camera: Camera;
  director: Person;
  guildId: string;
  link: (channelId: string) => string;
}

async function main(): Promise<void> {
  const command = findBrowser();
  if (command === undefined) throw new Error('There is no Chromium on the PATH.');
  await using home = await temporaryFolder();
  const settings = { ATEAMS_HOME: home.path, PORT: '0', REHEARSAL_LATENCY_MS: latencyMs };
  const read = readConfig(settings);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const agency = await startAgency({ config: read.config, log: createLog('warn') });
  try {
    const { local } = agency;
    if (local === null) throw new Error('The pictures show the local Discord.');
    const { url, apiUrl, guildId, directorToken: token } = local;
    await using camera = await openCamera(command);
    const director = createPerson({ apiUrl, token });
    const link = (channelId: string) => `${url}/#token=${token}&channel=${channelId}`;
    await photograph({ camera, director, guildId, link });
  } finally {
    await agency.close();
  }
}

async function photograph(studio: Studio): Promise<void> {
  const { camera, director } = studio;
  const desk = await findChannel(studio, ({ name }) => name === 'director');
  await camera.resize({ width: 1000, height: 1240 });
  await camera.open(studio.link(desk.id));
  await director.say(desk.id, objective);
  await camera.until('/questions? for you/.test(document.body.innerText)');
  await director.say(desk.id, answer);
  await camera.until("document.body.innerText.includes('Other ideas')");
  await camera.take(join(folder, 'approaches.png'));
  await camera.resize({ width: 390, height: 780, scale: 2 });
  await camera.take(join(folder, 'phone.png'));

  await click(studio, desk, /^\/approve .*choice:1$/);
  await camera.resize({ width: 1000, height: 2300 });
  await camera.until("document.body.innerText.includes('Approve plan')");
  await camera.take(join(folder, 'plan.png'), await areaOf(camera, 'Outputs and their criteria'));

  await click(studio, desk, /^\/approve decision:P1-D2$/);
  await photographWork(studio);
  await photographEnd(studio, desk);
}

async function photographWork(studio: Studio): Promise<void> {
  const { camera } = studio;
  const overview = await findChannel(studio, ({ name }) => name === 'overview');
  const decisions = await findChannel(studio, ({ name }) => name === 'decisions');
  await camera.resize({ width: 1280, height: 800 });
  // Whoever looked there has nothing unread.
  await openChannel(studio, decisions);
  await openChannel(studio, overview);
  await camera.until('/2 of 4 tasks/.test(document.body.innerText)');
  // The status message has a lane of its own, so it comes before the plan or after it.
  const entries = "[...document.querySelectorAll('.entry')]";
  const isStatus = '(one) => /of 4 tasks/.test(one.innerText)';
  await camera.evaluate(`${entries}.find(${isStatus}).scrollIntoView()`);
  await camera.take(join(folder, 'project.png'));
}

async function photographEnd(studio: Studio, desk: SeenChannel): Promise<void> {
  const { camera, director } = studio;
  await director.waitFor(desk.id, {
    matches: (message) => textOf(message).includes('P1 is done'),
    timeoutMs: 120_000,
  });
  await camera.resize({ width: 1280, height: 1500 });
  const threads = (await director.channels(studio.guildId)).filter(({ type }) => type === 11);
  for (const thread of threads) {
    const said = (await director.readAll(thread.id)).map(textOf);
    if (!said.some((text) => text.includes('Changes requested'))) continue;
    await openChannel(studio, thread);
    await camera.evaluate(`${entryWith('Changes requested')}.scrollIntoView({ block: 'center' })`);
    await camera.take(join(folder, 'thread.png'));
    break;
  }
  await camera.resize({ width: 1000, height: 1300 });
  await openChannel(studio, desk);
  await camera.evaluate(`${entryWith('P1 is done')}.scrollIntoView({ block: 'start' })`);
  await camera.take(join(folder, 'hand-over.png'));
}

async function findChannel(
  { director, guildId }: Studio,
  fits: (channel: SeenChannel) => boolean,
): Promise<SeenChannel> {
  for (;;) {
    const found = (await director.channels(guildId)).find(fits);
    if (found !== undefined) return found;
    await delay(pollMs);
  }
}

/** The page loads anew, and shows the newest messages of the channel. */
async function openChannel({ camera, link }: Studio, { id }: SeenChannel): Promise<void> {
  await camera.open('about:blank');
  await camera.open(link(id));
  await camera.until("document.querySelector('.entry')");
}

async function click({ director }: Studio, { id }: SeenChannel, line: RegExp): Promise<void> {
  const fits = ({ customId }: { customId: string }): boolean => line.test(customId);
  const message = await director.waitFor(id, {
    matches: (seen) => buttonsOf(seen).some(fits),
    timeoutMs: 60_000,
  });
  const button = buttonsOf(message).find(fits);
  if (button !== undefined) await director.click(id, message.id, button.customId);
}

/** The newest message that holds a text, as an expression of the page. */
function entryWith(text: string): string {
  const all = "[...document.querySelectorAll('.entry')]";
  return `${all}.findLast((entry) => entry.innerText.includes(${JSON.stringify(text)}))`;
}

const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

async function areaOf(camera: Camera, text: string): Promise<Area> {
  const body = `${entryWith(text)}.querySelector('.body')`;
  const rect = `(({ x, y, width, height }) => [x, y, width, height])`;
  const box = Box.parse(await camera.evaluate(`${rect}(${body}.getBoundingClientRect())`));
  const [x, y, width, height] = box;
  return { x, y: y - 8, width: width + 8, height: height + 16 };
}

await main();
