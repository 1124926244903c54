// What the database itself can testify to: who claimed what and when, when a turn was ended, and in
// which order effects were decided.
// Triggers in a schema of their own write it down in the transaction in which it happens, so
// nothing is missed and nothing is guessed from outside. Who it was is told by the connection.
import type { Pool } from 'pg';
import { z } from 'zod';

const observers = `
  create schema if not exists faults;
  create table if not exists faults.claims (
    kind text not null, id text not null, fence int not null, before text not null,
    slot text not null default current_setting('application_name'),
    lease_until timestamptz not null, at timestamptz not null default clock_timestamp());
  create table if not exists faults.endings (
    turn_id text not null, fence int not null, status text not null, before text not null,
    at timestamptz not null default clock_timestamp());
  create table if not exists faults.decided (id text primary key, seq bigint not null);
  create or replace function faults.decided() returns trigger language plpgsql as $$
    begin
      insert into faults.decided (id, seq) values (new.id, new.seq) on conflict do nothing;
      return null;
    end $$;
  create or replace function faults.claimed() returns trigger language plpgsql as $$
    begin
      insert into faults.claims (kind, id, fence, before, lease_until)
        values (tg_table_name, new.id, new.fence, old.status, old.lease_until);
      return null;
    end $$;
  create or replace function faults.ended() returns trigger language plpgsql as $$
    begin
      insert into faults.endings (turn_id, fence, status, before)
        values (new.id, new.fence, new.status, old.status);
      return null;
    end $$;
  create trigger claimed after update on public.turns for each row
    when (new.status = 'running' and new.fence > old.fence) execute function faults.claimed();
  create trigger claimed after update on public.outbox for each row
    when (new.status = 'running' and new.fence > old.fence) execute function faults.claimed();
  create trigger decided after insert on public.outbox for each row
    execute function faults.decided();
  create trigger ended after update on public.turns for each row
    when (new.status in ('done', 'failed') and new.finished_at is distinct from old.finished_at)
    execute function faults.ended();
`;

/** What a process calls its connections, so that its claims can be told from others'. */
export function connectionName(slot: string): string {
  return `a-teams.${slot}`;
}

/** The database must be migrated. */
export async function watchDatabase(pool: Pool): Promise<void> {
  await pool.query(observers);
}

const Takeover = z.object({
  kind: z.enum(['turns', 'outbox']),
  id: z.string(),
  /** Whoever held it before, and since when, epoch ms. */
  holder: z.string(),
  heldAt: z.coerce.number(),
  /** When the holder's lease ran out, and when the next claim was. */
  leaseUntil: z.coerce.number(),
  at: z.coerce.number(),
});
export type Takeover = z.infer<typeof Takeover>;

/** Claims of what somebody else had claimed and neither finished nor given back. */
export async function takeoversOf(pool: Pool): Promise<Takeover[]> {
  const ms = (column: string) => `extract(epoch from ${column}) * 1000`;
  const { rows } = await pool.query(`
    select later.kind, later.id, earlier.slot as holder, ${ms('earlier.at')} as "heldAt",
      ${ms('later.lease_until')} as "leaseUntil", ${ms('later.at')} as at
    from faults.claims later join faults.claims earlier
      on earlier.kind = later.kind and earlier.id = later.id and earlier.fence = later.fence - 1
    where later.before = 'running' order by later.at`);
  return z.array(Takeover).parse(rows);
}

/** Breaks connections of the agency, as a network does. @returns how many */
export async function cutConnections(pool: Pool, max: number): Promise<number> {
  const { rows } = await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'a-teams.%'
      order by md5(pid::text) limit $1`,
    [max],
  );
  return rows.length;
}
