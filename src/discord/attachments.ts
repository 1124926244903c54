// Fetches what a person attached, from Discord's own file hosts and nowhere else: a URL in a
// payload must not make us visit addresses inside someone's network. The body is counted while it
// arrives, so a lying size cannot fill the memory.
import { DiscordError, messageOf } from '../lib/errors.ts';

const hosts = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const localHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
const timeoutMs = 10_000;

export interface AttachmentSource {
  url: string;
  /** The base of a Discord-compatible server; its origin counts as a file host when it is local. */
  apiUrl: string | null;
}

/** @throws DiscordError for a foreign host, a file that is too large, or one that does not come */
export async function downloadAttachment(
  { url, apiUrl }: AttachmentSource,
  bytesMax: number,
): Promise<Uint8Array> {
  if (!isAllowed(url, apiUrl)) {
    throw new DiscordError('an attachment lies on a foreign host', {
      code: 'discord-attachment-foreign',
      retry: 'never',
      forPeople: 'I only read files that were uploaded to Discord.',
    });
  }
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { redirect: 'error', signal });
    if (!response.ok || response.body === null) throw refusedWith(response.status);
    return await readAtMost(response.body, bytesMax);
  } catch (error) {
    if (error instanceof DiscordError) throw error;
    throw new DiscordError(`an attachment did not arrive: ${messageOf(error)}`, {
      code: 'discord-attachment-unreachable',
      retry: 'later',
      forPeople: 'I could not download the attached file.',
      cause: error,
    });
  }
}

function isAllowed(url: string, apiUrl: string | null): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  if (parsed.protocol === 'https:' && hosts.has(parsed.host)) return true;
  const api = apiUrl === null ? null : URL.parse(apiUrl);
  return api !== null && localHosts.has(api.hostname) && parsed.origin === api.origin;
}

function refusedWith(status: number): DiscordError {
  return new DiscordError(`an attachment was refused with ${status}`, {
    code: `discord-attachment-${status}`,
    retry: status >= 500 || status === 429 ? 'later' : 'never',
    forPeople: 'The attached file is not there any more. Please attach it again.',
  });
}

async function readAtMost(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > bytesMax) {
      throw new DiscordError(`an attachment is larger than ${bytesMax} bytes`, {
        code: 'discord-attachment-too-large',
        retry: 'never',
        forPeople: `The attached file is larger than ${Math.floor(bytesMax / 1000)} kB.`,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
