// What `decide` answers: facts, and every outside effect as data. Nothing here has happened yet;
// the runtime writes it all in one transaction and carries the effects out afterwards.
import type { Event, Timer } from './event.ts';
import type { Fact } from './fact.ts';
import type { FileRef } from './file.ts';
import type { ErasureOrder } from './forgetting.ts';
import type { Memory } from './memory.ts';
import type { PlaceOrder } from './place.ts';
import type { Post, PostButton } from './post.ts';
import type { TurnOrder } from './turn.ts';

/** A reaction on a human's message, such as 👀 for "received". */
export interface ReactionOrder {
  id: string;
  channelId: string;
  messageId: string;
  emoji: string;
}

export interface TimerOrder {
  id: string;
  dueAt: number;
  timer: Timer;
}

/** Change a message we posted earlier: the post with `postId` gets a new body. */
export interface EditOrder {
  id: string;
  postId: string;
  post: Post;
}

/** Write the hand-over bundle of a project to disk and store it as a file. */
export interface BundleOrder {
  id: string;
  projectId: string;
  deliverables: FileRef[];
}

export interface Decision<F extends Fact = Fact> {
  facts: F[];
  turns: TurnOrder[];
  /** Turns that must not run, or whose result no longer counts. */
  cancelledTurns: string[];
  /** Turns that must not run for now, and keep their place and what is in their journal. */
  heldTurns: string[];
  posts: Post[];
  edits: EditOrder[];
  places: PlaceOrder[];
  reactions: ReactionOrder[];
  timers: TimerOrder[];
  bundles: BundleOrder[];
  /** What is erased everywhere. */
  erasures: ErasureOrder[];
  /** Events for the other aggregate; their ids derive from the causing event. */
  events: Event[];
  /** Projects whose living status message should be redrawn. */
  statuses: string[];
  /** What is remembered from now on. */
  memories: Memory[];
  /** Ids of posts and bundles above that wait until the aggregate goes on. */
  waiting: string[];
  /** What becomes of everything that was decided earlier and not said yet. */
  backlog: 'stays' | 'is-held' | 'is-released' | 'is-withdrawn';
  /** What the person who caused it is told at once, privately. */
  receipt: Receipt;
}

export type Receipt =
  | { ok: true; text: string; buttons?: readonly PostButton[] }
  | { ok: false; reason: string };

export function emptyDecision<F extends Fact>(): Decision<F> {
  return {
    facts: [],
    turns: [],
    cancelledTurns: [],
    heldTurns: [],
    posts: [],
    edits: [],
    places: [],
    reactions: [],
    timers: [],
    bundles: [],
    erasures: [],
    events: [],
    statuses: [],
    memories: [],
    waiting: [],
    backlog: 'stays',
    receipt: { ok: true, text: 'Received.' },
  };
}
