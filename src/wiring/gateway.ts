// The part of a process that is in Discord: hears people, and carries out what was decided.
import { join } from 'node:path';
import { createDiscord } from '../discord/create-discord.ts';
import type { Discord } from '../discord/create-discord.ts';
import type { AccessChange } from '../domain/access-change.ts';
import type { Command } from '../domain/define-command.ts';
import type { HumanInput } from '../domain/human-input.ts';
import { systemClock } from '../lib/clock.ts';
import { DiscordError, messageOf } from '../lib/errors.ts';
import type { AppError } from '../lib/errors.ts';
import type { AgencyMemory } from '../memory/create-memory.ts';
import { createBackFill } from '../runtime/back-fill.ts';
import type { BackFill } from '../runtime/back-fill.ts';
import { createEffects } from '../runtime/carry-out.ts';
import { createDeliverer } from '../runtime/deliver.ts';
import type { HandleEvent } from '../runtime/handle-event.ts';
import { createForget } from '../runtime/forget.ts';
import type { Forget } from '../runtime/forget.ts';
import { createHumanInput } from '../runtime/hear-human.ts';
import { refuseMessage } from '../runtime/refuse-message.ts';
import { reopen } from '../runtime/reopen.ts';
import type { TurnRunner } from '../runtime/run-turn.ts';
import type { Trouble } from '../runtime/settle-failure.ts';
import { createWriteBundle } from '../runtime/write-bundle.ts';
import { cleanFile } from '../store/clean-file.ts';
import { openSession } from '../store/identifies.ts';
import { readFileContent } from '../store/files.ts';
import { OutboxKind, retryParked } from '../store/outbox.ts';
import type { Delivery } from '../store/outbox.ts';
import type { Stopping } from './closers.ts';
import type { DiscordAddress } from './parts.ts';
import type { RuntimeDeps } from './worker.ts';
import { reach } from '../lib/points.ts';

/** Lanes of the outbox carried out at once. */
const lanesMax = 16;
/** The local Discord has no limit of requests per second that would be worth keeping. */
const localRequestsPerSecond = 1e6;

interface GatewayDeps extends RuntimeDeps {
  handleEvent: HandleEvent;
  commands: readonly Command[];
  address: DiscordAddress;
  isRehearsal: boolean;
  askDoctor: () => Promise<string>;
  memoryFault: () => Promise<string | null>;
  memory: AgencyMemory;
  runner: Pick<TurnRunner, 'stopTurns'>;
  /** This process cannot go on. */
  onFatal: (error: AppError) => void;
}

/** Connects, greets the first time, hears what was written meanwhile, and starts to deliver. */
export async function joinDiscord(deps: GatewayDeps): Promise<Discord> {
  reach('gateway.leading');
  const heard: Heard = { input: null, backFill: null, onAccessChanged: () => undefined };
  const discord = await connect(deps, heard);
  deps.closers.add('Discord', () => discord.close());
  heard.input = createInput(deps, discord);
  await startDeliveries(deps, discord, heard);
  await announce(deps, discord);
  startBackFill(deps, discord, heard);
  const { closers, durations } = deps;
  const leave = ({ manner }: Stopping) =>
    discord.leave(manner === 'at once' ? 0 : durations.hearOutMs);
  closers.add('hearing', leave, 'intake');
  return discord;
}

/** The adapter is ready before we are; what it hears too early is read again by the back-fill. */
interface Heard {
  input: HumanInput | null;
  backFill: BackFill | null;
  onAccessChanged: (change: AccessChange) => void;
}

function connect(deps: GatewayDeps, heard: Heard): Promise<Discord> {
  const { address, commands, store, log, onFatal: onEnded } = deps;
  const { token, apiUrl, guildId, local } = address;
  return createDiscord({
    token,
    apiUrl,
    guildId,
    sending: deps.durations.sending,
    commands,
    input: {
      onMessage: async (message) => heard.backFill?.hear(message),
      onReaction: async (reaction) => heard.input?.onReaction(reaction),
      onCommand: async (command) =>
        (await heard.input?.onCommand(command)) ?? {
          ok: false,
          reason: 'I am still starting. Please try again in a moment.',
        },
    },
    loadFile: (sha256) => readFileContent(store.db, sha256),
    ...(local === null ? {} : { requestsPerSecond: localRequestsPerSecond }),
    openSession: (limit) => openSession(store, limit),
    onAccessChanged: (change) => heard.onAccessChanged(change),
    onSession: () => heard.backFill?.connected(),
    onEnded,
    clock: systemClock,
    log,
  });
}

function createInput(deps: GatewayDeps, discord: Discord): HumanInput {
  const { store, log, commands, handleEvent, hints, askDoctor, memoryFault, memory } = deps;
  return createHumanInput({
    store,
    clock: systemClock,
    log,
    commands,
    handleEvent,
    hints,
    askDoctor,
    memoryFault,
    memory,
    download: (url, bytesMax) => discord.download(url, bytesMax),
  });
}

/** What was given up before may succeed now: somebody has put it right and started us again. */
async function startDeliveries(deps: GatewayDeps, discord: Discord, heard: Heard): Promise<void> {
  const { config, store, log, hints, closers, handleEvent, durations } = deps;
  const clock = systemClock;
  const folder = join(config.homePath, 'handover');
  const writeBundle = createWriteBundle({ store, clock, handleEvent, folder });
  const again = await retryParked(store.db);
  if (again > 0) log.info({ deliveries: again }, 'what was parked is tried again');
  const effects = createEffects({
    store,
    clock,
    speaker: discord,
    handleEvent,
    writeBundle,
    forget: forgetterOf(deps, discord),
    onChannelKnown: (channel) => heard.backFill?.readNew(channel),
  });
  const deliverer = createDeliverer({
    store,
    log,
    kinds: OutboxKind.options,
    carryOut: effects.carryOut,
    onTrouble: (delivery, trouble) => tellTrouble(handleEvent, delivery, trouble),
    lanesMax,
    leaseMs: durations.leaseMs,
    renewMs: durations.renewMs,
  });
  const wake = () => deliverer.wake();
  heard.onAccessChanged = (change) => {
    reopen({ store, log, effects, wake }, change).catch((error: unknown) =>
      log.warn({ reason: messageOf(error), change }, 'what is held waits for the next change'),
    );
  };
  hints.deliverHere(wake, config.role === 'all');
  closers.add('deliveries', () => deliverer.close(), 'sends');
}

function forgetterOf(deps: GatewayDeps, discord: Discord): Forget {
  const { config, store, hints, handleEvent, memory, runner, address, log } = deps;
  const { local } = address;
  return createForget({
    store,
    clock: systemClock,
    handleEvent,
    eraser: discord.eraser,
    hints,
    stopTurns: (turnIds) => runner.stopTurns(turnIds),
    unindex: (gone) => memory.unindex(gone),
    home: config.homePath,
    log,
    purge:
      local === null
        ? null
        : (passages) => local.purge(passages, (content) => cleanFile(content, passages)),
  });
}

/** The inbox sees to it that the same trouble of the same effect is told once. */
async function tellTrouble(
  handleEvent: HandleEvent,
  { kind, lane }: Delivery,
  { id, reason, waits }: Trouble,
): Promise<void> {
  await handleEvent({
    type: 'delivery-parked',
    id,
    at: systemClock.now(),
    kind,
    lane,
    reason: reason.slice(0, 1000),
    waits,
  });
}

/** Tells the agency that it is open; the first time it greets the Director. */
async function announce(deps: GatewayDeps, discord: Discord): Promise<void> {
  const { config, address, handleEvent, isRehearsal } = deps;
  const at = systemClock.now();
  const receipt = await handleEvent({
    type: 'agency-opened',
    id: `agency.opened.${at}`,
    at,
    guildId: address.guildId,
    directorIds: [...(config.directorUserIds ?? [discord.guildOwnerId])],
    ceilingMicroUsd: config.budgets.projectMicroUsd,
    ceilingTokens: config.budgets.projectTokens,
    rehearsal: isRehearsal,
  });
  if (receipt.ok) return;
  throw new DiscordError(receipt.reason, { code: 'agency-not-opened', retry: 'never' });
}

function startBackFill(deps: GatewayDeps, discord: Discord, heard: Heard): void {
  const { input } = heard;
  if (input === null) return;
  const { store, log, hints, closers, durations } = deps;
  const backFill = createBackFill({
    store,
    clock: systemClock,
    log,
    input,
    pageAfter: (channelId, afterId) => discord.pageAfter(channelId, afterId),
    refuse: (message, error) =>
      refuseMessage({ store, wake: () => hints.deliveries() }, message, error),
    everyMs: durations.backFillMs,
  });
  heard.backFill = backFill;
  closers.add('back-fill', () => backFill.close(), 'intake');
}
