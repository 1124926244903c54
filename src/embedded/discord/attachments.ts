// Uploaded files: bytes on disk under their attachment id, links signed and expiring as Discord's
// are. Surprise: a link carries no name of a person, so whoever has it may download, which is how
// a bot fetches what a person attached.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { serverLimits } from './limits.ts';

export interface AttachmentFiles {
  save(id: string, data: Uint8Array): void;
  read(id: string): Buffer | undefined;
  remove(ids: string[]): void;
  /** Deletes files that no record names: an upload whose message never came to be. */
  sweep(named: ReadonlySet<string>): void;
}

export function createAttachmentFiles(folder: string): AttachmentFiles {
  const pathOf = (id: string): string => join(folder, id);
  return {
    save(id, data) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(pathOf(id), data, { mode: 0o600 });
    },
    read: (id) => (existsSync(pathOf(id)) ? readFileSync(pathOf(id)) : undefined),
    remove(ids) {
      for (const id of ids) rmSync(pathOf(id), { force: true });
    },
    sweep(named) {
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder)) {
        if (!named.has(name)) rmSync(pathOf(name), { force: true });
      }
    },
  };
}

export interface LinkSigner {
  /** @param path such as `/attachments/1/2/name.txt`; @returns it with `ex`, `is` and `hm`. */
  sign(path: string): string;
  isValid(path: string, query: Record<string, string>): boolean;
}

/** Instants are rounded to the hour, so that a message read twice has the same link. */
export function createLinkSigner(clock: Clock, secret: string): LinkSigner {
  const hourMs = 3_600_000;
  const mark = (path: string, expires: string, issued: string): string =>
    createHmac('sha256', secret).update(`${path}\n${expires}\n${issued}`).digest('hex');
  return {
    sign(path) {
      const issuedMs = Math.floor(clock.now() / hourMs) * hourMs;
      const issued = hexSeconds(issuedMs);
      const expires = hexSeconds(issuedMs + hourMs + serverLimits.attachmentUrlMs);
      return `${path}?ex=${expires}&is=${issued}&hm=${mark(path, expires, issued)}`;
    },
    isValid(path, query) {
      const { ex = '', is = '', hm = '' } = query;
      const expected = Buffer.from(mark(path, ex, is));
      const given = Buffer.from(hm);
      if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false;
      return Number.parseInt(ex, 16) * 1000 > clock.now();
    },
  };
}

function hexSeconds(ms: number): string {
  return Math.floor(ms / 1000).toString(16);
}
