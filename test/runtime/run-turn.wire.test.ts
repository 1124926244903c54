import { expect, test } from 'vitest';
import type { TurnOutput } from '../../src/domain/turn.ts';
import { noUsage } from '../../src/domain/turn.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ModelError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createTurnRunner } from '../../src/runtime/run-turn.ts';
import type { RunTurnDeps, TurnRunner } from '../../src/runtime/run-turn.ts';
import { readProject } from '../../src/store/record.ts';
import { outbox } from '../../src/store/schema.ts';
import { claimTurn, dueTurns, noteProgress, retryWaiting } from '../../src/store/turns.ts';
import { until } from '../support/agency.ts';
import { cancelled, openProject } from './arrange.ts';
import type { Door } from './arrange.ts';

const id = 'P1.turn.1';

/** A brief that asks a question, so that no turn follows. */
const brief: TurnOutput = {
  said: '',
  commands: [
    {
      action: {
        type: 'brief',
        title: 'Lisbon',
        understanding: 'A guide.',
        isObjective: true,
        questions: ['For whom?'],
      },
      line: '/brief',
    },
  ],
  files: [],
  checks: [],
  usage: noUsage,
};

function runnerOn(
  door: Door,
  takeTurn: RunTurnDeps['takeTurn'],
  clock: RunTurnDeps['clock'] = systemClock,
): TurnRunner & AsyncDisposable {
  const runner = createTurnRunner({
    store: door.store,
    clock,
    log: silentLog,
    hints: { turns: (ids) => door.hinted.push(...ids), deliveries: () => undefined },
    handleEvent: door.handleEvent,
    takeTurn,
    leaseMs: 5000,
    renewMs: 10,
  });
  return { ...runner, [Symbol.asyncDispose]: () => runner.close(0) };
}

/** Works until it is stopped; @returns what it was stopped with. */
function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

const projectOf = (door: Door) => readProject(door.store.db, 'P1');

test('the result of a turn is decided over, and the next of its conversation is hinted at', async () => {
  await using door = await openProject();
  const seen: string[] = [];
  await using runner = runnerOn(door, ({ order }) => {
    seen.push(`${order.id} ${order.kind}`);
    return Promise.resolve(brief);
  });
  await runner.run(id);
  await runner.run(id);
  expect(seen).toEqual(['P1.turn.1 project-manager.intake']);
  expect((await projectOf(door))?.title).toBe('Lisbon');
  expect(await dueTurns(door.store.db, null)).toEqual([]);
});

test('whoever loses the lease is stopped, and nothing of its work counts', async () => {
  await using door = await openProject();
  let reason = '';
  await using runner = runnerOn(door, (_turn, signal) =>
    untilStopped(signal).catch((error: unknown) => {
      reason = String(error);
      return brief;
    }),
  );
  const running = runner.run(id);
  await until(async () => (runner.running() === 1 ? true : null), 'the turn to begin');
  // Another worker takes over in the moment in which the lease has run out.
  await until(async () => {
    await door.store.passTime();
    return claimTurn(door.store.db, id, 60_000);
  }, 'the turn to be taken over');
  await running;
  expect(reason).toContain('stopped');
  expect((await projectOf(door))?.title).toBe('');
  expect((await projectOf(door))?.turns[id]).toBeDefined();
});

test('a turn is certainly ours only as long as its last proven lease lasts', async () => {
  await using door = await openProject();
  let now = 0;
  const seen: (boolean | undefined)[] = [];
  const clock = { ...systemClock, monotonic: () => now };
  await using runner = runnerOn(
    door,
    async ({ isCurrent }) => {
      seen.push(isCurrent?.());
      now += 4999;
      seen.push(isCurrent?.());
      // The process stands still, and goes on before its timers fire.
      now += 1;
      seen.push(isCurrent?.());
      await until(async () => isCurrent?.() || null, 'the lease to be renewed');
      return brief;
    },
    clock,
  );
  await runner.run(id);
  expect(seen).toEqual([true, true, false]);
  expect((await projectOf(door))?.title).toBe('Lisbon');
});

test('a cancelled turn is stopped at once', async () => {
  await using door = await openProject();
  await using runner = runnerOn(door, (_turn, signal) => untilStopped(signal));
  const running = runner.run(id);
  await until(async () => (runner.running() === 1 ? true : null), 'the turn to begin');
  await door.handleEvent(cancelled());
  runner.stopTurns(door.stopped);
  await running;
  expect((await projectOf(door))?.phase).toBe('cancelled');
  expect(await dueTurns(door.store.db, null)).toEqual([]);
});

test('stopping the program gives its turns back, and costs them no attempt', async () => {
  await using door = await openProject();
  for (const moment of ['working', 'working', 'working', 'claiming', 'claiming']) {
    const runner = runnerOn(door, (_turn, signal) => untilStopped(signal));
    const running = runner.run(id);
    if (moment === 'working') {
      await until(async () => (runner.running() === 1 ? true : null), 'the turn to begin');
    }
    await runner.close(0);
    await running;
    expect(await dueTurns(door.store.db, null)).toEqual([id]);
  }
  const claimed = await claimTurn(door.store.db, id, 60_000);
  expect(claimed?.attempts).toBe(1);
});

test('stopping waits for the answer that is under way, and begins no other turn', async () => {
  await using door = await openProject();
  const answer = Promise.withResolvers<TurnOutput>();
  await using runner = runnerOn(door, () => answer.promise);
  const running = runner.run(id);
  await until(async () => (runner.running() === 1 ? true : null), 'the turn to begin');
  runner.drain();
  const stopped = runner.close(60_000);
  answer.resolve(brief);
  await Promise.all([running, stopped]);
  expect((await projectOf(door))?.title).toBe('Lisbon');
  expect(door.hinted).toEqual([id]);
});

test('while stopping, a turn goes as far as its next answer and is given back there', async () => {
  await using door = await openProject();
  await using runner = runnerOn(door, async (_turn, signal) => {
    runner.checkpoint(id);
    signal.throwIfAborted();
    runner.drain();
    const stopped = untilStopped(signal);
    runner.checkpoint(id);
    return stopped;
  });
  await runner.run(id);
  expect(await dueTurns(door.store.db, null)).toEqual([id]);
});

test('a turn that fails for now waits and is taken again; failing on and on, it has failed', async () => {
  await using door = await openProject();
  let tries = 0;
  await using runner = runnerOn(door, () => {
    tries += 1;
    const options = { code: 'model-busy', retry: 'later', forPeople: 'It is busy.' } as const;
    return Promise.reject(new ModelError('503', options));
  });
  for (let round = 1; round <= 2; round += 1) {
    await runner.run(id);
    expect(await dueTurns(door.store.db, null)).toEqual([]);
    await runner.run(id);
    expect(tries).toBe(round);
    await door.store.passTime();
  }
  await runner.run(id);
  expect(tries).toBe(3);
  // The domain orders a failed turn once more.
  expect(Object.keys((await projectOf(door))?.turns ?? {})).toEqual(['P1.turn.2']);
});

test.each([
  [new ModelError('429', { code: 'rate-limited', retry: 'later' })],
  [new ModelError('503', { code: 'unreachable', retry: 'later', retryAfterMs: 5 })],
  [new Error('Connection terminated unexpectedly')],
])('what is not the fault of a turn costs it no attempt: %s', async (error) => {
  await using door = await openProject();
  let tries = 0;
  await using runner = runnerOn(door, async () => {
    tries += 1;
    if (tries <= 5) throw error;
    return brief;
  });
  for (let round = 1; round <= 6; round += 1) {
    await runner.run(id);
    await door.store.passTime();
  }
  expect(tries).toBe(6);
  expect((await projectOf(door))?.title).toBe('Lisbon');
});

test.each([
  [
    new ModelError('401', { code: 'key', retry: 'never', forPeople: 'The key is wrong.' }),
    'The key is wrong.',
  ],
  [new TypeError('x is not a function'), 'x is not a function'],
])('what never will succeed is decided over at once: %s', async (error, told) => {
  await using door = await openProject();
  await using runner = runnerOn(door, async () => {
    throw error;
  });
  await runner.run(id);
  await runner.run('P1.turn.2');
  const project = await projectOf(door);
  expect(project?.phase).toBe('stopped');
  const { rows } = await door.store.db.execute(
    "select payload::text as text from outbox where kind = 'post'",
  );
  expect(JSON.stringify(rows)).toContain(told);
});

test('a turn that takes its process down every time is given up without being taken', async () => {
  await using door = await openProject();
  for (let death = 1; death <= 3; death += 1) {
    expect(await claimTurn(door.store.db, id, 60_000)).toMatchObject({ attempts: death });
    await door.store.passTime();
  }
  await using runner = runnerOn(door, async () => {
    throw new Error('It was taken.');
  });
  await runner.run(id);
  const project = await projectOf(door);
  expect(project).toMatchObject({ phase: 'intake', turns: {}, held: [] });
  expect(Object.values(project?.decisions ?? {})).toMatchObject([
    {
      title: 'P1: Your objective is not read',
      why:
        'Paul reads the objective. The turn was begun 3 times and never finished: the program ' +
        'ended each time before it got any further. (P1.turn.1)',
      options: ['Try once more', 'Cancel the project'],
    },
  ]);
});

test('a turn that gets further before it takes its process down is taken again', async () => {
  await using door = await openProject();
  for (let death = 1; death <= 5; death += 1) {
    const claimed = await claimTurn(door.store.db, id, 60_000);
    if (claimed === null) throw new Error('not claimed');
    const claim = { id, fence: claimed.fence };
    await door.store.transact((tx) => noteProgress(tx, claim));
    await door.store.passTime();
  }
  let isTaken = false;
  await using runner = runnerOn(door, async () => {
    isTaken = true;
    return brief;
  });
  await runner.run(id);
  expect(isTaken).toBe(true);
});

test('people are told once when a model leaves a turn waiting, however often it is begun', async () => {
  await using door = await openProject();
  await using runner = runnerOn(door, async (_turn, _signal, { onDelay }) => {
    await onDelay('m has not answered for 30 seconds.');
    await onDelay('m has not answered for 30 seconds.');
    return brief;
  });
  await runner.run(id);
  const effects = await door.store.db.select().from(outbox);
  const waits = effects.filter(({ id: effect }) => effect.startsWith(`turn.${id}.slow`));
  expect(waits.map(({ kind }) => kind)).toEqual(['post']);
  expect((await projectOf(door))?.title).toBe('Lisbon');
});

test('a turn that waits for one cause is on record once, until it gets on', async () => {
  await using door = await openProject();
  let tries = 0;
  await using runner = runnerOn(door, async (_turn, _signal, { onGoingOn }) => {
    tries += 1;
    if (tries === 5) await onGoingOn();
    throw new ModelError('503', { code: 'unreachable', retry: 'later', retryAfterMs: 5 });
  });
  const recorded = async () => {
    const { rows } = await door.store.db.execute(
      "select type from facts where type in ('turn-put-off', 'turn-went-on') order by seq",
    );
    const { rows: accepted } = await door.store.db.execute(
      "select event_id from inbox where type = 'turn-delayed'",
    );
    return [...rows.map(({ type }) => type), accepted.length];
  };
  for (let round = 1; round <= 4; round += 1) {
    await runner.run(id);
    await door.store.passTime();
  }
  expect(await recorded()).toEqual(['turn-put-off', 1]);
  await runner.run(id);
  expect(tries).toBe(5);
  expect(await recorded()).toEqual(['turn-put-off', 'turn-went-on', 'turn-put-off', 2]);
});

test.each([
  ['rate-limited', []],
  ['access-refused', [id]],
])('a start ends no pause that an endpoint asked for: %s', async (code, due) => {
  await using door = await openProject();
  await using runner = runnerOn(door, async () => {
    throw new ModelError('no', { code, retry: 'later', retryAfterMs: 3_600_000 });
  });
  await runner.run(id);
  expect(await dueTurns(door.store.db, null)).toEqual([]);
  await retryWaiting(door.store.db);
  expect(await dueTurns(door.store.db, null)).toEqual(due);
});
