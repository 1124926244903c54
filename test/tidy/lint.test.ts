// The linter holds many of the rules. A rule that is misspelt in its configuration, or needs
// types and does not get them, is silent; so each rule that matters most is shown a breach.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { repositoryPath } from './repository-files.ts';

const Report = z.looseObject({
  diagnostics: z.array(z.looseObject({ code: z.string(), filename: z.string() })),
});

const tsconfig = `{ "compilerOptions": {
  "target": "es2024", "module": "nodenext", "strict": true, "noEmit": true,
  "allowImportingTsExtensions": true, "types": []
} }`;

/** A query builder of the kind that runs when it is awaited, and only then. */
const thenable = `
type Done = (rows: number[]) => void;
interface Query { where(id: number): Query; then(done: Done, failed: (e: Error) => void): void }
declare const db: { update(table: string): Query };
export function pause(): void { db.update('projects').where(1); }
`;

const breaches: Record<string, { rule: string; text: string }> = {
  'promise.ts': {
    rule: 'typescript(no-floating-promises)',
    text: 'async function send(): Promise<void> {}\nexport function say(): void { send(); }\n',
  },
  'void-promise.ts': {
    rule: 'typescript(no-floating-promises)',
    text: 'async function send(): Promise<void> {}\nexport function say(): void { void send(); }\n',
  },
  'thenable.ts': { rule: 'typescript(no-floating-promises)', text: thenable },
  'callback.ts': {
    rule: 'typescript(no-misused-promises)',
    text: 'export const f = (all: number[]): void => all.forEach(async () => {});\n',
  },
  'any.ts': {
    rule: 'typescript(no-explicit-any)',
    text: 'export const f = (x: any): number => 1;\n',
  },
  'unsafe.ts': {
    rule: 'typescript(no-unsafe-member-access)',
    text: "export const f = (text: string): unknown => JSON.parse(text)['a'];\n",
  },
  'bang.ts': {
    rule: 'typescript(no-non-null-assertion)',
    text: 'export const f = (all: number[]): number => all.at(0)!;\n',
  },
  'value-import.ts': {
    rule: 'typescript(consistent-type-imports)',
    text: "import { Name } from './names.ts';\nexport const f = (x: Name): Name => x;\n",
  },
  'one.ts': {
    rule: 'import(no-cycle)',
    text: "import { other } from './other.ts';\nexport const one = (): number => other();\n",
  },
  'switch.ts': {
    rule: 'typescript(switch-exhaustiveness-check)',
    text: "export function f(x: 'a' | 'b'): void { switch (x) { case 'a': return; } }\n",
  },
  'empty-catch.ts': {
    rule: 'eslint(no-empty)',
    text: 'export function f(g: () => void): void { try { g(); } catch {} }\n',
  },
  'thrown.ts': {
    rule: 'typescript(only-throw-error)',
    text: "export function f(): never { throw 'no'; }\n",
  },
  'long.ts': {
    rule: 'eslint(max-lines-per-function)',
    text: `export function f(g: () => void): void {\n${'  // why\n  g();\n\n'.repeat(23)}}\n`,
  },
  'params.ts': {
    rule: 'eslint(max-params)',
    text: 'export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;\n',
  },
  'console.ts': { rule: 'eslint(no-console)', text: "console.log('here');\nexport {};\n" },
  'default.ts': { rule: 'import(no-default-export)', text: 'export default 1;\n' },
  'test/only.test.ts': {
    rule: 'vitest(no-focused-tests)',
    text: "import { test } from 'vitest';\ntest.only('a', () => {});\n",
  },
};

const harmless: Record<string, string> = {
  'tsconfig.json': tsconfig,
  'names.ts': 'export type Name = string;\n',
  'other.ts': "import { one } from './one.ts';\nexport const other = (): number => one();\n",
  'fine.ts': [
    'async function send(): Promise<void> {}',
    'export async function say(): Promise<void> { await send(); }\n',
  ].join('\n'),
};

test('each rule that matters most finds a planted breach, un-awaited work above all', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'lint-'));
  await mkdir(path.join(folder.path, 'test'));
  const config = '.oxlintrc.json';
  await copyFile(path.join(repositoryPath, config), path.join(folder.path, config));
  const planted = Object.entries(breaches).map(([name, { text }]) => [name, text] as const);
  for (const [name, text] of [...planted, ...Object.entries(harmless)]) {
    await writeFile(path.join(folder.path, name), text);
  }
  const found = lint(folder.path);
  const expected = Object.entries(breaches).map(([name, { rule }]) => `${name} ${rule}`);
  expect(expected.filter((one) => !found.has(one))).toEqual([]);
  expect([...found].filter((one) => one.startsWith('fine.ts'))).toEqual([]);
});

/** `file rule` of everything the linter says with the repository's configuration. */
function lint(folder: string): Set<string> {
  const tool = path.join(repositoryPath, 'node_modules/oxlint/bin/oxlint');
  // Its overrides name paths relative to where it lies.
  const config = path.join(folder, '.oxlintrc.json');
  const options = ['--type-aware', '--format=json', `--config=${config}`, folder];
  const { stdout, stderr } = spawnSync(process.execPath, [tool, ...options], {
    cwd: repositoryPath,
    encoding: 'utf8',
  });
  const report = parseJson(Report, stdout);
  if (!report.ok) throw new Error(`oxlint: ${report.reason}\n${stdout}\n${stderr}`);
  return new Set(
    report.value.diagnostics.map(
      ({ code, filename }) => `${path.relative(folder, path.resolve(filename))} ${code}`,
    ),
  );
}
