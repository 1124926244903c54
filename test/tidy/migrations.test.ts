// Generates migrations into a copy of `drizzle/` and compares: a change of the schema without its
// migration would be found at the first start of somebody else's database otherwise.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryPath } from './repository-files.ts';

const schema = path.join(repositoryPath, 'src/store/schema.ts');
const migrations = path.join(repositoryPath, 'drizzle');

describe('migrations', () => {
  test('say everything the schema says', async () => {
    if (!existsSync(schema)) return;
    await using folder = await temporaryFolder();
    const copy = path.join(folder.path, 'drizzle');
    await cp(migrations, copy, { recursive: true });
    generate(folder.path, { schema, out: copy });
    expect(await filesIn(copy)).toEqual(await filesIn(migrations));
  });

  test('a table without a migration is noticed', async () => {
    await using folder = await temporaryFolder();
    const planted = path.join(folder.path, 'schema.ts');
    const text = "import { pgTable, text } from 'drizzle-orm/pg-core';\n";
    await writeFile(planted, `${text}export const added = pgTable('added', { id: text() });\n`);
    const out = path.join(folder.path, 'drizzle');
    generate(folder.path, { schema: planted, out });
    expect((await filesIn(out)).filter((name) => name.endsWith('.sql'))).toHaveLength(1);
  });
});

/** Inside the repository, because a schema imports packages. */
function temporaryFolder() {
  return mkdtempDisposable(path.join(repositoryPath, 'node_modules', '.migrations-'));
}

/** drizzle-kit takes paths relative to where it runs only. */
function generate(folder: string, to: { schema: string; out: string }): void {
  const tool = path.join(repositoryPath, 'node_modules/drizzle-kit/bin.cjs');
  const [schemaPath, out] = [to.schema, to.out].map((name) => path.relative(folder, name));
  const options = ['--dialect=postgresql', `--schema=./${schemaPath}`, `--out=./${out}`];
  execFileSync(process.execPath, [tool, 'generate', ...options], { cwd: folder, stdio: 'pipe' });
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => !name.endsWith('.gitkeep')).sort();
}
