// Looks for words wherever anything of an agency can be: every row of every table of its database,
// files and zips in its data folder, everything people see in Discord with what is attached to it.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import type { Store } from '../../src/store/open-store.ts';
import type { TestAgency } from '../support/agency.ts';

const Table = z.object({ schema: z.string(), name: z.string() });
const Content = z.object({ sha256: z.string(), content: z.instanceof(Buffer) });

/** Any of these words, whatever their case. */
export type Words = RegExp;

function holds(bytes: Uint8Array, words: Words): boolean {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (isZip) return Object.values(unzipSync(bytes)).some((part) => holds(part, words));
  return words.test(strFromU8(bytes));
}

/** @returns `schema.table` for each table with a row that holds them, and `file …` for files */
export async function inDatabase({ db }: Store, words: Words): Promise<string[]> {
  const tables = await db.execute(sql`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`);
  const found: string[] = [];
  for (const { schema, name } of tables.rows.map((row) => Table.parse(row))) {
    const hits = await db.execute(sql`select 1
      from ${sql.identifier(schema)}.${sql.identifier(name)} as one
      where to_jsonb(one)::text ~* ${words.source} limit 1`);
    if (hits.rows.length > 0) found.push(`${schema}.${name}`);
  }
  const files = await db.execute(sql`select sha256, content from files`);
  for (const { sha256, content } of files.rows.map((row) => Content.parse(row))) {
    if (holds(content, words)) found.push(`file ${sha256}`);
  }
  return found.sort();
}

/** @returns paths inside the data folder */
export async function onDisk(home: string, words: Words): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !holds(await readFile(path), words)) continue;
    found.push(path.slice(home.length + 1));
  }
  return found.sort();
}

/** @returns links to messages and names of channels, as the Director sees them */
export async function inDiscord(
  { director, guildId }: Pick<TestAgency, 'director' | 'guildId'>,
  words: Words,
): Promise<string[]> {
  const found: string[] = [];
  for (const channel of await director.channels(guildId)) {
    if (words.test(`${channel.name} ${channel.topic ?? ''}`)) found.push(`#${channel.name}`);
    if (channel.type === 4) continue;
    for (const message of await director.readAll(channel.id)) {
      const attached = await Promise.all(
        message.attachments.map(({ url }) => director.download(url)),
      );
      const isInText = words.test(JSON.stringify(message));
      if (isInText || attached.some((bytes) => holds(bytes, words))) {
        found.push(`https://discord.com/channels/${guildId}/${channel.id}/${message.id}`);
      }
    }
  }
  return found;
}
