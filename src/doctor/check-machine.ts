// The machine under us: Node, the data folder with room in it, and the port.
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Patient } from './patient.ts';

export const machineChecks: readonly Check[] = [
  { id: 'machine.node', name: 'Node', needs: [], look: () => checkNode(process.versions.node) },
  { id: 'machine.folder', name: 'Data folder', needs: [], look: checkFolder },
  { id: 'machine.port', name: 'Port', needs: [], look: checkPort },
];

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const cure = 'Run it with npm, which uses the Node that `npm ci` installed.';
  if (major < 24 || (major === 24 && minor < 12)) return fault(`${version} is too old`, cure);
  return major < 27 ? ok(version) : warn(`${version} is newer than what was tried`, cure);
}

const gibibyte = 1024 ** 3;
/** Embedded Postgres and Chroma grow by some hundred megabytes in a year of projects. */
const freeBytesWanted = 2 * gibibyte;
/** Below this Postgres may stop in the middle of a day. */
const freeBytesMin = gibibyte / 4;

async function checkFolder({ homePath }: Patient): Promise<Finding> {
  const folder = await nearestFolder(homePath);
  const elsewhere = 'Make it writable for this user, or set `ATEAMS_HOME` to another folder.';
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return fault(`${folder} cannot be written to`, elsewhere);
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${homePath}, ${(free / gibibyte).toFixed(1)} GiB free`;
  const room = 'Make room, or set `ATEAMS_HOME` to a folder on another disk.';
  if (free < freeBytesMin) return fault(found, room);
  return free < freeBytesWanted ? warn(found, room) : ok(found);
}

/** The folder itself, or where it would be made. */
async function nearestFolder(path: string): Promise<string> {
  try {
    await access(path);
    return path;
  } catch {
    return dirname(path) === path ? path : nearestFolder(dirname(path));
  }
}

async function checkPort({ host, port, isInside }: Patient): Promise<Finding> {
  const at = `${host}:${port}`;
  if (isInside) return ok(`${at}, this agency's own`);
  if (port === 0) return ok('any free one');
  const refusal = await tryPort(host, port);
  if (refusal === null) return ok(`${at} is free`);
  if (refusal !== 'EADDRINUSE') {
    return fault(
      `${at} cannot be listened at (${refusal})`,
      'Set `HOST` to an address of this machine, and `PORT` above 1023.',
    );
  }
  if (await isAgency(host, port)) return ok(`${at}, where an agency runs now`);
  return fault(`${at} is taken by another program`, 'Set `PORT` to a free one, or to 0 for any.');
}

/** @returns the code of the refusal; null when the port is free */
function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

const Health = z.strictObject({ alive: z.literal(true) });
const answerMsMax = 2000;

async function isAgency(host: string, port: number): Promise<boolean> {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = reached.includes(':') ? `[${reached}]` : reached;
  try {
    const response = await fetch(`http://${name}:${port}/healthz`, {
      signal: AbortSignal.timeout(answerMsMax),
    });
    return parseJson(Health, await response.text()).ok;
  } catch {
    // Whatever holds the port, it does not answer as we do.
    return false;
  }
}
