// Files without what is to be forgotten, zips among them. What is no text is read byte by byte, so
// that it stays what it is. A hand-over's manifest names the files by what they hold, so its hashes
// change with them.
import { unzipSync, zipSync } from 'fflate';
import { erase } from '../domain/passage.ts';
import type { Passage } from '../domain/passage.ts';
import { sha256 } from '../lib/json.ts';

type Contents = ReadonlyMap<string, Uint8Array>;

const manifest = 'manifest.json';

/** @returns null when nothing of it has to go */
export function cleanFile(content: Buffer, passages: readonly Passage[]): Buffer | null {
  if (!isZip(content)) return cleanText(content, passages);
  const whole = new Map(Object.entries(unzipSync(content)));
  const changed = cleanFolder(whole, passages);
  if (changed.size === 0) return null;
  const entries: Record<string, Uint8Array> = {};
  for (const [name, bytes] of whole) entries[erase(name, passages)] = changed.get(name) ?? bytes;
  // The same time as the bundle's own, so that the same contents stay the same bytes.
  return Buffer.from(zipSync(entries, { mtime: new Date(2000, 0, 1), level: 6 }));
}

/**
 * @returns the files that have to change, by name, as they shall be; the manifest first, since what
 * it says of a file can be told only before that file has changed
 */
export function cleanFolder(
  whole: Contents,
  passages: readonly Passage[],
): Map<string, Uint8Array> {
  const changed = new Map<string, Uint8Array>();
  let index = textOf(whole.get(manifest) ?? new Uint8Array());
  const before = index;
  for (const [name, bytes] of whole) {
    if (name === manifest) continue;
    const clean = cleanFile(Buffer.from(bytes), passages);
    if (clean === null) continue;
    changed.set(name, clean);
    const named = new RegExp(`("sha256": ")${sha256(bytes)}(",\\s*"bytes": )\\d+`, 'g');
    index = index.replaceAll(named, `$1${sha256(clean)}$2${clean.byteLength}`);
  }
  index = erase(index, passages);
  return index === before ? changed : new Map([[manifest, Buffer.from(index)], ...changed]);
}

function isZip(content: Buffer): boolean {
  return content.length > 4 && content.readUInt32BE(0) === 0x504b0304;
}

function cleanText(content: Buffer, passages: readonly Passage[]): Buffer | null {
  const encoding = isUtf8(content) ? 'utf8' : 'latin1';
  const text = content.toString(encoding);
  const clean = erase(text, passages);
  return clean === text ? null : Buffer.from(clean, encoding);
}

function isUtf8(content: Buffer): boolean {
  return Buffer.from(content.toString('utf8'), 'utf8').equals(content);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
