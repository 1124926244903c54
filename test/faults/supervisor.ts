// Keeps the processes of the agency running as an orchestrator would, without a pause between an
// end and the next start, and gives each life the end that the schedule has for it. A life that
// does not come to its point is killed wherever it is. Everything is ended by process id.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Point } from '../../src/lib/points.ts';
import { delay, systemClock } from '../../src/lib/clock.ts';
import { beginLife } from './life.ts';
import type { Life } from './life.ts';
import type { Fate, Role, Schedule } from './schedule.ts';

export interface Slot {
  name: string;
  role: Role;
  env: Record<string, string>;
}

/** An end of a life, or that one was held up. */
export interface Ending {
  slot: string;
  role: Role;
  life: number;
  at: number;
  /** `point`: killed at one. `random`: killed anywhere. `stop`: held up, and alive again later. */
  how: 'point' | 'random' | 'stop' | 'drained' | 'exit';
  point: Point | null;
  code: number | null;
  /** What it said last; kept only for ends that nobody ordered. */
  output: string;
}

/** A process was ready; of several gateways the one that leads. */
export interface Ready {
  slot: string;
  role: Role;
  at: number;
}

export interface Supervisor {
  readonly endings: readonly Ending[];
  readonly readyTimes: readonly Ready[];
  start(slots: readonly Slot[]): void;
  /** From here on lives have fates; those that began without one are killed where they are. */
  arm(): void;
  /** From here on nobody is killed any more; who is gone is started again. */
  calm(): void;
  /** Stops all in order, those that do not heed it by force. */
  stop(): Promise<void>;
  /** Ends all at once. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SupervisorDeps {
  schedule: Schedule;
  cwd: string;
  /** Loaded before the program, such as a mutant. */
  preloads: readonly string[];
  /** Points at which nobody was killed yet and that are seldom reached: every life ends there. */
  owed: (role: Role) => readonly Point[];
  onEnding: (ending: Ending) => void;
}

const root = join(import.meta.dirname, '../..');
/** How long a life may take to come to its point, from when it is ready; and to be ready. */
const patienceMs = { ready: 9000, start: 25_000 };
const drainMsMax = 20_000;

interface Running {
  slot: Slot;
  number: number;
  life: Life;
  fate: Fate | null;
  isOrdered: boolean;
  /** Aborted when the life is over. */
  over: AbortController;
  done: Promise<void>;
}

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const endings: Ending[] = [];
  const readyTimes: Ready[] = [];
  const running = new Map<string, Running>();
  const lives = new Map<string, number>();
  const state = { isArmed: false, isStopping: false };

  const tell = (ending: Ending): void => {
    endings.push(ending);
    deps.onEnding(ending);
  };

  function begin(slot: Slot): void {
    const number = lives.get(slot.name) ?? 0;
    lives.set(slot.name, number + 1);
    const fate = state.isArmed ? deps.schedule.fate(slot.name, slot.role, number) : null;
    const life = beginLife({
      args: [...preloadsOf(deps, slot, fate), ...programArgs],
      env: slot.env,
      cwd: deps.cwd,
      onPoint: (point) => {
        if (fate?.deed === 'stop') holdUp(one, { fate, point });
      },
      onReady: () => {
        limitLife(one, patienceMs.ready);
        const { name, role } = slot;
        readyTimes.push({ slot: name, role, at: life.readyAt() ?? systemClock.now() });
        if (fate?.point === 'drain.begun') life.signal('SIGTERM');
      },
    });
    const one: Running = {
      slot,
      number,
      life,
      fate,
      isOrdered: false,
      over: new AbortController(),
      done: Promise.resolve(),
    };
    running.set(slot.name, one);
    limitLife(one, patienceMs.start);
    one.done = follow(one);
  }

  async function follow(one: Running): Promise<void> {
    const { life, slot, over } = one;
    const { at, code, signal } = await life.ended;
    over.abort();
    running.delete(slot.name);
    tell({ ...whoOf(one), at, code, ...howOf(one, { signal, isStopping: state.isStopping }) });
    if (!state.isStopping) begin(slot);
  }

  /** Whoever has not come to its point by then is killed wherever it is. */
  function limitLife(one: Running, ms: number): void {
    const { fate, over } = one;
    if (fate === null) return;
    const heldUpMs = fate.deed === 'stop' ? fate.stopMs : 0;
    delay(ms + heldUpMs, over.signal).then(
      () => {
        if (state.isArmed && !state.isStopping) killAnywhere(one);
      },
      () => undefined,
    );
  }

  function killAnywhere(one: Running): void {
    one.isOrdered = true;
    one.life.signal('SIGKILL');
  }

  function holdUp(one: Running, { fate, point }: { fate: Fate; point: Point }): void {
    const at = systemClock.now();
    tell({ ...whoOf(one), at, how: 'stop', point, code: null, output: '' });
    delay(fate.stopMs).then(
      () => one.life.signal('SIGCONT'),
      () => undefined,
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    state.isStopping = true;
    const all = [...running.values()];
    for (const { life } of all) {
      life.signal(signal);
      life.signal('SIGCONT');
    }
    await Promise.all(all.map((one) => one.done));
  }

  return {
    endings,
    readyTimes,
    start: (slots) => {
      state.isStopping = false;
      for (const slot of slots) begin(slot);
    },
    arm: () => {
      state.isArmed = true;
      for (const one of running.values()) if (one.fate === null) killAnywhere(one);
    },
    calm: () => {
      state.isArmed = false;
    },
    stop: async () => {
      const patience = new AbortController();
      const force = delay(drainMsMax, patience.signal).then(
        () => end('SIGKILL'),
        () => undefined,
      );
      await Promise.race([end('SIGTERM'), force]);
      patience.abort();
    },
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}

const programArgs = [
  '--require',
  join(root, 'src/require-node.cjs'),
  join(root, 'src/main.ts'),
] as const;

function preloadsOf(deps: SupervisorDeps, slot: Slot, fate: Fate | null): string[] {
  const leash = pathToFileURL(join(import.meta.dirname, 'leash.ts')).href;
  const url = pathToFileURL(join(import.meta.dirname, 'kill-at.ts'));
  if (fate !== null) {
    const others = deps.owed(slot.role).filter((point) => point !== fate.point);
    const isHeldUp = fate.deed === 'stop';
    const at = [`${fate.point}*${fate.nth}`, ...(isHeldUp ? [] : others)];
    url.searchParams.set('at', at.join(','));
    url.searchParams.set('deed', fate.deed);
  }
  const own = fate === null ? [leash] : [leash, url.href];
  return [...own, ...deps.preloads].flatMap((one) => ['--import', one]);
}

function whoOf({ slot, number }: Running): Pick<Ending, 'slot' | 'role' | 'life'> {
  return { slot: slot.name, role: slot.role, life: number };
}

function howOf(
  { life, fate, isOrdered }: Running,
  { signal, isStopping }: { signal: NodeJS.Signals | null; isStopping: boolean },
): Pick<Ending, 'how' | 'point' | 'output'> {
  const point = life.point();
  if (signal === 'SIGKILL' && point !== null && fate?.deed === 'kill') {
    return { how: 'point', point, output: '' };
  }
  if (signal === 'SIGKILL' && isOrdered) {
    return { how: 'random', point: null, output: life.output() };
  }
  if (isStopping) return { how: 'drained', point: null, output: '' };
  return { how: 'exit', point: null, output: life.output() };
}
