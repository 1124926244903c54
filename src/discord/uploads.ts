// The files of a rendered message as an upload: bytes from the store, and texts that were too long
// for messages. Types carry their character set, or Discord's preview shows broken letters.
import type { RawFile } from 'discord.js';
import type { Rendered } from './render/rendered.ts';

export interface Uploads {
  files: RawFile[];
  /** As the payload names them; ids are places in `files`. */
  attachments: { id: string; filename: string }[];
}

const contentTypes: Readonly<Record<string, string>> = {
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  zip: 'application/zip',
};

export async function uploadsOf(
  message: Pick<Rendered, 'files' | 'texts'>,
  loadFile: (sha256: string) => Promise<Uint8Array>,
): Promise<Uploads> {
  const stored = await Promise.all(
    message.files.map(async ({ name, sha256 }) => rawFile(name, await loadFile(sha256))),
  );
  const written = message.texts.map(({ name, text }) => rawFile(name, Buffer.from(text)));
  const files = [...stored, ...written];
  return {
    files,
    attachments: files.map((file, at) => ({ id: String(at), filename: file.name })),
  };
}

function rawFile(name: string, data: Uint8Array): RawFile {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  const contentType = contentTypes[extension] ?? 'application/octet-stream';
  return { name, data: Buffer.from(data), contentType };
}
