// What must hold after every outage, read from both sides: each message of the bot in Discord is
// known under exactly one post, each post that was sent is in Discord, nothing is left to be said,
// and the record folds to what is stored.
import { expect } from 'vitest';
import { textOf } from '../../src/demo/seen-text.ts';
import type { Person, SeenMessage } from '../../src/embedded/discord/person.ts';
import { outbox, posts } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/open-store.ts';
import { countOpen } from '../../src/store/outbox.ts';
import { expectRecordHolds, until } from '../support/agency.ts';

/** Discord's type of a category, which holds no messages. */
const category = 4;

export interface Told {
  store: Store;
  person: Person;
  guildId: string;
}

/** Every message that the bot wrote, in all channels and threads. */
export async function saidByBot({ person, guildId }: Told): Promise<SeenMessage[]> {
  const channels = (await person.channels(guildId)).filter(({ type }) => type !== category);
  const all = (await Promise.all(channels.map(({ id }) => person.readAll(id)))).flat();
  return all.filter(({ author, type }) => author.bot === true && type === 0);
}

/** @returns how many messages there are */
export async function expectSaidOnce(told: Told): Promise<number> {
  const { store } = told;
  await until(async () => ((await countOpen(store.db)) === 0 ? true : null), 'quiet');
  const kept = await store.db.select({ ids: posts.messageIds }).from(posts);
  const ids = kept.flatMap((post) => post.ids);
  const said = await saidByBot(told);
  const known = new Set(ids);
  const seen = new Set(said.map(({ id }) => id));
  expect({
    twice: said.filter(({ id }) => !known.has(id)).map((one) => textOf(one)),
    lost: ids.filter((id) => !seen.has(id)),
    shared: ids.length - known.size,
  }).toEqual({ twice: [], lost: [], shared: 0 });
  const rows = await store.db.select({ id: outbox.id, status: outbox.status }).from(outbox);
  expect(rows.filter(({ status }) => status === 'parked')).toEqual([]);
  await expectRecordHolds({ store });
  return said.length;
}
