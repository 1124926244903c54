// One message, seen exactly once, whatever becomes of the tries. Discord answers a repeated nonce
// with the message it already made, for some minutes. Inside half of what we trust of them a repeat
// is harmless. Beyond it nothing is posted before it is known what became of the last try: first a
// quiet time, in which every request that is still under way ends, then a look into the history.
// Each try is armed in the database right before it, and not made when that was too long ago: a
// process that stood still may find that others have gone on.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RawFile, REST } from 'discord.js';
import { Routes } from 'discord.js';
import { z } from 'zod';
import type { OnItsWay, SendOutcome, Sends } from '../domain/sends.ts';
import type { Clock } from '../lib/clock.ts';
import { NotYet } from '../lib/errors.ts';
import { reach } from '../lib/points.ts';
import type { SendDurations } from './discord-limits.ts';
import { asDiscord, codeOf, discordCode, isRefusal } from './errors.ts';
import { findSent } from './find-sent.ts';
import type { HistoryDeps, Search } from './find-sent.ts';
import type { Recognise } from './fingerprint.ts';

export interface SendOnceDeps {
  /** Sends each request once: a repeat must be armed, too. */
  restOnce: REST;
  history: HistoryDeps;
  clock: Clock;
  durations: SendDurations;
}

export interface Sought {
  nonce: string;
  channelId: string;
  isIt: Recognise;
}

export interface Outgoing extends Sought {
  body: object;
  files: RawFile[];
}

const Created = z.looseObject({ id: z.string() });

/**
 * @returns the message's id; null when it was made and somebody has deleted it since
 * @throws NotYet when it must wait, or somebody else has it by now
 * @throws DiscordError
 */
export async function sendOnce(
  deps: SendOnceDeps,
  sends: Sends,
  outgoing: Outgoing,
): Promise<string | null> {
  const { nonce, channelId } = outgoing;
  const known = await sends.find(nonce);
  if (known !== null && known.outcome.state !== 'unknown') return idOf(known.outcome);
  const isForgotten = known !== null && mayBeForgotten(deps, known, channelId);
  if (isForgotten) {
    const found = await findEarlier(deps, sends, { outgoing, known });
    if (found !== null) return found;
  }
  const armedAt = deps.clock.monotonic();
  const armed = await sends.arm(nonce, { channelId, opensWindow: isForgotten });
  if (armed === null) throw new NotYet('somebody else has this post by now', 0);
  if (armed.state !== 'unknown') return idOf(armed);
  reach('send.armed');
  if (deps.clock.monotonic() - armedAt > deps.durations.armedMs) {
    throw new NotYet('this process stood still', 0);
  }
  return post(deps, sends, outgoing);
}

function idOf(outcome: Exclude<SendOutcome, { state: 'unknown' }>): string | null {
  return outcome.state === 'made' ? outcome.messageId : null;
}

/** In another channel it is another message to Discord's eyes, as far as its documents say. */
function mayBeForgotten({ durations }: SendOnceDeps, known: OnItsWay, channelId: string): boolean {
  return known.windowAgeMs >= durations.nonceMs / 2 || known.channelId !== channelId;
}

/**
 * Nothing is posted.
 * @returns the message that earlier tries have made; null when there is none
 * @throws NotYet while one may still arrive
 * @throws DiscordError
 */
export async function findTried(
  deps: SendOnceDeps,
  sends: Sends,
  sought: Sought,
): Promise<string | null> {
  const known = await sends.find(sought.nonce);
  if (known === null) return null;
  if (known.outcome.state !== 'unknown') return idOf(known.outcome);
  const found = await lookUp(deps, sends, { sought, known });
  const waitMs = deps.durations.quietMs - known.silentMs;
  if (found !== null || waitMs <= 0) return found;
  const againMs = Math.min(Math.ceil(waitMs), deps.durations.lookAgainMs);
  throw new NotYet('an earlier try may still arrive', againMs);
}

async function findEarlier(
  deps: SendOnceDeps,
  sends: Sends,
  { outgoing, known }: { outgoing: Outgoing; known: OnItsWay },
): Promise<string | null> {
  const waitMs = deps.durations.quietMs - known.silentMs;
  if (waitMs > 0) throw new NotYet('an earlier try may still arrive', Math.ceil(waitMs));
  return lookUp(deps, sends, { sought: outgoing, known });
}

async function lookUp(
  { history, durations }: SendOnceDeps,
  sends: Sends,
  { sought, known }: { sought: Sought; known: OnItsWay },
): Promise<string | null> {
  const { nonce, channelId, isIt } = sought;
  const found = await findIn(history, channelId, {
    channelId: known.channelId,
    since: known.firstAt - durations.clocksApartMs,
    isIt,
    othersOf: (ids) => sends.othersOf(nonce, ids),
  });
  reach('send.looked-up');
  if (found !== null) await sends.mark(nonce, found);
  return found;
}

/** Where a message was tried may be gone since, and everything that stood there with it. */
async function findIn(history: HistoryDeps, nowIn: string, search: Search): Promise<string | null> {
  try {
    return await findSent(history, search);
  } catch (error) {
    const isGone = codeOf(error) === discordCode.unknownChannel;
    if (isGone && search.channelId !== nowIn) return null;
    throw error;
  }
}

async function post(
  { restOnce, durations }: SendOnceDeps,
  sends: Sends,
  { nonce, channelId, body, files }: Outgoing,
): Promise<string | null> {
  const route = Routes.channelMessages(channelId);
  // Waiting for its turn or for a limit is part of the time that a try may take.
  const signal = AbortSignal.timeout(durations.postMs);
  const payload = { body: { ...body, nonce, enforce_nonce: true }, files, signal };
  try {
    const { api, version } = restOnce.options;
    const reply = await noticing(`${api}/v${version}${route}`, () =>
      asDiscord('post a message', { channelId }, () => restOnce.post(route, payload)),
    );
    reach('send.answered');
    const { id } = Created.parse(reply);
    await sends.mark(nonce, id);
    return id;
  } catch (error) {
    if (codeOf(error) === discordCode.unknownMessage) {
      await sends.mark(nonce, null);
      return null;
    }
    if (isRefusal(error)) await sends.refuse(nonce);
    throw error;
  }
}

/** Node's fetch tells when a request is on the socket; its answer is still to come then. */
const bodySent = 'undici:request:bodySent';
const Sent = z.looseObject({
  request: z.looseObject({ method: z.string(), origin: z.coerce.string(), path: z.string() }),
});

async function noticing<T>(url: string, request: () => Promise<T>): Promise<T> {
  const onSent = (message: unknown): void => {
    const sent = Sent.safeParse(message);
    if (!sent.success) return;
    const { method, origin, path } = sent.data.request;
    if (method === 'POST' && `${origin}${path}` === url) reach('send.begun');
  };
  subscribe(bodySent, onSent);
  try {
    return await request();
  } finally {
    unsubscribe(bodySent, onSent);
  }
}
