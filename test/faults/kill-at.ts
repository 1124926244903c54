// Loaded into a process of the agency before its program (`--import`): ends or holds up that very
// process when it reaches one of its points, as a power cut would. What to do stands in the query
// of this file's own URL, because a process's environment is its configuration's alone; which
// point it was is told through file descriptor 3 before anything happens.
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { pointsChannel } from '../../src/lib/points.ts';

const asked = new URL(import.meta.url).searchParams;
const deed = asked.get('deed') === 'stop' ? 'SIGSTOP' : 'SIGKILL';
/** How often each point is still to be passed; `point*2` means the second time. */
const left = new Map(
  (asked.get('at') ?? '').split(',').map((entry) => {
    const [point = '', nth = '1'] = entry.split('*');
    return [point, Number(nth)] as const;
  }),
);

subscribe(pointsChannel, (point) => {
  const name = String(point);
  const before = left.get(name);
  if (before === undefined) return;
  if (before > 1) {
    left.set(name, before - 1);
    return;
  }
  left.clear();
  writeSync(3, `${name}\n`);
  process.kill(process.pid, deed);
});
