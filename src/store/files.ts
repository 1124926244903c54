// Files by their content: the same bytes are stored once, and a name never reaches the disk.
import { eq } from 'drizzle-orm';
import type { FileRef } from '../domain/file.ts';
import { StoreError } from '../lib/errors.ts';
import { sha256 } from '../lib/json.ts';
import type { Executor } from './open-store.ts';
import { files } from './schema.ts';

export async function saveFile(db: Executor, name: string, content: Uint8Array): Promise<FileRef> {
  const hash = sha256(content);
  await db
    .insert(files)
    .values({ sha256: hash, bytes: content.byteLength, content: Buffer.from(content) })
    .onConflictDoNothing();
  return { name, sha256: hash, bytes: content.byteLength };
}

/** @throws StoreError when no file has this hash */
export async function readFileContent(db: Executor, hash: string): Promise<Buffer> {
  const rows = await db
    .select({ content: files.content })
    .from(files)
    .where(eq(files.sha256, hash));
  const row = rows[0];
  if (row === undefined) {
    throw new StoreError(`No file ${hash}`, { code: 'file-missing', retry: 'never' });
  }
  return row.content;
}
