import { expect, test } from 'vitest';
import { silentLog } from '../../src/lib/log.ts';
import { createClosers } from '../../src/wiring/closers.ts';
import type { Stage } from '../../src/wiring/closers.ts';

test('parts stop by stages, and those of one stage in the reverse order of their start', async () => {
  const closers = createClosers(silentLog);
  const stopped: string[] = [];
  const add = (name: string, stage?: Stage) =>
    closers.add(name, async () => void stopped.push(name), stage);
  add('database');
  add('Discord');
  add('posts', 'sends');
  add('back-fill', 'intake');
  add('hearing', 'intake');
  add('turns', 'turns');
  add('sweep', 'claims');
  await Promise.all([closers.closeAll(), closers.closeAll()]);
  const order = ['sweep', 'hearing', 'back-fill', 'turns', 'posts', 'Discord', 'database'];
  expect(stopped).toEqual(order);
});

test('a part that fails keeps no other from stopping, and one that is started late stops too', async () => {
  const closers = createClosers(silentLog);
  const stopped: string[] = [];
  closers.add('first', async () => void stopped.push('first'));
  closers.add('broken', () => Promise.reject(new Error('a bug')), 'claims');
  closers.add(
    'turns',
    async ({ manner }) => {
      stopped.push(`turns ${manner}`);
      closers.add('late', async () => void stopped.push('late'), 'claims');
    },
    'turns',
  );
  await closers.closeAll('at once');
  expect(stopped).toEqual(['turns at once', 'late', 'first']);
});
