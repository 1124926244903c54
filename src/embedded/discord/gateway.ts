// The WebSocket side: hello, identify, heartbeats, resume, member requests, and the fan-out of
// events to sessions. One connection goes through the states below; a session outlives its
// connection for some minutes so that a resume finds what was missed.
//
//   state      | identify           | resume                     | heartbeat | other
//   connected  | → identified, 4004 | → identified, op 9, 4004/7 | ack       | 4003
//   identified | 4005               | 4005                       | ack       | op 3, 4, 8; or 4001
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import { everyIntent, hasIntent, intent } from './dispatch.ts';
import type { Dispatch, Viewer } from './dispatch.ts';
import { membersChunk, RequestMembers } from './gateway-members.ts';
import { createSession } from './gateway-session.ts';
import type { Session } from './gateway-session.ts';
import { serverLimits } from './limits.ts';
import { guildCreatePayload, userPayload } from './payloads/guild.ts';
import type { User } from './records.ts';
import type { World } from './world.ts';

export const closeCode = {
  unknownError: 4000,
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSequence: 4007,
  rateLimited: 4008,
  sessionTimedOut: 4009,
  invalidShard: 4010,
  invalidIntents: 4013,
  disallowedIntents: 4014,
} as const;

const Frame = z.looseObject({ op: z.int(), d: z.unknown().optional() });
const Identify = z.looseObject({
  token: z.string(),
  intents: z.int().optional(),
  shard: z.tuple([z.int(), z.int()]).optional(),
});
const Resume = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.int() });

/** Frames a client may send in a minute. */
const framesPerMinute = 120;

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** How many sessions bots opened in the last day, for `session_start_limit`. */
  identifies(): number;
  faults: GatewayFaults;
  close(): void;
}

/** What Discord does to its clients on a bad day; each acts on every connection. */
export interface GatewayFaults {
  /** Closes with a code, or as a torn cable without one. */
  disconnect(code?: number): void;
  /** Closes each identify and resume with the code from now on; null lets them in again. */
  refuse(code: number | null): void;
  /** Ends the sessions and says that they cannot be resumed. */
  invalidate(): void;
  /** Asks clients to come back. */
  askToReconnect(): void;
  /** Sends the last events again, as they were. */
  repeat(events: number): void;
  /** Acknowledges heartbeats, or stays silent. */
  acknowledge(isAcknowledging: boolean): void;
}

/** @param heartbeatMs how often clients are asked to show that they live */
export function createGateway(world: World, heartbeatMs: number): Gateway {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: serverLimits.gatewayPayloadBytes,
  });
  const sessions = createSessions();
  const identifies: number[] = [];
  const mood: Mood = { refusal: null, isAcknowledging: true };

  world.outlet = (dispatch) => {
    for (const session of sessions.all()) send(session, dispatch);
  };

  const ofLastDay = (): number => {
    const dayAgo = world.clock.now() - 24 * 3_600_000;
    while (identifies[0] !== undefined && identifies[0] < dayAgo) identifies.shift();
    return identifies.length;
  };
  const countIdentify = (): void => {
    identifies.push(world.clock.now());
  };

  sockets.on('connection', (socket) => {
    serveConnection({ world, sessions, socket, countIdentify, mood, heartbeatMs });
  });

  return {
    upgrade(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, (client) => {
        sockets.emit('connection', client, request);
      });
    },
    identifies: ofLastDay,
    faults: createFaults(sockets, sessions, mood),
    close() {
      world.outlet = () => undefined;
      sessions.close();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

/** What the server does to clients just now. */
interface Mood {
  refusal: number | null;
  isAcknowledging: boolean;
}

function createFaults(sockets: WebSocketServer, sessions: Sessions, mood: Mood): GatewayFaults {
  return {
    disconnect(code) {
      for (const client of sockets.clients) {
        if (code === undefined) client.terminate();
        else client.close(code);
      }
    },
    refuse(code) {
      mood.refusal = code;
    },
    invalidate() {
      for (const session of sessions.all()) {
        sessions.remove(session);
        if (session.socket) sendOp(session.socket, 9, false);
      }
    },
    askToReconnect() {
      for (const client of sockets.clients) sendOp(client, 7, null);
    },
    repeat(events) {
      for (const session of sessions.all()) session.replay(Math.max(0, session.sequence - events));
    },
    acknowledge(isAcknowledging) {
      mood.isAcknowledging = isAcknowledging;
    },
  };
}

function send(session: Session, dispatch: Dispatch): void {
  if (!hasIntent(session.viewer, dispatch.intents)) return;
  const payload = dispatch.payloadFor(session.viewer);
  if (payload) session.dispatch(dispatch.name, payload);
}

interface Sessions {
  all(): Iterable<Session>;
  find(id: string): Session | undefined;
  add(session: Session): void;
  remove(session: Session): void;
  /** The connection is gone; the session waits for a resume. */
  detach(session: Session): void;
  attach(session: Session, socket: WebSocket): void;
  close(): void;
}

function createSessions(): Sessions {
  const live = new Map<string, Session>();
  const waiting = new Map<string, NodeJS.Timeout>();
  const stopWaiting = (id: string): void => {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
  };
  const remove = (session: Session): void => {
    stopWaiting(session.id);
    live.delete(session.id);
  };
  return {
    all: () => live.values(),
    find: (id) => live.get(id),
    add(session) {
      const [oldest] = waiting.keys();
      const outlived = oldest === undefined ? undefined : live.get(oldest);
      if (live.size >= serverLimits.sessions && outlived) remove(outlived);
      live.set(session.id, session);
    },
    remove,
    detach(session) {
      Object.assign(session, { socket: undefined });
      stopWaiting(session.id);
      const timer = setTimeout(() => remove(session), serverLimits.detachedSessionMs);
      waiting.set(session.id, timer.unref());
    },
    attach(session, socket) {
      stopWaiting(session.id);
      const former = session.socket;
      Object.assign(session, { socket });
      if (former && former !== socket) former.close(closeCode.sessionTimedOut);
    },
    close() {
      for (const id of waiting.keys()) stopWaiting(id);
      live.clear();
    },
  };
}

interface Connection {
  world: World;
  sessions: Sessions;
  socket: WebSocket;
  countIdentify: () => void;
  mood: Mood;
  heartbeatMs: number;
}

function serveConnection(connection: Connection): void {
  const { world, sessions, socket, mood, heartbeatMs } = connection;
  let session: Session | undefined;
  const isTooFast = createFrameLimit(world);
  const deadline = setTimeout(
    () => socket.close(closeCode.sessionTimedOut),
    heartbeatMs * serverLimits.heartbeatsMissed,
  ).unref();

  socket.on('message', (data: Buffer) => {
    if (isTooFast()) return socket.close(closeCode.rateLimited);
    const frame = parseJson(Frame, data.toString('utf8'));
    if (!frame.ok) return socket.close(closeCode.decodeError);
    const { op, d } = frame.value;
    if (op === 1) {
      deadline.refresh();
      return mood.isAcknowledging ? sendOp(socket, 11, null) : undefined;
    }
    if (op === 2 || op === 6) {
      if (mood.refusal !== null) return socket.close(mood.refusal);
      if (session) return socket.close(closeCode.alreadyAuthenticated);
      session = op === 2 ? identify(connection, d) : resume(connection, d);
      return undefined;
    }
    if (!session) return socket.close(closeCode.notAuthenticated);
    return answer({ world, socket, session, op, d });
  });
  socket.on('error', (error) => world.log.debug({ err: error }, 'gateway socket failed'));
  socket.on('close', (code) => {
    clearTimeout(deadline);
    if (!session || session.socket !== socket) return;
    // A client that says goodbye itself gives its session up; everything else may be resumed.
    if (code === 1000 || code === 1001) sessions.remove(session);
    else sessions.detach(session);
  });
  sendOp(socket, 10, { heartbeat_interval: heartbeatMs, _trace: [] });
}

function answer(request: {
  world: World;
  socket: WebSocket;
  session: Session;
  op: number;
  d: unknown;
}): void {
  const { world, socket, session, op, d } = request;
  switch (op) {
    case 3: // presence
    case 4: // voice
      return;
    case 8: {
      const asked = RequestMembers.safeParse(d);
      if (!asked.success) return socket.close(closeCode.decodeError);
      const seesAll = hasIntent(session.viewer, intent.guildMembers);
      const chunk = membersChunk(world, asked.data, seesAll);
      if (chunk) session.dispatch('GUILD_MEMBERS_CHUNK', chunk);
      return;
    }
    default:
      socket.close(closeCode.unknownOpcode);
  }
}

function identify(connection: Connection, d: unknown): Session | undefined {
  const { world, sessions, socket } = connection;
  const asked = Identify.safeParse(d);
  if (!asked.success) return refuse(socket, closeCode.decodeError);
  const user = userOfToken(world, asked.data.token);
  if (!user) return refuse(socket, closeCode.authenticationFailed);
  const [shard, shards] = asked.data.shard ?? [0, 1];
  if (shard !== 0 || shards !== 1) return refuse(socket, closeCode.invalidShard);
  const intents = user.bot ? (asked.data.intents ?? -1) : everyIntent;
  if (intents < 0 || intents > everyIntent) return refuse(socket, closeCode.invalidIntents);
  if (user.bot && (intents & intent.guildPresences) !== 0) {
    return refuse(socket, closeCode.disallowedIntents);
  }
  if (user.bot) connection.countIdentify();
  const viewer: Viewer = { userId: user.id, isBot: user.bot, intents };
  const session = createSession(randomBytes(16).toString('hex'), viewer);
  sessions.add(session);
  sessions.attach(session, socket);
  session.dispatch('READY', readyPayload(world, user, session));
  if (hasIntent(viewer, intent.guilds)) {
    const seesMembers = hasIntent(viewer, intent.guildMembers);
    const guild = guildCreatePayload(world, { userId: user.id, seesMembers });
    session.dispatch('GUILD_CREATE', guild);
  }
  return session;
}

function resume(connection: Connection, d: unknown): Session | undefined {
  const { world, sessions, socket } = connection;
  const asked = Resume.safeParse(d);
  if (!asked.success) return refuse(socket, closeCode.decodeError);
  const user = userOfToken(world, asked.data.token);
  if (!user) return refuse(socket, closeCode.authenticationFailed);
  const session = sessions.find(asked.data.session_id);
  if (session?.viewer.userId !== user.id) {
    sendOp(socket, 9, false);
    return undefined;
  }
  if (asked.data.seq > session.sequence) return refuse(socket, closeCode.invalidSequence);
  sessions.attach(session, socket);
  if (!session.replay(asked.data.seq)) {
    sessions.remove(session);
    sendOp(socket, 9, false);
    return undefined;
  }
  session.dispatch('RESUMED', { _trace: [] });
  return session;
}

function readyPayload(world: World, user: User, session: Session): object {
  return {
    v: 10,
    user: { ...userPayload(user), verified: true, mfa_enabled: false, email: null, flags: 0 },
    guilds: [{ id: world.settings.guildId, unavailable: true }],
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: gatewayUrl(world),
    shard: [0, 1],
    private_channels: [],
    relationships: [],
    presences: [],
    _trace: [],
    ...(user.bot ? { application: { id: user.id, flags: 0 } } : {}),
  };
}

export function gatewayUrl(world: World): string {
  return `${world.baseUrl.replace(/^http/, 'ws')}/gateway`;
}

export function userOfToken(world: World, token: string): User | undefined {
  for (const user of world.tables.user.values()) if (user.token === token) return user;
  return undefined;
}

function createFrameLimit(world: World): () => boolean {
  let windowStart = world.clock.monotonic();
  let frames = 0;
  return () => {
    const now = world.clock.monotonic();
    if (now - windowStart > 60_000) {
      windowStart = now;
      frames = 0;
    }
    frames += 1;
    return frames > framesPerMinute;
  };
}

function refuse(socket: WebSocket, code: number): undefined {
  socket.close(code);
}

function sendOp(socket: WebSocket, op: number, d: unknown): void {
  socket.send(JSON.stringify({ op, d, s: null, t: null }));
}
