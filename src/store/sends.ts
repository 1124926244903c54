// The memory of messages on their way to Discord. A row is armed before each try, under the fence
// of the outbox row it belongs to: whoever lost that row arms nothing and so posts nothing. What
// was made is marked without asking for the fence. An empty message id: made, and deleted since.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { OnItsWay, SendOutcome, Sends } from '../domain/sends.ts';
import { storeError } from './open-store.ts';
import type { Executor } from './open-store.ts';
import type { Delivery } from './outbox.ts';

const deleted = '';

const Found = z.object({
  channelId: z.string(),
  firstAt: z.number(),
  windowAgeMs: z.number(),
  silentMs: z.number(),
  messageId: z.string().nullable(),
});
const Outcome = z.object({ messageId: z.string().nullable() });
const Id = z.object({ id: z.string() });

/** @param delivery the effect that posts these messages, under lease */
export function createSends(db: Executor, delivery: Pick<Delivery, 'id' | 'fence'>): Sends {
  const run = async (statement: ReturnType<typeof sql>): Promise<unknown[]> => {
    try {
      return (await db.execute(statement)).rows;
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    find: async (nonce) => findIn(await run(selectSend(nonce))),
    arm: async (nonce, { channelId, opensWindow }) => {
      // A claim takes the row for itself, so it comes before this statement or after it.
      const [row] = await run(sql`
        with mine as (select id from outbox
          where id = ${delivery.id} and fence = ${delivery.fence} and status = 'running' for share)
        insert into sends (nonce, channel_id, first_at, window_at, last_at)
        select ${nonce}, ${channelId}, at, at, at from mine, clock_timestamp() as at
        on conflict (nonce) do update set last_at = excluded.last_at,
          channel_id = excluded.channel_id,
          window_at = case when ${opensWindow} then excluded.last_at else sends.window_at end
        returning message_id as "messageId"`);
      return row === undefined ? null : outcomeOf(Outcome.parse(row).messageId);
    },
    isOurs: async () => {
      const rows = await run(sql`select 1 from outbox
        where id = ${delivery.id} and fence = ${delivery.fence} and status = 'running'`);
      return rows.length > 0;
    },
    mark: async (nonce, messageId) => {
      await run(sql`update sends set message_id = ${messageId ?? deleted}
        where nonce = ${nonce} and message_id is null`);
    },
    refuse: async (nonce) => {
      await run(sql`delete from sends
        where nonce = ${nonce} and message_id is null and first_at = last_at`);
    },
    othersOf: async (nonce, messageIds) => {
      if (messageIds.length === 0) return new Set();
      const ids = sql.join(
        messageIds.map((id) => sql`${id}`),
        sql`, `,
      );
      const rows = await run(sql`
        select message_id as id from sends where message_id in (${ids}) and nonce <> ${nonce}
        union select id from messages where id in (${ids})
        union select said.id from posts, unnest(message_ids) as said(id)
          where said.id in (${ids})`);
      return new Set(rows.map((row) => Id.parse(row).id));
    },
  };
}

function selectSend(nonce: string) {
  const since = (column: ReturnType<typeof sql>) =>
    sql`(extract(epoch from clock_timestamp() - ${column}) * 1000)::float8`;
  return sql`
    select channel_id as "channelId", (extract(epoch from first_at) * 1000)::float8 as "firstAt",
      ${since(sql`window_at`)} as "windowAgeMs", ${since(sql`last_at`)} as "silentMs",
      message_id as "messageId"
    from sends where nonce = ${nonce}`;
}

function findIn([row]: unknown[]): OnItsWay | null {
  if (row === undefined) return null;
  const { messageId, ...ages } = Found.parse(row);
  return { ...ages, outcome: outcomeOf(messageId) };
}

function outcomeOf(messageId: string | null): SendOutcome {
  if (messageId === null) return { state: 'unknown' };
  return messageId === deleted ? { state: 'deleted' } : { state: 'made', messageId };
}
