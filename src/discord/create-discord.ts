// Discord as the rest of the program sees it: places to open, posts to send, people to hear. The
// only way in is `input`, the only way out the functions returned here.
import { Events, Routes } from 'discord.js';
import type { Client } from 'discord.js';
import type { Command } from '../domain/define-command.ts';
import type { HistoryPage, HumanInput } from '../domain/human-input.ts';
import { delay } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { DiscordError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { AccessChange } from '../domain/access-change.ts';
import { listenForAccess } from './access-changes.ts';
import { downloadAttachment } from './attachments.ts';
import { mayReadHistory } from './channel-rights.ts';
import { createOpenPlace } from './channels.ts';
import type { OpenPlace } from './channels.ts';
import { sendDurations } from './discord-limits.ts';
import type { SendDurations } from './discord-limits.ts';
import { pageAfter } from './back-fill.ts';
import { asDiscord } from './errors.ts';
import { connect } from './gateway.ts';
import type { IdentifyGuardDeps } from './identify-guard.ts';
import { createEraser } from './erase.ts';
import type { Eraser } from './erase.ts';
import { createIntake } from './intake.ts';
import { answerInteraction } from './interactions.ts';
import { createReactionIntake } from './reactions.ts';
import type { Dispatch } from './reactions.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import { slashCommandsOf } from './slash-commands.ts';

export interface DiscordOptions {
  token: string;
  /** REST base of a Discord-compatible server, without a version; Discord's own when null. */
  apiUrl: string | null;
  guildId: string;
  /** How far Discord's memory of nonces is trusted, where not as usual. */
  sending?: Partial<SendDurations> | undefined;
  commands: readonly Command[];
  input: HumanInput;
  loadFile: (sha256: string) => Promise<Uint8Array>;
  /** Discord allows 50; the local Discord as many as come. */
  requestsPerSecond?: number;
  /** Records a session that is about to be opened, unless it may not be yet. */
  openSession: IdentifyGuardDeps['openSession'];
  /** A session began or was resumed: something may have been written in between. */
  onSession?: () => void;
  /** What was closed to us may be open now. */
  onAccessChanged?: (change: AccessChange) => void;
  /** Discord ended the session for good; the cure is in the error. */
  onEnded?: (error: DiscordError) => void;
  clock: Clock;
  log: Log;
}

export interface Discord extends Sender {
  eraser: Eraser;
  readonly botUserId: string;
  readonly applicationId: string;
  readonly guildOwnerId: string;
  /** Makes the category, channel or thread unless it is there; @returns its id */
  openPlace: OpenPlace;
  /** What came in a channel after a message, a page of it. */
  pageAfter(channelId: string, afterId: string): Promise<HistoryPage>;
  /** What a person attached, at most `bytesMax` bytes of it or an error. */
  download(url: string, bytesMax: number): Promise<Uint8Array>;
  isReady(): boolean;
  /**
   * Stops hearing people. What they did before is still put to the door, within this time; with
   * none the connection is dropped at once, as by a process that died. What we say still goes out.
   */
  leave(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Resolves when the gateway is ready and the slash commands are registered.
 * @throws DiscordError naming the cure
 */
export async function createDiscord(options: DiscordOptions): Promise<Discord> {
  const { guildId, log } = options;
  const ear = createEar(options);
  const gateway = await connect(
    {
      ...options,
      requestsPerSecond: options.requestsPerSecond ?? 50,
      onSession: () => options.onSession?.(),
      onEnded: (error) => options.onEnded?.(error),
    },
    ear.listen,
  );
  const { client, guild } = gateway;
  const botUserId = client.user.id;
  const { clock } = options;
  const durations = { ...sendDurations, ...options.sending };
  const applicationId = client.application.id;
  try {
    await asDiscord('register the slash commands', { guildId }, () =>
      client.rest.put(Routes.applicationGuildCommands(applicationId, guildId), {
        body: slashCommandsOf(options.commands),
      }),
    );
  } catch (error) {
    await gateway.close();
    throw error;
  }
  return {
    botUserId,
    applicationId,
    guildOwnerId: guild.ownerId,
    openPlace: createOpenPlace({
      rest: gateway.restOnce,
      guildId,
      botUserId,
      clock,
      quietMs: durations.openQuietMs,
      postMs: durations.postMs,
    }),
    ...createSender({
      rest: client.rest,
      restOnce: gateway.restOnce,
      history: {
        rest: client.rest,
        botUserId,
        mayReadHistory: (channelId) => mayReadHistory(client, channelId),
      },
      clock,
      durations,
      loadFile: options.loadFile,
      log,
    }),
    eraser: createEraser({ rest: client.rest, loadFile: options.loadFile }),
    pageAfter: (channelId, afterId) =>
      pageAfter({ rest: client.rest, guildId, botUserId, log }, channelId, afterId),
    download: (url, bytesMax) => downloadAttachment({ url, apiUrl: options.apiUrl }, bytesMax),
    isReady: () => gateway.isReady(),
    leave: async (withinMs) => {
      if (withinMs > 0) await ear.settle(withinMs);
      await gateway.leave(withinMs > 0);
    },
    close: () => gateway.close(),
  };
}

/** Whatever people do, on its way to the door. */
function createEar(options: DiscordOptions) {
  const { guildId, commands, input, log, onAccessChanged } = options;
  const intake = createIntake({ input, guildId, log });
  const takeReaction = createReactionIntake({ input, guildId, log });
  const underWay = new Set<Promise<void>>();
  const isBug = (error: unknown): void => log.error({ err: error }, 'an event was lost to a bug');
  const follow = (work: Promise<void>): void => {
    const followed = work.catch(isBug).finally(() => underWay.delete(followed));
    underWay.add(followed);
  };
  return {
    listen: (client: Client): void => {
      client.on(Events.MessageCreate, (message) => {
        follow(intake.take(message, message.client.user.id));
      });
      client.on(Events.MessageUpdate, (_before, message) => {
        intake.amend(message, message.client.user.id);
      });
      client.on(Events.Raw, (dispatch: Dispatch) => follow(takeReaction(dispatch)));
      client.on(Events.InteractionCreate, (interaction) => {
        follow(answerInteraction({ guildId, commands, input, log }, interaction));
      });
      if (onAccessChanged !== undefined) listenForAccess(client, onAccessChanged);
    },
    /** Resolves when nothing is on its way, or the time is over. */
    settle: async (withinMs: number): Promise<void> => {
      const waiting = new AbortController();
      const tooLong = delay(withinMs, waiting.signal).catch(() => undefined);
      await Promise.race([Promise.all(underWay), tooLong]);
      waiting.abort();
    },
  };
}
