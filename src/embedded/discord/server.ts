// The local Discord: REST v10, gateway v10 and a web page on one listener, for the real bot and for
// people. Invariant: nothing is written before the port is ours, so a second start on a taken port
// leaves the first one's data alone.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Passage } from '../../domain/passage.ts';
import type { Clock } from '../../lib/clock.ts';
import { EmbeddedError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { createGateway } from './gateway.ts';
import type { Gateway, GatewayFaults } from './gateway.ts';
import { discordLimits, serverLimits } from './limits.ts';
import { servePage } from './page.ts';
import { purge } from './purge.ts';
import type { CleanFile } from './purge.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { fileRoutes } from './routes/files.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { memberRoutes } from './routes/members.ts';
import { messageRoutes } from './routes/messages.ts';
import { pinRoutes } from './routes/pins.ts';
import { reactionRoutes } from './routes/reactions.ts';
import { responseRoutes } from './routes/responses.ts';
import { sessionRoutes } from './routes/session.ts';
import { archiveIdleThreads, threadRoutes } from './routes/threads.ts';
import { mountRoutes, prepareRouting } from './routing.ts';
import { bracketed, createOriginGuard } from './same-origin.ts';
import type { OriginGuard } from './same-origin.ts';
import { instantOf } from './snowflake.ts';
import { loadWorld, userOf } from './world.ts';
import type { World } from './world.ts';

export interface LocalDiscord {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** `${url}/api`, goes to discord.js as `rest.api`. */
  apiUrl: string;
  guildId: string;
  applicationId: string;
  directorId: string;
  specialistId: string;
  strangerId: string;
  directorToken: string;
  specialistToken: string;
  strangerToken: string;
  botToken: string;
  /** Breaks every gateway connection: with a close code, or as a torn cable without one. */
  disconnect(code?: number): void;
  /** What a gateway may do to its clients on a bad day. */
  faults: GatewayFaults;
  /**
   * Takes these out of what only one person was shown, and old versions of everything from disk.
   * @returns how many answers held them
   */
  purge(passages: readonly Passage[], cleanFile: CleanFile): number;
  /** How many sessions the bot has opened in the last day, since this process started. */
  identifies(): number;
  close(): Promise<void>;
}

export interface LocalDiscordOptions {
  /** Data folder of this part; everything persists there. */
  folder: string;
  host: string;
  /** 0 takes any free port. */
  port: number;
  clock: Clock;
  log: Log;
  /** Further HTTP routes of the process on the same listener: /healthz, /readyz, /metrics. */
  extraRoutes?: (app: FastifyInstance) => void;
  /** How long a nonce makes the same message; Discord says "a few minutes". */
  nonceWindowMs?: number;
  /** Sessions that a bot may open in a day; Discord says 1,000. */
  identifiesPerDay?: number;
  /** How often clients show that they live; Discord says every 41 s. */
  heartbeatMs?: number;
}

/** @throws EmbeddedError when the port is taken or the journal is damaged. */
export async function startLocalDiscord(options: LocalDiscordOptions): Promise<LocalDiscord> {
  const { folder, host, clock, log } = options;
  const loaded = loadWorld({ folder, clock, log, nonceWindowMs: options.nonceWindowMs ?? 180_000 });
  const running: { world?: World; gateway?: Gateway; guard?: OriginGuard } = {};
  const app = createApp(options, running);
  await listen(app, options);

  // From here to the end nothing waits, so no request can come in between.
  const port = portOf(app);
  const url = `http://${bracketed(host)}:${port}`;
  const world = loaded.open(url);
  const gateway = createGateway(world, options.heartbeatMs ?? serverLimits.heartbeatMs);
  Object.assign(running, { world, gateway, guard: createOriginGuard(host, port) });
  const sweep = setInterval(() => sweepThreads(world), serverLimits.idleThreadSweepMs).unref();

  const { settings } = world;
  const tokenOf = (userId: string): string => userOf(world, userId).token;
  return {
    url,
    apiUrl: `${url}/api`,
    guildId: settings.guildId,
    applicationId: settings.botId,
    directorId: settings.ownerId,
    specialistId: settings.specialistId,
    strangerId: settings.strangerId,
    directorToken: tokenOf(settings.ownerId),
    specialistToken: tokenOf(settings.specialistId),
    strangerToken: tokenOf(settings.strangerId),
    botToken: tokenOf(settings.botId),
    disconnect: (code) => gateway.faults.disconnect(code),
    faults: gateway.faults,
    purge: (passages, cleanFile) => purge(world, passages, cleanFile),
    identifies: () => gateway.identifies(),
    async close() {
      clearInterval(sweep);
      gateway.close();
      await app.close();
      world.close();
    },
  };
}

interface Running {
  world?: World;
  gateway?: Gateway;
  guard?: OriginGuard;
}

function createApp(options: LocalDiscordOptions, running: Running): FastifyInstance {
  const app = Fastify({
    // Interaction tokens stand in paths and are longer than the default allows.
    routerOptions: { maxParamLength: 1_000 },
    bodyLimit: discordLimits.requestBytes,
    forceCloseConnections: true,
  });
  prepareRouting(app, options.log);
  app.addHook('onRequest', async (request, reply) => {
    if (running.guard?.isAllowed(request.headers) === true) return;
    await reply.code(403).send({ code: 0, message: 'Only pages of this server may call it' });
  });
  options.extraRoutes?.(app);
  servePage(app);
  const world = (): World => {
    if (running.world) return running.world;
    throw notRunning();
  };
  const perDay = options.identifiesPerDay ?? serverLimits.identifiesPerDay;
  const startLimit = () => ({
    total: perDay,
    remaining: Math.max(0, perDay - (running.gateway?.identifies() ?? 0)),
  });
  const api = [
    ...sessionRoutes(startLimit),
    ...memberRoutes,
    ...channelRoutes,
    ...threadRoutes,
    ...pinRoutes,
    ...messageRoutes,
    ...reactionRoutes,
    ...commandRoutes,
    ...interactionRoutes,
    ...responseRoutes,
  ];
  mountRoutes(app, { world, prefix: '/api/v10', routes: api });
  mountRoutes(app, { world, prefix: '', routes: fileRoutes });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { gateway, guard } = running;
    const path = request.url?.replace(/\?.*$/, '').replace(/\/$/, '');
    const isGateway = path === '/gateway' || path === '';
    if (gateway && isGateway && guard?.isAllowed(request.headers) === true) {
      gateway.upgrade(request, socket, head);
      return;
    }
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return app;
}

async function listen(app: FastifyInstance, { host, port }: LocalDiscordOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new EmbeddedError(`cannot listen on ${host}:${port}`, {
      code: isTaken ? 'local-discord-port-taken' : 'local-discord-cannot-listen',
      retry: 'never',
      forPeople: isTaken
        ? `Port ${port} is taken by another program. Set PORT to a free one, or to 0 for any.`
        : `Cannot listen on ${host}:${port}. Set HOST and PORT to an address of this machine.`,
      cause: error,
    });
  }
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address !== null && typeof address === 'object') return address.port;
  throw notRunning();
}

function sweepThreads(world: World): void {
  archiveIdleThreads(world, (thread) => {
    const last = world.tables.timeline.get(thread.id)?.at(-1);
    return last === undefined ? thread.createdAt : instantOf(last);
  });
}

function notRunning(): EmbeddedError {
  return new EmbeddedError('the local Discord is not running', {
    code: 'local-discord-not-running',
    retry: 'later',
  });
}
