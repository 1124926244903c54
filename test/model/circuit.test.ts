import { describe, expect, test } from 'vitest';
import { ModelFault } from '../../src/domain/model-port.ts';
import { ModelError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';
import { type Circuit, createCircuit, type Pass } from '../../src/model/circuit.ts';
import { faultTable, modelError } from '../../src/model/fault-table.ts';
import { stillClock } from './arrange.ts';

function start() {
  const clock = stillClock();
  const circuit = createCircuit({
    clock,
    random: () => 0,
    log: silentLog,
    probeMs: 30_000,
    ids: { model: 'm' },
  });
  return { clock, circuit };
}

function passOf(circuit: Circuit): Pass {
  const entered = circuit.enter();
  if (entered instanceof ModelError) throw entered;
  return entered;
}

/** The error of whoever is turned away; undefined for whoever may pass, and is called off. */
function turnedAway(circuit: Circuit): ModelError | undefined {
  const entered = circuit.enter();
  if (entered instanceof ModelError) return entered;
  fail(entered, 'aborted');
  return undefined;
}

/** A failure that its question is given up for, which first failed a moment ago. */
function fail(pass: Pass, fault: ModelFault, firstFailedAt = 2e6) {
  const error = modelError(fault, { detail: 'the server’s words' });
  return pass.failed(error) ?? pass.givenUp(error, firstFailedAt);
}

describe('an endpoint', () => {
  const cases = ModelFault.options.map((fault) => [fault, faultTable[fault].opens] as const);
  test.each(cases)('that fails with %s is left alone: %s', (fault, opens) => {
    const { circuit } = start();
    const early = passOf(circuit).failed(modelError(fault, { detail: 'once' }));
    expect(early?.retryAfterMs).toBe(opens === 'at-once' ? 30_000 : undefined);
    const late = start().circuit;
    expect(fail(passOf(late), fault)?.retryAfterMs).toBe(opens === 'never' ? undefined : 30_000);
    expect(turnedAway(late)?.code).toBe(opens === 'never' ? undefined : fault);
  });

  test('that answers others is not left alone because one question was given up', () => {
    const { circuit, clock } = start();
    const firstFailedAt = clock.monotonic();
    const [unlucky, lucky] = [passOf(circuit), passOf(circuit)];
    clock.advance(10);
    lucky.succeeded();
    expect(fail(unlucky, 'unreachable', firstFailedAt)).toBeUndefined();
    expect(turnedAway(circuit)).toBeUndefined();
  });
});

describe('an endpoint that is left alone', () => {
  test('turns everybody away with the reason, what to do, and the time that is left', () => {
    const { circuit, clock } = start();
    fail(passOf(circuit), 'quota-exhausted');
    clock.advance(10_000);
    expect(turnedAway(circuit)).toMatchObject({
      code: 'quota-exhausted',
      retry: 'later',
      retryAfterMs: 20_000,
      message:
        'quota-exhausted: left alone for now, because of “quota-exhausted: the server’s words”',
      forPeople: faultTable['quota-exhausted'].forPeople,
      ids: { model: 'm' },
    });
  });

  test('is probed by one question every thirty seconds', () => {
    const { circuit, clock } = start();
    fail(passOf(circuit), 'unreachable');
    for (let round = 0; round < 3; round += 1) {
      clock.advance(29_999);
      expect(turnedAway(circuit)).toBeDefined();
      clock.advance(1);
      const probe = passOf(circuit);
      expect(turnedAway(circuit)?.retryAfterMs).toBe(5_000);
      // A probe is not repeated, so it need not be given up.
      const ended = probe.failed(modelError('unreachable', { detail: 'still' }));
      expect(ended?.retryAfterMs).toBe(30_000);
    }
  });

  test('is open to all when its probe is answered', () => {
    const { circuit, clock } = start();
    fail(passOf(circuit), 'unreachable');
    clock.advance(30_000);
    passOf(circuit).succeeded();
    expect([turnedAway(circuit), turnedAway(circuit)]).toEqual([undefined, undefined]);
  });

  test.each(['rate-limited', 'request-rejected'] as const)(
    'is open to all when its probe ends with %s, which is an answer too',
    (fault) => {
      const { circuit, clock } = start();
      fail(passOf(circuit), 'unreachable');
      clock.advance(30_000);
      fail(passOf(circuit), fault);
      expect(turnedAway(circuit)).toBeUndefined();
      expect(turnedAway(circuit)).toBeUndefined();
    },
  );

  test('is probed by the next when the probe was called off', () => {
    const { circuit, clock } = start();
    fail(passOf(circuit), 'unreachable');
    clock.advance(30_000);
    fail(passOf(circuit), 'aborted');
    const probe = passOf(circuit);
    expect(turnedAway(circuit)).toBeDefined();
    probe.succeeded();
    expect(turnedAway(circuit)).toBeUndefined();
  });

  test('is open to all when a question from before is answered after all', () => {
    const { circuit } = start();
    const slow = passOf(circuit);
    fail(passOf(circuit), 'unreachable');
    slow.succeeded();
    expect(turnedAway(circuit)).toBeUndefined();
  });

  test('stays so no longer because of questions from before', () => {
    const { circuit, clock } = start();
    const slow = passOf(circuit);
    fail(passOf(circuit), 'unreachable');
    clock.advance(20_000);
    expect(fail(slow, 'unreachable')?.retryAfterMs).toBe(10_000);
    clock.advance(10_000);
    expect(turnedAway(circuit)).toBeUndefined();
  });
});
