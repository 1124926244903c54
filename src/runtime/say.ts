// Posts, and changes of posts, in their places. What was said is kept with where and by whom, in
// one transaction with its being done, so that replies find their agent and transcripts are whole.
import { prefixOf, projectManager } from '../domain/agent.ts';
import { partsOf, placeOf } from '../domain/place.ts';
import { Post } from '../domain/post.ts';
import { outputShownBy } from '../domain/shown-output.ts';
import type { Project } from '../domain/project.ts';
import type { Sends } from '../domain/sends.ts';
import { statusView } from '../domain/status.ts';
import type { Clock } from '../lib/clock.ts';
import { parseValue } from '../lib/json.ts';
import type { Store } from '../store/open-store.ts';
import { effectOf } from '../store/outbox.ts';
import type { Delivery } from '../store/outbox.ts';
import { messageIdsOf, readPlace, saveMessages, saveSentPost } from '../store/places.ts';
import { readProject } from '../store/record.ts';
import { createSends } from '../store/sends.ts';
import type { Keep } from './deliver.ts';
import { plainText } from './plain-text.ts';
import type { ActInPlace, ClosedThread, PlaceReacher } from './reach-place.ts';

/** Where a post goes, and what is remembered of its messages. */
export interface Way {
  channelId: string;
  sends: Sends;
  /** What an earlier try may have said under the same id. */
  earlier?: Post | undefined;
}

export interface SayDeps {
  store: Store;
  clock: Clock;
  send: (post: Post, way: Way) => Promise<string[]>;
  /** Which messages an earlier try has made, if any. */
  find: (post: Post, way: Way) => Promise<string[]>;
  edit: (post: Post, way: Way & { messageIds: readonly string[] }) => Promise<string[]>;
  places: PlaceReacher;
}

export async function sendPost(deps: SayDeps, delivery: Delivery, post: Post): Promise<Keep> {
  const sends = createSends(deps.store.db, delivery);
  const messageIds = await deps.places.inPlace(
    post.place,
    saying(deps, sends, (channelId) => deps.send(post, { channelId, sends })),
  );
  return keepPost(deps, { delivery, post, messageIds });
}

export async function editPost(
  deps: SayDeps,
  delivery: Delivery,
  post: Post,
): Promise<Keep | null> {
  const messageIds = await sendOrEdit(deps, delivery, post);
  return messageIds === null ? null : keepPost(deps, { delivery, post, messageIds });
}

/** The living status message: posted and pinned once, then edited in place. */
export async function refreshStatus(
  deps: SayDeps,
  delivery: Delivery,
  projectId: string,
): Promise<Keep | null> {
  const place = placeOf.overview(projectId);
  const project = await readProject(deps.store.db, projectId);
  if (project === null || (await readPlace(deps.store.db, place)) === null) return null;
  const post = statusPost(project);
  const { id } = post;
  const messageIds = await sendOrEdit(deps, delivery, post);
  if (messageIds === null) return null;
  return (tx) => saveSentPost(tx, { id, place, agentId: projectManager.id, messageIds });
}

export function statusPost(project: Project): Post {
  const body = { type: 'status' as const, view: statusView(project) };
  const [id, place] = [`${project.id}.status`, placeOf.overview(project.id)];
  return { id, place, speaker: projectManager, body, notify: [], pin: true };
}

/**
 * Changes the messages that show a post; says it when it was never known to be said. Then an
 * earlier attempt may have said it all the same: it is recognised by what it said then, and
 * changed too. One that was called off meanwhile is changed only if it got out.
 * @returns null when there is nothing to change
 */
async function sendOrEdit(deps: SayDeps, delivery: Delivery, post: Post): Promise<string[] | null> {
  const { db } = deps.store;
  const sends = createSends(db, delivery);
  const known = await messageIdsOf(db, post.id);
  if (known !== null) {
    return deps.places.inPlace(post.place, async (channelId, instead) => {
      // What stands in a closed thread can be changed as little as added to.
      if (instead !== null) return known;
      return deps.edit(post, { channelId, sends, messageIds: known });
    });
  }
  const effect = await effectOf(db, post.id);
  const original = parseValue(Post, effect?.payload ?? null);
  const earlier = original.ok ? original.value : undefined;
  if (effect?.isWithdrawn === true) {
    return deps.places.inPlace(post.place, async (channelId) => {
      const messageIds = await deps.find(post, { channelId, sends, earlier });
      return messageIds.length === 0 ? null : deps.edit(post, { channelId, sends, messageIds });
    });
  }
  const sayThenChange = async (channelId: string): Promise<string[]> => {
    const messageIds = await deps.send(post, { channelId, sends, earlier });
    return deps.edit(post, { channelId, sends, messageIds });
  };
  return deps.places.inPlace(post.place, saying(deps, sends, sayThenChange));
}

/** Where a thread's words go to its channel, it is said first, and once. */
function saying(
  deps: SayDeps,
  sends: Sends,
  say: (channelId: string) => Promise<string[]>,
): ActInPlace<string[]> {
  return async (channelId, instead) => {
    if (instead !== null) await deps.send(noteOn(instead), { channelId, sends });
    return say(channelId);
  };
}

function noteOn({ name, channelId, parent, why }: ClosedThread): Post {
  return {
    id: `moved.${channelId}`,
    place: parent,
    speaker: projectManager,
    body: {
      type: 'notice',
      tone: 'info',
      title: `The thread “${name}” ${why}`,
      text: 'What belongs there is said here from now on.',
    },
    notify: [],
    pin: false,
  };
}

interface Sent {
  delivery: Delivery;
  post: Post;
  messageIds: string[];
}

function keepPost(deps: SayDeps, { delivery, post, messageIds }: Sent): Keep {
  const { id, place, speaker } = post;
  const text = plainText(post.body);
  const at = deps.clock.now();
  const { aggregateId } = delivery;
  const decidedIn = aggregateId === 'agency' ? null : aggregateId;
  const projectId = partsOf(place).projectId ?? decidedIn;
  const rows = messageIds.map((messageId, index) => ({
    id: messageId,
    place,
    speaker: prefixOf(speaker),
    agentId: speaker.id,
    // A long post is several messages; its text is kept once, with the first.
    text: index === 0 ? text : '',
    at,
    projectId,
    shows: outputShownBy(post.body),
  }));
  return async (tx) => {
    await saveSentPost(tx, { id, place, agentId: speaker.id, messageIds });
    await saveMessages(tx, rows);
  };
}
