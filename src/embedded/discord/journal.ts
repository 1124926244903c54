// Append-only JSON lines under the data folder. A batch reaches the operating system before the
// HTTP reply leaves, so kill -9 loses nothing that was answered. Invariant: the file is whole lines
// plus at most one torn tail, which is cut off at open, and at once when the disk is full.
// Surprise: nothing is opened for writing until the first append or `open()`, because a second
// process on a taken port must not touch it.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '../../lib/errors.ts';
import { parseJson } from '../../lib/json.ts';
import { serverLimits } from './limits.ts';
import { Batch } from './records.ts';
import type { Change } from './records.ts';

export interface Journal {
  /** Every batch in order; writes nothing. @throws EmbeddedError when the middle is damaged. */
  read(): Change[][];
  /** Cuts the torn tail and rewrites history as `live`, so that the file does not grow for ever. */
  open(live: Change[]): void;
  append(changes: Change[]): void;
  /** Rewrites the file: nothing that was deleted or changed stands in it any more. */
  compact(live: Change[]): void;
  /** Rewrites the file when it is large and mostly history. */
  compactIfLarge(live: () => Change[]): void;
  close(): void;
}

const newline = 10;

export function createJournal(folder: string): Journal {
  const path = join(folder, 'journal.jsonl');
  let file: number | undefined;
  let bytes = 0;
  let bytesWhenCompact = 0;

  const rewrite = (live: Change[]): void => {
    const next = `${path}.next`;
    rmSync(next, { force: true });
    const target = openSync(next, 'wx', 0o600);
    let written = 0;
    try {
      for (const change of live) written += writeLine(target, [change], written);
      fsyncSync(target);
      renameSync(next, path);
    } catch (error) {
      closeSync(target);
      rmSync(next, { force: true });
      throw error;
    }
    if (file !== undefined) closeSync(file);
    file = target;
    bytes = written;
    bytesWhenCompact = written;
  };

  return {
    read: () => (existsSync(path) ? readBatches(path).batches : []),
    open(live) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (existsSync(path)) truncateSync(path, readBatches(path).wholeBytes);
      rewrite(live);
    },
    append(changes) {
      if (file === undefined) {
        throw new EmbeddedError('the journal is not open', {
          code: 'local-discord-journal-closed',
          retry: 'never',
        });
      }
      bytes += writeLine(file, changes, bytes);
    },
    compact: rewrite,
    compactIfLarge(live) {
      if (bytes > serverLimits.journalBytes && bytes > 3 * bytesWhenCompact) rewrite(live());
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/**
 * @param at the end of the file's last whole line
 * @returns bytes written; a short write continues, and what could be written of a line that has no
 * room is taken back, since a line must never stand half.
 */
function writeLine(file: number, changes: Change[], at: number): number {
  const batch: Batch = { v: 1, changes };
  const line = Buffer.from(`${JSON.stringify(batch)}\n`);
  let written = 0;
  try {
    while (written < line.length) {
      written += writeSync(file, line, written, line.length - written, at + written);
    }
  } catch (error) {
    ftruncateSync(file, at);
    throw error;
  }
  return written;
}

function readBatches(path: string): { batches: Change[][]; wholeBytes: number } {
  const data = readFileSync(path);
  const batches: Change[][] = [];
  let start = 0;
  for (let end = data.indexOf(newline, start); end >= 0; end = data.indexOf(newline, start)) {
    const parsed = parseJson(Batch, data.toString('utf8', start, end));
    if (!parsed.ok) {
      const isTail = data.indexOf(newline, end + 1) < 0 && end + 1 === data.length;
      if (isTail) break;
      throw new EmbeddedError(`journal damaged at byte ${start}: ${parsed.reason}`, {
        code: 'local-discord-journal-damaged',
        retry: 'never',
        forPeople:
          `The local Discord's journal ${path} is damaged at byte ${start}. ` +
          'Restore it, or move it away to start afresh.',
      });
    }
    batches.push(parsed.value.changes);
    start = end + 1;
  }
  return { batches, wholeBytes: start };
}
