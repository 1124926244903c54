// What was held because people had to put something right goes on when they have: the server tells
// of every change, so nothing has to be tried in vain to find out.
import type { AccessChange } from '../domain/access-change.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/open-store.ts';
import { heldFor, releaseHeld } from '../store/outbox.ts';
import { categoryOfName, placeOfChannel } from '../store/places.ts';
import { isAbout } from './closed-places.ts';
import type { Effects } from './carry-out.ts';

interface ReopenDeps {
  store: Store;
  log: Log;
  effects: Pick<Effects, 'lookAgain'>;
  wake: () => void;
}

export async function reopen(deps: ReopenDeps, change: AccessChange): Promise<void> {
  const { store, log, effects, wake } = deps;
  const key = await keyOf(store, change);
  const fits = (where: string): boolean => {
    if (change.about === 'everything') return true;
    if (change.about === 'room') return where.startsWith('opening ');
    return key !== null && isAbout(where, key);
  };
  effects.lookAgain(fits, key);
  let released = 0;
  for (const held of await heldFor(store.db)) {
    // The last word is the refusal's code.
    const where = held.slice(0, held.lastIndexOf(' '));
    if (fits(where)) released += await releaseHeld(store.db, held);
  }
  if (released === 0) return;
  log.info({ change, effects: released }, 'what was held is tried again');
  wake();
}

async function keyOf({ db }: Store, change: AccessChange): Promise<string | null> {
  if (change.about === 'category') return categoryOfName(db, change.name);
  if (change.about !== 'place') return null;
  return change.key ?? (await placeOfChannel(db, change.channelId));
}
