// The Redis that tests of the queue start, when the machine has one.
import { redisServerPath } from '../runtime/redis.ts';

export const redisServer = redisServerPath(process.env['PATH'] ?? '');
/** In CI Redis must be there, and its absence is a failure nobody can overlook. */
export const isRedisAway = redisServer === null && process.env['CI'] === undefined;
