// Discord as the rest of the program sees it: places to open, posts to send, people to hear. The
// only way in is `input`, the only way out the functions returned here.
import { Events, Routes } from 'discord.js';
import type { Client } from 'discord.js';
import type { Command } from '../domain/define-command.ts';
import type { HistoryPage, HumanInput } from '../domain/human-input.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { downloadAttachment } from './attachments.ts';
import { mayReadHistory } from './channel-rights.ts';
import { createOpenPlace } from './channels.ts';
import type { OpenPlace } from './channels.ts';
import { sendDurations } from './discord-limits.ts';
import type { SendDurations } from './discord-limits.ts';
import { pageAfter } from './back-fill.ts';
import { asDiscord } from './errors.ts';
import { connect } from './gateway.ts';
import { createIntake } from './intake.ts';
import { answerInteraction } from './interactions.ts';
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
  /** The session is new or was resumed: time to read what was written meanwhile. */
  onConnected?: () => void;
  clock: Clock;
  log: Log;
}

export interface Discord extends Sender {
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
  close(): Promise<void>;
}

/**
 * Resolves when the gateway is ready and the slash commands are registered.
 * @throws DiscordError naming the cure
 */
export async function createDiscord(options: DiscordOptions): Promise<Discord> {
  const { guildId, log } = options;
  const gateway = await connect(
    { ...options, requestsPerSecond: options.requestsPerSecond ?? 50 },
    (client) => listen(client, options),
  );
  const { client, guild } = gateway;
  const botUserId = client.user.id;
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
    openPlace: createOpenPlace({ rest: gateway.restOnce, guildId, botUserId }),
    ...createSender({
      rest: client.rest,
      restOnce: gateway.restOnce,
      history: {
        rest: client.rest,
        botUserId,
        mayReadHistory: (channelId) => mayReadHistory(client, channelId),
      },
      clock: options.clock,
      durations: { ...sendDurations, ...options.sending },
      loadFile: options.loadFile,
      log,
    }),
    pageAfter: (channelId, afterId) =>
      pageAfter({ rest: client.rest, guildId, botUserId, log }, channelId, afterId),
    download: (url, bytesMax) => downloadAttachment({ url, apiUrl: options.apiUrl }, bytesMax),
    isReady: () => gateway.isReady(),
    close: () => gateway.close(),
  };
}

function listen(client: Client, options: DiscordOptions): void {
  const { guildId, commands, input, log, onConnected } = options;
  const intake = createIntake({ input, guildId, log });
  const isBug = (error: unknown): void => log.error({ err: error }, 'an event was lost to a bug');
  client.on(Events.MessageCreate, (message) => {
    intake.take(message, message.client.user.id).catch(isBug);
  });
  client.on(Events.InteractionCreate, (interaction) => {
    answerInteraction({ guildId, commands, input, log }, interaction).catch(isBug);
  });
  if (onConnected === undefined) return;
  client.on(Events.ShardReady, onConnected);
  client.on(Events.ShardResume, onConnected);
}
