// The domain as a world to live in: events go through one door to the agency and its projects,
// turns that were ordered are played, bundles are written. No store, no model, no Discord; the
// state is kept as Postgres would give it back, and after every decision the promises of the domain
// are checked (domain-breaches.ts).
import type { Action } from '../../src/domain/action.ts';
import type { Human, Standing } from '../../src/domain/actor.ts';
import { Agency, evolveAgency, focusOf, newAgency } from '../../src/domain/agency.ts';
import { decideAgency, decideProject } from '../../src/domain/decide/decide.ts';
import type { BundleOrder, Decision, Receipt } from '../../src/domain/decision.ts';
import { aggregateFor } from '../../src/domain/event.ts';
import type { Event } from '../../src/domain/event.ts';
import { evolveProject } from '../../src/domain/evolve-project.ts';
import type { AgencyFact, ProjectFact } from '../../src/domain/fact.ts';
import { Memory } from '../../src/domain/memory.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Post, PostBodyOf } from '../../src/domain/post.ts';
import { Project } from '../../src/domain/project.ts';
import type { ShownOutput } from '../../src/domain/shown-output.ts';
import type { TurnKind, TurnOrder } from '../../src/domain/turn.ts';
import { noUsage } from '../../src/domain/turn.ts';
import { breachesOf, stallOf } from './domain-breaches.ts';
import { postLine } from './post-line.ts';
import { planOf } from './plans.ts';
import { capablePlayers, fileRef } from './players.ts';
import type { Failure, Player } from './players.ts';

export type World = ReturnType<typeof createWorld>;

type WithoutCommon<T> = T extends Event ? Omit<T, 'id' | 'at'> : never;

interface Person {
  /** Writes a message; in #director when no place is given. */
  says(
    text: string,
    place?: string,
    addressee?: string | null,
    shown?: ShownOutput | null,
  ): Receipt;
  /** Uses a command or clicks a button that stands for it. */
  does(action: Action, place?: string | null): Receipt;
}

interface WorldTerms {
  ceilingMicroUsd: number;
  ceilingTokens: number;
  rehearsal: boolean;
}

/** @param plan what the PM drafts when it is asked for a plan */
export function createWorld(plan: Plan = planOf([{}]), terms: Partial<WorldTerms> = {}) {
  let agency: Agency = newAgency;
  let now = 1_700_000_000_000;
  let count = 0;
  const projects = new Map<string, Project>();
  const log = new Map<string, (AgencyFact | ProjectFact)[]>();
  const seen = new Map<string, Receipt>();
  const effectIds = new Set<string>();
  const posts: Post[] = [];
  const edits: Decision['edits'] = [];
  const reactions: Decision['reactions'] = [];
  const timers: Decision['timers'] = [];
  const memories: Memory[] = [];
  const places = new Map<string, Decision['places'][number]>();
  const bundles: BundleOrder[] = [];
  /** What each project may not say or write before it goes on. */
  const waiting = new Map<string, Pick<Decision, 'posts' | 'bundles'>>();
  const ordered: TurnOrder[] = [];
  const events: Event[] = [];
  const queue: Event[] = [];
  const held: Event[] = [];
  const holding = new Set<Event['type']>();
  const players = capablePlayers(plan);
  const scripts = new Map<TurnKind, Player[]>();
  const taken: string[] = [];

  function nextId(what: string): string {
    count += 1;
    return `${what}.${count}`;
  }

  /** The one door. Seeing an event twice is seeing it once. */
  function handle(event: Event): Receipt {
    const known = seen.get(event.id);
    if (known !== undefined) return known;
    now += 1000;
    const receipt = decide(event);
    seen.set(event.id, receipt);
    events.push(event);
    while (queue.length > 0) {
      const next = queue.shift();
      if (next === undefined) break;
      if (holding.has(next.type)) held.push(next);
      else handle(next);
    }
    return receipt;
  }

  function decide(event: Event): Receipt {
    const id = aggregateFor(event, focusOf(agency));
    if (id === 'agency') {
      const before = agency;
      const decision = decideAgency(before, event);
      agency = stored(Agency, decision.facts.reduce(evolveAgency, before));
      keep(id, { event, before, after: agency, decision });
      return decision.receipt;
    }
    const before = projects.get(id) ?? null;
    const decision = decideProject(before, event, now);
    const after = decision.facts.reduce<Project | null>(evolveProject, before);
    if (after !== null) projects.set(id, stored(Project, after));
    keep(id, { event, before, after, decision });
    return decision.receipt;
  }

  function keep(aggregate: string, decided: Parameters<typeof breachesOf>[0]): void {
    const { decision, event } = decided;
    const resumed = new Set(
      decision.facts.flatMap((fact) => (fact.type === 'turn-resumed' ? [fact.turnId] : [])),
    );
    const ids = [
      ...decision.posts,
      ...decision.turns.filter(({ id }) => !resumed.has(id)),
      ...decision.edits,
      ...decision.reactions,
      ...decision.timers,
      ...decision.bundles,
      ...decision.events,
      ...decision.memories,
    ].map((effect) => effect.id);
    const repeated = ids.filter((one, at) => effectIds.has(one) || ids.indexOf(one) !== at);
    const breaches = [
      ...breachesOf(decided),
      ...repeated.map((one) => `The id ${one} was given twice.`),
    ];
    if (breaches.length > 0) throw new Error(`${event.type} ${event.id}: ${breaches.join('\n')}`);
    for (const one of ids) effectIds.add(one);
    log.set(aggregate, [...(log.get(aggregate) ?? []), ...decision.facts]);
    moveBacklog(aggregate, decision);
    const isWaiting = ({ id }: { id: string }) => decision.waiting.includes(id);
    posts.push(...decision.posts.filter((post) => !isWaiting(post)));
    edits.push(...decision.edits);
    reactions.push(...decision.reactions);
    timers.push(...decision.timers);
    memories.push(...decision.memories.map((memory) => Memory.parse(memory)));
    for (const place of decision.places) places.set(place.key, place);
    bundles.push(...decision.bundles.filter((bundle) => !isWaiting(bundle)));
    const backlog = waiting.get(aggregate) ?? { posts: [], bundles: [] };
    backlog.posts.push(...decision.posts.filter(isWaiting));
    backlog.bundles.push(...decision.bundles.filter(isWaiting));
    waiting.set(aggregate, backlog);
    for (const turnId of [...decision.cancelledTurns, ...decision.heldTurns]) drop(turnId);
    ordered.push(...decision.turns);
    queue.push(...decision.events);
  }

  /** What was said is said at once here, so only what was decided while paused and bundles wait. */
  function moveBacklog(aggregate: string, { backlog }: Decision): void {
    const own = waiting.get(aggregate) ?? { posts: [], bundles: [] };
    if (backlog === 'is-held') {
      const due = bundles.filter(({ projectId }) => projectId === aggregate);
      for (const bundle of due) bundles.splice(bundles.indexOf(bundle), 1);
      waiting.set(aggregate, { ...own, bundles: [...own.bundles, ...due] });
    } else if (backlog !== 'stays') {
      if (backlog === 'is-released') {
        posts.push(...own.posts);
        bundles.push(...own.bundles);
      }
      waiting.delete(aggregate);
    }
  }

  function drop(turnId: string): void {
    const at = ordered.findIndex((turn) => turn.id === turnId);
    if (at >= 0) ordered.splice(at, 1);
  }

  /** Turns that may run now: the first of each conversation. */
  function dueTurns(): TurnOrder[] {
    return ordered.filter(
      (turn, at) => ordered.findIndex((one) => one.conversation === turn.conversation) === at,
    );
  }

  /** Plays one turn to its end. */
  function take(turn: TurnOrder): void {
    drop(turn.id);
    taken.push(`${turn.kind} by ${turn.agentId}`);
    const id = turn.id.slice(0, turn.id.indexOf('.'));
    const scripted = scripts.get(turn.kind)?.shift();
    const player = scripted ?? players[turn.kind];
    end(turn.id, player(turn, project(id)));
  }

  function end(turnId: string, output: ReturnType<Player>): void {
    // A turn that was held ends once more, under the fence of another claim.
    const common = { id: nextId(`${turnId}.ended`), at: now, turnId };
    if (isFailure(output)) {
      const { failed: reason, code } = output;
      handle({ ...common, type: 'turn-failed', code, reason, usage: noUsage });
    } else handle({ ...common, type: 'turn-finished', output });
  }

  function writeBundle(bundle: BundleOrder): void {
    const { projectId } = bundle;
    const file = fileRef(`${projectId}.zip`, bundle.id);
    const path = `handover/${projectId}`;
    handle({ type: 'bundle-written', id: `${bundle.id}.written`, at: now, projectId, file, path });
  }

  /** Plays on until nothing is left to do by itself; a project that hangs is an error. */
  function settle(): void {
    for (let turns = 0; turns < 600; turns += 1) {
      const turn = dueTurns()[0];
      const bundle = turn === undefined ? bundles.shift() : undefined;
      if (turn !== undefined) take(turn);
      else if (bundle !== undefined) writeBundle(bundle);
      else {
        const stalls = [...projects.values()].map(stallOf).filter((stall) => stall !== null);
        if (stalls.length > 0 && held.length === 0) throw new Error(stalls.join('\n'));
        return;
      }
    }
    throw new Error(`600 turns without an end: ${taken.slice(-20).join(', ')}`);
  }

  function project(id = 'P1'): Project {
    const found = projects.get(id);
    if (found === undefined) throw new Error(`There is no project ${id}.`);
    return found;
  }

  function person(name: string, userId: string, standing: Standing): Person {
    const by: Human = { kind: 'human', userId, name, standing };
    return {
      says: (text, place = 'agency.director', addressee = null, shown = null) => {
        const id = nextId('message');
        const messageId = `2${String(count).padStart(17, '0')}`;
        const channelId = '300000000000000001';
        const from = { place, channelId, messageId, by, text, files: [], addressee, shown };
        return handle({ type: 'message-received', id, at: now, ...from });
      },
      does: (action, place = null) =>
        handle({ type: 'action-taken', id: nextId('interaction'), at: now, by, place, action }),
    };
  }

  handle({
    type: 'agency-opened',
    id: 'agency.opened',
    at: now,
    guildId: '100000000000000001',
    directorIds: ['200000000000000001'],
    ceilingMicroUsd: 5_000_000,
    rehearsal: false,
    ...terms,
  });

  return {
    director: person('Dora', '200000000000000001', 'director'),
    colleague: person('Sam', '200000000000000002', 'specialist'),
    stranger: person('Eve', '200000000000000003', 'stranger'),
    memories,
    get agency() {
      return agency;
    },
    project,
    projectIds: () => [...projects.keys()],
    posts,
    edits,
    reactions,
    timers,
    /** All that were decided over, in order. */
    events,
    places,
    bundles,
    taken,
    /** Facts of one aggregate, in order. */
    factsOf: (aggregate: string) => log.get(aggregate) ?? [],
    handle,
    passTime: (ms: number) => {
      now += ms;
    },
    /** Any event, with an id of its own. */
    happens: (event: WithoutCommon<Event>) => handle({ ...event, id: nextId('event'), at: now }),
    dueTurns,
    take,
    end,
    settle,
    writeBundle,
    /** Answers the next turns of this kind, one each; afterwards they go on as usual. */
    script: (kind: TurnKind, ...next: Player[]) => {
      scripts.set(kind, [...(scripts.get(kind) ?? []), ...next]);
    },
    /** Answers every turn of this kind from now on. */
    always: (kind: TurnKind, player: Player) => {
      players[kind] = player;
    },
    /** Scripted answers that nobody asked for yet. */
    unused: () => [...scripts].flatMap(([kind, left]) => left.map(() => kind)),
    /** Keeps events of a type from their aggregate until `release`. */
    hold: (type: Event['type']) => {
      holding.add(type);
    },
    release: () => {
      holding.clear();
      for (const event of held.splice(0)) handle(event);
    },
    /** Runs due turns until one of this kind is due, and leaves it open. */
    until: (kind: TurnKind): TurnOrder => {
      for (let turns = 0; turns < 200; turns += 1) {
        const due = dueTurns();
        const hit = due.find((turn) => turn.kind === kind);
        if (hit !== undefined) return hit;
        if (due[0] === undefined) throw new Error(`No ${kind} comes.`);
        take(due[0]);
      }
      throw new Error(`No ${kind} comes.`);
    },
    /** What people read in a place, one line per post. */
    read: (place: string) => posts.filter((post) => post.place === place).map(postLine),
    /** Bodies of one type, in order of posting. */
    said: <T extends Post['body']['type']>(type: T): PostBodyOf<T>[] =>
      posts.map((post) => post.body).filter((body): body is PostBodyOf<T> => body.type === type),
  };
}

function isFailure(output: ReturnType<Player>): output is Failure {
  return 'failed' in output;
}

/** A state as the store gives it back: through the schema, keys in the order of Postgres' jsonb. */
function stored<S extends typeof Agency | typeof Project>(
  schema: S,
  state: Agency | Project,
): ReturnType<S['parse']> {
  // The schema's own output type, which TypeScript cannot follow through the union.
  return schema.parse(jsonbOrder(state)) as ReturnType<S['parse']>;
}

function jsonbOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonbOrder);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(([key, inner]) => [key, jsonbOrder(inner)]));
}
