// The composition root: builds every part from the configuration, connects them, and takes them
// down in the reverse order. The only place where Discord and the runtime meet
// (wiring/gateway.ts).
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { loadCommands } from './agents/load-commands.ts';
import { loadSystemMessages } from './agents/system-message.ts';
import type { Config } from './config.ts';
import type { Agency as AgencyState } from './domain/agency.ts';
import type { ModelPort } from './domain/model-port.ts';
import type { Project } from './domain/project.ts';
import type { DataFolder } from './embedded/data-folder.ts';
import type { LocalDiscord } from './embedded/discord/server.ts';
import { delay, systemClock } from './lib/clock.ts';
import { AppError, ConfigError, StoreError, messageOf } from './lib/errors.ts';
import type { Log } from './lib/log.ts';
import { createModel } from './model/create-model.ts';
import type { Served } from './model/create-model.ts';
import type { ModelLimits } from './model/limits.ts';
import type { Query } from './memory/recall.ts';
import { addHealthRoutes } from './observe/health.ts';
import { createMetrics } from './observe/metrics.ts';
import { createHintQueue } from './runtime/hints.ts';
import type { HintQueue } from './runtime/hints.ts';
import type { HandleEvent } from './runtime/handle-event.ts';
import { createPurse } from './runtime/purse.ts';
import { createTurnTaker } from './runtime/turn-taker.ts';
import { seekLeadership } from './store/leadership.ts';
import type { Leadership } from './store/leadership.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/open-store.ts';
import { readBacklog } from './store/backlog.ts';
import { countOpen } from './store/outbox.ts';
import { readAgency, readProject } from './store/record.ts';
import { turnKind } from './store/turns.ts';
import { loadTools } from './tools/load-tools.ts';
import { createClosers } from './wiring/closers.ts';
import { createDoctor } from './wiring/doctor.ts';
import { endpointsOf } from './wiring/endpoints.ts';
import { joinDiscord } from './wiring/gateway.ts';
import { listenForHealth } from './wiring/listen-for-health.ts';
import { keepIndex, openMemory } from './wiring/memory.ts';
import { watchDisk } from './wiring/watch-disk.ts';
import type { DiskWatch } from './wiring/watch-disk.ts';
import {
  needsDataFolder,
  startDatabase,
  startDiscordAddress,
  startMemory,
  startRehearsalModel,
} from './wiring/parts.ts';
import { partsAway, partsOf, startPartsWatch } from './wiring/readiness.ts';
import type { Seen } from './wiring/readiness.ts';
import { createEndpointTeller } from './wiring/tell-endpoint.ts';
import type { DiscordAddress, PartsDeps } from './wiring/parts.ts';
import { connectRuntime, defaultDurations, startSweeping, startTurns } from './wiring/worker.ts';
import type { Durations } from './wiring/worker.ts';

export interface Agency {
  readAgency(): Promise<AgencyState>;
  readProject(id: string): Promise<Project | null>;
  /** What kind of turn that is or was; null when there is none. */
  turnKind(id: string): Promise<string | null>;
  /** Effects decided but not carried out yet; timers in the future do not count. */
  countOpenEffects(): Promise<number>;
  store: Store;
  /** null when Discord is remote, or this process is not in it. */
  local: LocalDiscord | null;
  /** Where /healthz answers. */
  url: string;
  isRehearsal: boolean;
  /** Why there is no memory; null when there is one. */
  memoryFault: string | null;
  /** Another gateway is active; this one takes over when that one stops. */
  isStandby: () => boolean;
  homePath: string;
  close(): Promise<void>;
}

export interface StartOptions {
  config: Config;
  log: Log;
  durations?: Durations;
  /**
   * The process cannot go on; all its parts are stopped by now. With `retry: 'later'` it should be
   * started again, else somebody has to put something right first.
   */
  onFatal?: (error: AppError) => void;
  /** How a gateway comes to lead; a test lets two believe that they do. */
  seek?: typeof seekLeadership;
  /** Where they differ from the usual ones; tests shorten what takes minutes in earnest. */
  modelLimits?: Partial<ModelLimits>;
}

/** Often enough to say it before the disk is full, in most cases. */
const diskLookMs = 3000;

/** Whoever supervises this process waits for it, and a part may hang on what is out of reach. */
const fatalCloseMsMax = 5000;

const root = join(import.meta.dirname, '..');

/** @throws ConfigError or EmbeddedError naming what cannot work; whatever was started is stopped */
export async function startAgency(options: StartOptions): Promise<Agency> {
  if (options.config.role === 'learning') {
    throw new ConfigError('ATEAMS_ROLE=learning has nothing to run in this version.', {
      code: 'role-unknown',
      retry: 'never',
    });
  }
  const closers = createClosers(options.log);
  try {
    const onFatal = (fatal: AppError) => {
      options.log.fatal({ code: fatal.code, reason: fatal.message }, 'this process cannot go on');
      const tell = () => options.onFatal?.(fatal);
      Promise.race([closers.closeAll('at once'), delay(fatalCloseMsMax)]).then(tell, tell);
    };
    const usual = { durations: defaultDurations, seek: seekLeadership, modelLimits: {} };
    return await build({ ...usual, ...options, onFatal, closers });
  } catch (error) {
    await closers.closeAll('at once');
    throw error;
  }
}

type Building = Required<StartOptions> & PartsDeps;

async function build(options: Building): Promise<Agency> {
  const { config, log, closers } = options;
  const isGateway = config.role !== 'worker';
  const { commands, tools, systemMessages } = await loadLanguage();
  const { folder, databaseUrl, rehearsalUrl, chroma, store } = await openGround(options);
  const memory = openMemory({ config, log, store, chromaUrl: chroma.url });
  const metrics = createMetrics({
    clock: systemClock,
    turnsRunning: () => core.runner.running(),
    waiting: () => readBacklog(store.db),
    away: () => partsAway(seen),
  });
  const model = metrics.ofModel(
    startModel(options, rehearsalUrl, (served) => tellEndpoint(served)),
  );
  const hints = await startQueue(options, store);
  const deps = { ...options, store, hints };
  const { agencyMicroUsdPerDay } = config.budgets;
  const purse = createPurse({ store, clock: systemClock, agencyMicroUsdPerDay });
  const onJournaled = (turnId: string) => core.runner.checkpoint(turnId);
  const recall = metrics.ofRecall((query: Query) => memory.recall(query));
  const lent = { store, purse, model, systemMessages, commands, tools, recall };
  const takeTurn = metrics.ofTurns(createTurnTaker({ ...lent, onJournaled }));
  const core = connectRuntime(deps, takeTurn);
  const { handleEvent, runner } = core;
  const tellEndpoint = createEndpointTeller({ handleEvent, clock: systemClock, log });
  const nothingYet = { discord: null, leadership: null, sweeper: null, disk: null };
  const seen: Seen = { isGateway, ...nothingYet, memory, store, hints };
  const routes = (app: FastifyInstance) =>
    addHealthRoutes(app, () => partsOf(seen), metrics.registry);
  const isRehearsal = rehearsalUrl !== null;
  const address = isGateway ? await startDiscordAddress(options, { folder, routes }) : null;
  const local = address?.local ?? null;
  const url = local?.url ?? (await listenForHealth(options, routes));
  const asking = {
    askDoctor: createDoctor(config, { databaseUrl, memory: chroma }),
    memoryFault: () => memory.fault(),
  };
  const enter = async (found: DiscordAddress) => {
    const joining = { ...deps, ...core, commands, isRehearsal, ...asking, memory };
    seen.discord = await joinDiscord({ ...joining, address: found });
    if (folder !== null) seen.disk = startDiskWatch({ ...deps, handleEvent, path: folder.path });
  };
  const leadership =
    address === null ? null : await leadGateway({ ...deps, databaseUrl }, () => enter(address));
  seen.leadership = leadership;
  if (config.role !== 'gateway') await startTurns(deps, runner);
  const isLeading = () => leadership?.isHeld() ?? false;
  if (isGateway) {
    keepIndex(memory, closers, isLeading);
    startPartsWatch({ ...deps, handleEvent, memory, isLeading });
  }
  // Last, because what it finds is taken here.
  seen.sweeper = startSweeping(deps, isLeading);
  return {
    readAgency: () => readAgency(store.db),
    readProject: (id) => readProject(store.db, id),
    turnKind: (id) => turnKind(store.db, id),
    countOpenEffects: () => countOpen(store.db),
    store,
    local,
    url,
    isRehearsal,
    memoryFault: chroma.fault,
    isStandby: () => leadership !== null && !leadership.isHeld(),
    homePath: config.homePath,
    close: () => closers.closeAll(),
  };
}

/** Whatever is bad in the open sets is named before anything is started. */
async function loadLanguage() {
  const [commands, tools] = await Promise.all([loadCommands(join(root, 'commands')), loadTools()]);
  const systemMessages = await loadSystemMessages(join(root, 'system-messages'), commands, tools);
  return { commands, tools, systemMessages };
}

/** The parts outside, and the database as this version wants it. */
async function openGround(options: Building) {
  const folder = await openFolder(options);
  const [databaseUrl, rehearsalUrl, chroma] = await Promise.all([
    startDatabase(options, folder),
    startRehearsalModel(options),
    startMemory(options, folder),
  ]);
  await migrate(databaseUrl);
  const store = openStore(databaseUrl, options.log);
  options.closers.add('database connections', () => store.close());
  return { folder, databaseUrl, rehearsalUrl, chroma, store };
}

async function startQueue({ config, log, closers }: Building, store: Store): Promise<HintQueue> {
  const { queue } = config;
  const hints = await createHintQueue(
    queue.kind === 'redis' ? queue : { kind: 'postgres', pool: store.pool },
    { log, clock: systemClock },
  );
  closers.add('queue', () => hints.close());
  return hints;
}

function startModel(
  { config, log, closers, modelLimits: limits }: Building,
  rehearsalUrl: string | null,
  onServed: (served: Served) => void,
): ModelPort {
  const endpoints = endpointsOf(config, rehearsalUrl);
  const model = createModel({ endpoints, clock: systemClock, log, limits, onServed });
  closers.add('model', () => model.close());
  return model;
}

type Leading = Building & { databaseUrl: string };

/** Joins Discord when this process leads: at once, or when the gateway that leads has gone. */
async function leadGateway(deps: Leading, enter: () => Promise<void>): Promise<Leadership> {
  const { config, databaseUrl, log, closers, durations, onFatal } = deps;
  const leadership = await deps.seek({
    databaseUrl,
    clock: systemClock,
    log,
    everyMs: durations.renewMs,
    patienceMs: durations.patienceMs,
    isExclusive: config.database.kind === 'embedded',
    onLost: () => onFatal(lostLead()),
  });
  // Before Discord is closed nobody else may lead, so it is released after it.
  closers.add('leadership', () => leadership.close());
  if (leadership.isHeld()) await enter();
  else {
    leadership.held.then(enter).catch((error: unknown) => onFatal(fatalOf(error)));
  }
  return leadership;
}

function lostLead(): AppError {
  return new StoreError('Postgres was out of reach: another gateway may be active.', {
    code: 'leadership-lost',
    retry: 'later',
  });
}

/** A bug may be gone with a new start. */
function fatalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError(messageOf(error), { code: 'bug', retry: 'later', cause: error });
}

type Watching = Building & { handleEvent: HandleEvent; path: string };

function startDiskWatch({ handleEvent, path, log, closers }: Watching): DiskWatch {
  const watch = watchDisk({ path, handleEvent, clock: systemClock, log, everyMs: diskLookMs });
  closers.add('disk', () => watch.close());
  return watch;
}

async function openFolder({ config, closers }: PartsDeps): Promise<DataFolder | null> {
  if (!needsDataFolder(config)) return null;
  const { openDataFolder } = await import('./embedded/data-folder.ts');
  const folder = await openDataFolder(config.homePath);
  closers.add('data folder', async () => folder.close());
  return folder;
}
