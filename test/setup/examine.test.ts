import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { checkNode } from '../../src/doctor/check-machine.ts';
import { fault, ok, warn } from '../../src/doctor/check.ts';
import type { Check } from '../../src/doctor/check.ts';
import { checks } from '../../src/doctor/checks.ts';
import { examine, isHealthy } from '../../src/doctor/examine.ts';
import { patientOf } from '../../src/doctor/patient.ts';
import type { Patient } from '../../src/doctor/patient.ts';
import { reportMessage, reportText } from '../../src/doctor/report.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ConfigError } from '../../src/lib/errors.ts';

function patient(env: Record<string, string> = {}): Patient {
  const read = readConfig(env);
  if (!read.ok) throw new Error('not usable');
  return patientOf(read.config, systemClock);
}

function check(id: Check['id'], look: Check['look'], needs: Check['id'][] = []): Check {
  return { id, name: id, needs, look };
}

describe('examining', () => {
  test('what needs something that is not well is not looked at', async () => {
    const looked: string[] = [];
    const diagnoses = await examine(
      [
        check('queue.round-trip', () => ok(looked.push('round-trip').toString()), [
          'queue.eviction',
        ]),
        check('queue.eviction', () => ok(looked.push('eviction').toString()), ['queue.server']),
        check('queue.server', () => fault('away', 'Start it.')),
        check('memory.server', () => warn('old', 'Renew it.')),
      ],
      patient(),
    );
    expect(diagnoses.map(({ id, state, found }) => `${state} ${id}: ${found}`)).toEqual([
      'skipped queue.round-trip: needs: queue.eviction',
      'skipped queue.eviction: needs: queue.server',
      'fault queue.server: away',
      'warn memory.server: old',
    ]);
    expect(looked).toEqual([]);
    expect(isHealthy(diagnoses)).toBe(false);
  });

  test('a warning is followed by what needs it, and is healthy', async () => {
    const diagnoses = await examine(
      [
        check('queue.server', () => warn('old', 'Renew it.')),
        check('queue.eviction', () => ok('none'), ['queue.server']),
      ],
      patient(),
    );
    expect(diagnoses.map(({ state }) => state)).toEqual(['warn', 'ok']);
    expect(isHealthy(diagnoses)).toBe(true);
  });

  test('what does not answer in time is a fault', async () => {
    const never = check('memory.server', () => new Promise(() => undefined));
    const [diagnosis] = await examine([{ ...never, msMax: 1 }], patient());
    expect(diagnosis).toMatchObject({ state: 'fault', found: 'no answer within 0.001 s' });
  });

  test('what is thrown is a fault, in words for people where there are some', async () => {
    const error = new ConfigError('no', { code: 'x', retry: 'never', forPeople: 'Say yes.' });
    const diagnoses = await examine(
      [
        check('memory.server', () => Promise.reject(error)),
        check('queue.server', () => Promise.reject(new Error('undefined is not a function'))),
      ],
      patient(),
    );
    expect(diagnoses).toMatchObject([
      { state: 'fault', found: 'no', cure: 'Say yes.' },
      { found: 'undefined is not a function', cure: 'This looks like a fault of ours.' },
    ]);
  });

  test('no secret is in what is said, whoever says it', async () => {
    const env = {
      DISCORD_TOKEN: 'MTIz.abc.token-of-mine',
      DISCORD_GUILD_ID: '1100000000000000001',
      OPENAI_API_KEY: 'key-of-mine',
      DATABASE_URL: 'postgres://ateams:p%40ss-word@db.test/ateams',
      REDIS_URL: 'redis://:redis-word@redis.test',
    };
    const passwords = ['key-of-mine', 'p%40ss-word', 'p@ss-word', 'redis-word'];
    const [diagnosis] = await examine(
      [
        check('memory.server', () =>
          fault(Object.values(env).join(' '), `${passwords.join(' ')}.`),
        ),
      ],
      patient(env),
    );
    const said = JSON.stringify(diagnosis);
    expect(said).toContain('[secret]');
    for (const secret of [env.DISCORD_TOKEN, ...passwords]) expect(said).not.toContain(secret);
  });
});

test('every check has a place of its own, and needs only what is there', () => {
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(checks.flatMap(({ needs }) => needs).filter((id) => !ids.includes(id))).toEqual([]);
});

test.each([
  ['22.18.0', 'fault'],
  ['24.11.1', 'fault'],
  ['24.12.0', 'ok'],
  ['26.3.0', 'ok'],
  ['27.0.0', 'warn'],
])('Node %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

describe('a report', () => {
  const diagnoses = examine(
    [
      { ...check('discord.token', () => ok('local')), name: 'Bot token' },
      { ...check('discord.guild', () => ok('local')), name: 'Server' },
      { ...check('queue.server', () => fault('away', 'Start it,\nor not.')), name: 'Server' },
      { ...check('queue.eviction', () => ok('none'), ['queue.server']), name: 'Eviction' },
      { ...check('memory.server', () => warn('old', 'Renew it.')), name: 'Server' },
    ],
    patient(),
  );

  test('in a terminal has a line for each finding, and one for an area that says one thing', async () => {
    expect(reportText(await diagnoses)).toBe(`Discord
  ✓ Discord   local
Queue
  ✗ Server    away
      → Start it,
      → or not.
  – Eviction  needs: Server
Memory
  ! Server    old
      → Renew it.

1 fault, 1 warning, 1 not looked at; 5 checks.
`);
  });

  test('in Discord says the same', async () => {
    expect(reportMessage(await diagnoses)).toBe(`✓ **Discord**: local
✗ **Queue** Server: away
> Start it, or not.
– **Queue** Eviction: needs: Server
! **Memory** Server: old
> Renew it.
1 fault, 1 warning, 1 not looked at; 5 checks.`);
  });
});
