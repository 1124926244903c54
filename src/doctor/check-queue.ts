// The queue: in Postgres there is nothing more to look at; a Redis must be young enough, let us in,
// and carry a job of BullMQ from one end to the other.
import { StoreError } from '../lib/errors.ts';
import { tryRedisQueue } from '../runtime/inspect-redis.ts';
import { nameOf } from './check-database.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Patient } from './patient.ts';

export const queueChecks: readonly Check[] = [
  { id: 'queue.server', name: 'Server', needs: [], look: checkServer },
  { id: 'queue.eviction', name: 'Eviction', needs: ['queue.server'], look: checkEviction },
  {
    id: 'queue.round-trip',
    name: 'Round trip',
    needs: ['queue.server'],
    msMax: 25_000,
    look: checkRoundTrip,
  },
];

const inDatabase = 'in the database';

async function checkServer({ redis }: Patient): Promise<Finding> {
  if (redis === null) return ok(inDatabase);
  const at = nameOf(redis.url);
  try {
    const { product, version } = await redis.inspect();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > 6 || (major === 6 && minor >= 2)) return ok(`${product} ${version}, ${at}`);
    return fault(
      `${product} ${version} is too old`,
      'Upgrade it to Redis 6.2 or newer, or Valkey.',
    );
  } catch (error) {
    if (error instanceof StoreError) return findingOf(error, at);
    throw error;
  }
}

function findingOf({ message }: StoreError, at: string): Finding {
  const withPassword =
    'Write them into `REDIS_URL`, as redis://user:password@host:port, or without a user as ' +
    'redis://:password@host:port; characters such as @ or # as %40, %23.';
  if (/NOAUTH/.test(message)) return fault(`${at} wants a password`, withPassword);
  if (/WRONGPASS|invalid password|AUTH/.test(message)) {
    return fault(`${at} refuses the user or the password`, withPassword);
  }
  if (/NOPERM/.test(message)) {
    return fault(
      `${at} does not allow its user enough: ${message}`,
      'Allow it the keys and channels `bull:*` and the commands `+@all -@dangerous +info`.',
    );
  }
  return fault(
    `${at} does not answer: ${message}`,
    'Start Redis, or set `REDIS_URL` to the right host and port (rediss:// where it speaks TLS), ' +
      'or leave it out: the queue is then in Postgres.',
  );
}

async function checkEviction({ redis }: Patient): Promise<Finding> {
  if (redis === null) return ok(inDatabase);
  const { evictionPolicy } = await redis.inspect();
  if (evictionPolicy === 'noeviction' || evictionPolicy === '') return ok('none');
  return warn(
    `when it is full it forgets keys (${evictionPolicy}), and so jobs`,
    'Set `maxmemory-policy noeviction`. Nothing is lost either way, but work waits for the sweep.',
  );
}

async function checkRoundTrip({ redis, clock }: Patient): Promise<Finding> {
  if (redis === null) return ok(inDatabase);
  try {
    return ok(`a job came through in ${Math.round(await tryRedisQueue(redis.url, clock))} ms`);
  } catch (error) {
    if (error instanceof StoreError) return findingOf(error, nameOf(redis.url));
    throw error;
  }
}
