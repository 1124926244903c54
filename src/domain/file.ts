// A file is its content: stored once under its SHA-256. A reference carries what decisions need.
import { z } from 'zod';
import { Sha256 } from './ids.ts';
import { limits } from './limits.ts';

/** A display name, never a path: no separators, no leading dot. */
export const FileName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,78}\.[a-z0-9]{1,8}$/u, 'a name such as plan.md');

export const FileRef = z.strictObject({
  name: FileName,
  sha256: Sha256,
  bytes: z.int().nonnegative().max(limits.fileBytesMax),
});
export type FileRef = z.infer<typeof FileRef>;

/** The bundle holds many files, so it has no bound of its own. */
export const BundleRef = FileRef.extend({ bytes: z.int().nonnegative() });
export type BundleRef = z.infer<typeof BundleRef>;
