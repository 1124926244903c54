// What package.json and the lockfile say against what the code imports: everything imported is
// declared, everything declared is used and pinned, and the lockfile names no download address,
// so that it can be installed from any registry.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/lib/json.ts';
import { findImports } from './find-imports.ts';
import { packageOf } from './floors.ts';
import { repositoryPath } from './repository-files.ts';
import type { SourceFile } from './repository-files.ts';

const Versions = z.record(z.string(), z.string()).default({});

export const Manifest = z.looseObject({
  scripts: Versions,
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
});
export type Manifest = z.infer<typeof Manifest>;

/** Everything but these folders and files runs in production too. */
const developmentOnly = /^(?:test\/|[^/]+\.config\.ts$)/;
const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

export function checkPins(manifest: Manifest): string[] {
  return Object.entries(allOf(manifest))
    .filter(([, version]) => !exactVersion.test(version))
    .map(([name, version]) => `package.json: ${name} is not pinned to a version: ${version}`);
}

/** Imports that `npm ci`, or a production install, would not bring. */
export function checkDeclared(manifest: Manifest, files: readonly SourceFile[]): string[] {
  const production = { ...manifest.dependencies, ...manifest.optionalDependencies };
  return importedPackages(files).flatMap(({ name, isType, path: from, line }) => {
    if (Object.hasOwn(production, name)) return [];
    const isDeclared = Object.hasOwn(manifest.devDependencies, name);
    if (isDeclared && (isType || developmentOnly.test(from))) return [];
    const lack = isDeclared ? 'a development dependency in production code' : 'not in package.json';
    return [`${from}:${line}: ${name} is ${lack}`];
  });
}

/**
 * Declared packages that nothing imports, names in a string, runs in a script, or needs for types.
 * @param binsOf the commands an installed package brings
 */
export function checkUsed(
  manifest: Manifest,
  files: readonly SourceFile[],
  binsOf: (name: string) => string[],
): string[] {
  const imported = new Set(importedPackages(files).map((one) => one.name));
  const scripts = Object.values(manifest.scripts).join(' ; ');
  const words = new Set(scripts.split(/[\s;&|]+/));
  return Object.keys(allOf(manifest)).flatMap((name) => {
    const typed = /^@types\/(.+)$/.exec(name)?.[1];
    const isUsed =
      imported.has(name) ||
      (typed !== undefined && (typed === 'node' || imported.has(typed))) ||
      binsOf(name).some((bin) => words.has(bin)) ||
      (name === 'oxlint-tsgolint' && words.has('--type-aware')) ||
      files.some((file) => file.path.startsWith('src/') && namesInString(file.text, name));
    return isUsed ? [] : [`package.json: nothing uses ${name}`];
  });
}

export function checkLockfile(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) =>
    /"resolved":|https?:\/\/[^"]*\.tgz/.test(line)
      ? [`package-lock.json:${index + 1}: names where to download from`]
      : [],
  );
}

/** @throws when package.json does not have the usual shape. */
export function readManifest(): Manifest {
  const text = readFileSync(path.join(repositoryPath, 'package.json'), 'utf8');
  const manifest = parseJson(Manifest, text);
  if (!manifest.ok) throw new Error(`package.json: ${manifest.reason}`);
  return manifest.value;
}

/** The commands an installed package brings; none when it is not installed on this platform. */
export function installedBins(name: string): string[] {
  const file = path.join(repositoryPath, 'node_modules', name, 'package.json');
  try {
    const Bins = z.looseObject({ bin: z.union([z.string(), Versions]).optional() });
    const found = parseJson(Bins, readFileSync(file, 'utf8'));
    const bin = found.ok ? found.value.bin : undefined;
    return typeof bin === 'object' ? Object.keys(bin) : [packageOf(name).split('/').at(-1) ?? name];
  } catch {
    return [];
  }
}

function allOf(manifest: Manifest): Record<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return { ...dependencies, ...devDependencies, ...optionalDependencies };
}

function importedPackages(files: readonly SourceFile[]) {
  return files
    .filter((file) => /\.[cm]?[jt]s$/.test(file.path))
    .flatMap((file) =>
      findImports(file.text).flatMap(({ specifier, kind, line }) =>
        specifier === null || /^(?:\.|node:|#)/.test(specifier)
          ? []
          : [{ name: packageOf(specifier), isType: kind === 'type', path: file.path, line }],
      ),
    );
}

/** `@scope/package-for-a-platform` counts when the code composes it from `@scope/`. */
function namesInString(text: string, name: string): boolean {
  const scope = name.startsWith('@') ? `${name.split('/')[0]}/` : null;
  return text.includes(`'${name}'`) || (scope !== null && text.includes(`\`${scope}$`));
}
