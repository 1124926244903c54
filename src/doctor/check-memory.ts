// Chroma: is it there, and does it speak the API that we speak? Without it the agency works and
// remembers less, but who has named one wants it to be used.
import { z } from 'zod';
import { messageOf } from '../lib/errors.ts';
import { parseJson } from '../lib/json.ts';
import { nameOf } from './check-database.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Patient } from './patient.ts';

export const memoryChecks: readonly Check[] = [
  { id: 'memory.server', name: 'Server', needs: [], look: checkServer },
];

const answerMsMax = 5000;
const anotherVersion =
  'Run Chroma 1.0 or newer (such as the image chromadb/chroma:1.0.20), or leave `CHROMA_URL` out ' +
  'for the embedded one.';

async function checkServer({ memory, memoryFault }: Patient): Promise<Finding> {
  if (memoryFault !== null) return warn('there is no memory', memoryFault);
  if (memory === null) return checkEmbedded();
  const at = nameOf(memory.url);
  const version = await ask(`${memory.url}/api/v2/version`);
  if (!version.ok && version.status === null) {
    return fault(
      `${at} does not answer: ${version.reason}`,
      'Start Chroma, or set `CHROMA_URL` to the right host and port, or leave it out for the ' +
        'embedded one.',
    );
  }
  if (!version.ok && (version.status === 401 || version.status === 403)) {
    return fault(
      `${at} wants to know who asks`,
      'Name a Chroma in `CHROMA_URL` that is reached without a token, on a network of its own.',
    );
  }
  const older = version.ok ? version : await ask(`${memory.url}/api/v1/version`);
  if (!older.ok) {
    return fault(`${at} answers, but is no Chroma`, 'Set `CHROMA_URL` to the right host and port.');
  }
  const [major = 0] = older.version.split('.').map(Number);
  if (!version.ok || major < 1) {
    return fault(`Chroma ${older.version} at ${at} speaks an older API`, anotherVersion);
  }
  return ok(`Chroma ${version.version}, ${memory.isOwn ? at : 'embedded'}`);
}

/**
 * Nothing is started here; it is only looked whether it could be.
 * @throws EmbeddedError
 */
async function checkEmbedded(): Promise<Finding> {
  const { findChromaBinding } = await import('../embedded/chroma/binding.ts');
  const { version } = await findChromaBinding();
  return ok(`embedded Chroma ${version}, started with the agency`);
}

type Answer =
  | { ok: true; version: string }
  /** `status` is null when nobody answered. */
  | { ok: false; status: number | null; reason: string };

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
    const text = await response.text();
    const parsed = parseJson(z.string(), text);
    if (response.ok && parsed.ok) return { ok: true, version: parsed.value };
    return { ok: false, status: response.status, reason: text.slice(0, 100) };
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    return { ok: false, status: null, reason: messageOf(cause ?? error) };
  }
}
