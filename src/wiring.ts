// The composition root: builds every part from the configuration, connects them, and takes them
// down in the reverse order. The only place where Discord and the runtime meet.
import { join } from 'node:path';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { loadCommands } from './agents/load-commands.ts';
import { loadSystemMessages } from './agents/system-message.ts';
import type { Config } from './config.ts';
import { createDiscord } from './discord/create-discord.ts';
import type { Discord } from './discord/create-discord.ts';
import type { Command } from './domain/define-command.ts';
import type { Agency as AgencyState } from './domain/agency.ts';
import { projectManager } from './domain/agent.ts';
import type { Project } from './domain/project.ts';
import type { HumanInput, HumanMessage } from './domain/human-input.ts';
import { agencyPlaces } from './domain/place.ts';
import type { Post } from './domain/post.ts';
import type { ModelPort } from './domain/model-port.ts';
import type { DataFolder } from './embedded/data-folder.ts';
import type { LocalDiscord } from './embedded/discord/server.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { createModel } from './model/create-model.ts';
import { addHealthRoutes } from './observe/health.ts';
import type { Part } from './observe/health.ts';
import { createMetrics } from './observe/metrics.ts';
import { createCarryOut } from './runtime/carry-out.ts';
import { createDeliverer } from './runtime/deliver.ts';
import { createHandleEvent } from './runtime/handle-event.ts';
import type { HandleEvent } from './runtime/handle-event.ts';
import { createHumanInput } from './runtime/hear-human.ts';
import { createHintQueue } from './runtime/hints.ts';
import type { HintQueue } from './runtime/hints.ts';
import { createTurnRunner } from './runtime/run-turn.ts';
import type { TurnRunner } from './runtime/run-turn.ts';
import { startSweeper } from './runtime/sweep.ts';
import { createTurnTaker } from './runtime/turn-taker.ts';
import { createWriteBundle } from './runtime/write-bundle.ts';
import { readFileContent } from './store/files.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/open-store.ts';
import { readAgency, readProject } from './store/record.ts';
import { OutboxKind, countDue, countOpen } from './store/outbox.ts';
import { loadTools } from './tools/load-tools.ts';
import { createClosers } from './wiring/closers.ts';
import { endpointsOf } from './wiring/endpoints.ts';
import {
  needsDataFolder,
  startDatabase,
  startDiscordAddress,
  startMemory,
  startRehearsalModel,
} from './wiring/parts.ts';
import type { DiscordAddress, PartsDeps } from './wiring/parts.ts';

/** How long a claim lasts without renewal, and how often lost work is looked for. */
export interface Durations {
  leaseMs: number;
  renewMs: number;
  sweepMs: number;
}

export const defaultDurations: Durations = { leaseMs: 6000, renewMs: 2000, sweepMs: 2000 };

export interface Agency {
  readAgency(): Promise<AgencyState>;
  readProject(id: string): Promise<Project | null>;
  /** Effects decided but not carried out yet; timers in the future do not count. */
  countOpenEffects(): Promise<number>;
  store: Store;
  /** null when Discord is remote. */
  local: LocalDiscord | null;
  /** Where /healthz answers. */
  url: string;
  isRehearsal: boolean;
  homePath: string;
  close(): Promise<void>;
}

export interface StartOptions {
  config: Config;
  log: Log;
  durations?: Durations;
}

const root = join(import.meta.dirname, '..');
/** Lanes of the outbox carried out at once. */
const lanesMax = 16;
/** The local Discord has no limit of requests per second that would be worth keeping. */
const localRequestsPerSecond = 1e6;

/** @throws ConfigError or EmbeddedError naming what cannot work; whatever was started is stopped */
export async function startAgency(options: StartOptions): Promise<Agency> {
  const closers = createClosers(options.log);
  try {
    return await build({ ...options, closers });
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function build(options: StartOptions & PartsDeps): Promise<Agency> {
  const { config, log, closers } = options;
  const folder = await openFolder(options);
  const [commands, tools] = await Promise.all([loadCommands(join(root, 'commands')), loadTools()]);
  const systemMessages = await loadSystemMessages(join(root, 'system-messages'), commands, tools);
  const [databaseUrl, rehearsalUrl, memoryUrl] = await Promise.all([
    startDatabase(options, folder),
    startRehearsalModel(options),
    startMemory(options, folder),
  ]);
  await migrate(databaseUrl);
  const store = openStore(databaseUrl, log);
  closers.add('database connections', () => store.close());
  const model = createModel({
    endpoints: endpointsOf(config, rehearsalUrl),
    clock: systemClock,
    log,
  });
  const hints = await createHintQueue(
    config.queue.kind === 'redis'
      ? { kind: 'redis', url: config.queue.url }
      : { kind: 'postgres', pool: store.pool },
    log,
  );
  closers.add('queue', () => hints.close());
  const turnTaker = createTurnTaker({ store, model, systemMessages, commands, tools });
  const core = connectRuntime(options, { store, hints, takeTurn: turnTaker, model });
  const ready: { discord: Discord | null } = { discord: null };
  const parts = (): Part[] => [
    { name: 'gateway', isVital: true, isUp: () => ready.discord?.isReady() ?? false },
    { name: 'database', isVital: true, isUp: async () => (await countDue(store.db)) >= 0 },
    { name: 'memory', isVital: false, isUp: () => answers(`${memoryUrl}/api/v2/heartbeat`) },
  ];
  const routes = (app: FastifyInstance) =>
    addHealthRoutes(
      app,
      parts,
      createMetrics({
        turnsRunning: () => core.runner.running(),
        deliveriesDue: () => countDue(store.db),
      }),
    );
  const address = await startDiscordAddress(options, { folder, routes });
  const url = address.local?.url ?? (await listenForHealth(options, routes));
  ready.discord = await joinDiscord(options, { address, commands, store, ...core, hints });
  const isRehearsal = rehearsalUrl !== null;
  const { handleEvent } = core;
  const { guildId } = address;
  await announce(options, { discord: ready.discord, guildId, handleEvent, isRehearsal });
  startWork(options, { store, hints, runner: core.runner });
  const { local } = address;
  const { homePath } = config;
  return {
    readAgency: () => readAgency(store.db),
    readProject: (id) => readProject(store.db, id),
    countOpenEffects: () => countOpen(store.db),
    store,
    local,
    url,
    isRehearsal,
    homePath,
    close: () => closers.closeAll(),
  };
}

async function openFolder({ config, closers }: PartsDeps): Promise<DataFolder | null> {
  if (!needsDataFolder(config)) return null;
  const { openDataFolder } = await import('./embedded/data-folder.ts');
  const folder = await openDataFolder(config.homePath);
  closers.add('data folder', async () => folder.close());
  return folder;
}

interface RuntimeParts {
  store: Store;
  hints: HintQueue;
  model: ModelPort;
  takeTurn: ReturnType<typeof createTurnTaker>;
}

interface Core {
  handleEvent: HandleEvent;
  runner: TurnRunner;
}

/** The door and the turns know each other: a decision may stop turns, a turn ends in a decision. */
function connectRuntime(
  { log, closers, durations = defaultDurations }: StartOptions & PartsDeps,
  { store, hints, model, takeTurn }: RuntimeParts,
): Core {
  const { leaseMs, renewMs } = durations;
  const handleEvent = createHandleEvent({
    store,
    clock: systemClock,
    hints,
    stopTurns: (turnIds) => runner.stopTurns(turnIds),
  });
  const runner: TurnRunner = createTurnRunner({
    store,
    clock: systemClock,
    log,
    hints,
    handleEvent,
    takeTurn,
    leaseMs,
    renewMs,
  });
  closers.add('model', () => model.close());
  closers.add('turns', () => runner.close());
  return { handleEvent, runner };
}

interface Joining extends Core {
  address: DiscordAddress;
  commands: readonly Command[];
  store: Store;
  hints: HintQueue;
}

/** Connects to Discord, hears people, and carries out effects. */
async function joinDiscord(options: StartOptions & PartsDeps, joining: Joining): Promise<Discord> {
  const { config, log, closers, durations = defaultDurations } = options;
  const { address, commands, store, handleEvent, hints } = joining;
  const { token, apiUrl, guildId } = address;
  const heard: { input: HumanInput | null } = { input: null };
  const discord: Discord = await createDiscord({
    token,
    apiUrl,
    guildId,
    commands,
    // The adapter is ready before the places are known; until then nothing can be meant for us.
    input: {
      onMessage: async (message) => heard.input?.onMessage(message),
      onCommand: async (command) =>
        (await heard.input?.onCommand(command)) ?? { ok: false, reason: 'Still starting.' },
    },
    loadFile: (sha256) => readFileContent(store.db, sha256),
    ...(address.local === null ? {} : { requestsPerSecond: localRequestsPerSecond }),
    clock: systemClock,
    log,
  });
  closers.add('Discord', () => discord.close());
  heard.input = createHumanInput({
    store,
    clock: systemClock,
    log,
    commands,
    handleEvent,
    reply: async (message, text) => {
      await discord.send(replyTo(message, text), message.channelId);
    },
    download: (url, bytesMax) => discord.download(url, bytesMax),
  });
  const writeBundle = createWriteBundle({
    store,
    clock: systemClock,
    handleEvent,
    folder: join(config.homePath, 'handover'),
  });
  const deliverer = createDeliverer({
    store,
    log,
    kinds: OutboxKind.options,
    carryOut: createCarryOut({
      store,
      clock: systemClock,
      speaker: discord,
      handleEvent,
      writeBundle,
    }),
    lanesMax,
    leaseMs: durations.leaseMs,
    renewMs: durations.renewMs,
  });
  hints.deliverHere(() => deliverer.wake());
  closers.add('deliveries', () => deliverer.close());
  return discord;
}

interface Announcing {
  discord: Discord;
  handleEvent: HandleEvent;
  guildId: string;
  isRehearsal: boolean;
}

/** The answer to a command that was typed as a message; said twice only if it was asked twice. */
function replyTo(message: HumanMessage, text: string): Post {
  return {
    id: `reply.${message.messageId}`,
    place: agencyPlaces.director,
    speaker: projectManager,
    body: { type: 'speech', text },
    notify: [],
    pin: false,
  };
}

/** Tells the agency that it is open; the first time it greets the Director. */
async function announce(
  { config }: StartOptions,
  { discord, guildId, handleEvent, isRehearsal }: Announcing,
): Promise<void> {
  const at = systemClock.now();
  await handleEvent({
    type: 'agency-opened',
    id: `agency.opened.${at}`,
    at,
    guildId,
    directorIds: [...(config.directorUserIds ?? [discord.guildOwnerId])],
    ceilingMicroUsd: config.budgets.projectMicroUsd,
    rehearsal: isRehearsal,
  });
}

/** From here on turns are taken. */
function startWork(
  { config, log, closers, durations = defaultDurations }: StartOptions & PartsDeps,
  { store, hints, runner }: { store: Store; hints: HintQueue; runner: TurnRunner },
): void {
  hints.work({
    concurrency: config.workerConcurrency,
    onTurn: (turnId) => runner.run(turnId),
  });
  const sweeper = startSweeper({ store, hints, log, everyMs: durations.sweepMs });
  // Drain: nothing new is taken, then what runs is given back.
  closers.add('work', async () => {
    await sweeper.close();
    await Promise.all([hints.stop(), runner.close()]);
  });
}

/** With a remote Discord the health routes have a listener of their own. */
async function listenForHealth(
  { config, closers }: PartsDeps,
  routes: (app: FastifyInstance) => void,
): Promise<string> {
  const app = Fastify();
  routes(app);
  const url = await app.listen({ host: config.host, port: config.port });
  closers.add('HTTP', () => app.close());
  return url;
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  return response.ok;
}
