import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  checkDeclared,
  checkLockfile,
  checkPins,
  checkUsed,
  installedBins,
  Manifest,
  readManifest,
} from './packages.ts';
import { repositoryFiles, repositoryPath } from './repository-files.ts';

describe('the packages of the repository', () => {
  test('are pinned to one version each', () => {
    expect(checkPins(readManifest())).toEqual([]);
  });

  test('are all declared where they are imported', () => {
    expect(checkDeclared(readManifest(), repositoryFiles())).toEqual([]);
  });

  test('are all used', () => {
    expect(checkUsed(readManifest(), repositoryFiles(), installedBins)).toEqual([]);
  });

  test('can be installed from any registry', () => {
    const text = readFileSync(path.join(repositoryPath, 'package-lock.json'), 'utf8');
    expect(checkLockfile(text)).toEqual([]);
  });
});

describe('a package', () => {
  const manifest = Manifest.parse({
    scripts: { check: 'tsc && left-lint --type-aware' },
    dependencies: { pg: '8.23.1', left: '^1.0.0', unused: '1.0.0' },
    devDependencies: { '@types/pg': '8.0.0', vitest: '5.1.0', tool: '1.0.0-beta.17' },
    optionalDependencies: { '@parts/linux-x64': 'latest' },
  });
  const files = [
    { path: 'src/store/connect.ts', text: "import pg from 'pg';\nimport 'vitest';" },
    { path: 'src/store/parts.ts', text: "import type { Test } from 'vitest';\nf(`@parts/${os}`);" },
    { path: 'test/a.test.ts', text: "import { test } from 'vitest';\nimport x from '@some/x/y';" },
  ];

  test('with a range for a version is refused', () => {
    expect(checkPins(manifest)).toEqual([
      'package.json: left is not pinned to a version: ^1.0.0',
      'package.json: @parts/linux-x64 is not pinned to a version: latest',
    ]);
  });

  test('that is not declared, or only for development, is refused in production code', () => {
    expect(checkDeclared(manifest, files)).toEqual([
      'src/store/connect.ts:2: vitest is a development dependency in production code',
      'test/a.test.ts:2: @some/x is not in package.json',
    ]);
  });

  test('that nothing needs is refused', () => {
    const binsOf = (name: string): string[] => (name === 'tool' ? ['left-lint'] : []);
    expect(checkUsed(manifest, files, binsOf)).toEqual([
      'package.json: nothing uses left',
      'package.json: nothing uses unused',
    ]);
  });

  test('with a download address in the lockfile is refused', () => {
    const lockfile = '{\n  "resolved": "https://example.org/pg-8.23.1.tgz"\n}';
    expect(checkLockfile(lockfile)).toEqual(['package-lock.json:2: names where to download from']);
  });
});
