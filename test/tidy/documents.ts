// What README.md and docs/ promise must be there: scripts, files that links lead to, and
// environment variables. A document that is wrong is worse than none.
import path from 'node:path';
import { configVariables } from '../../src/config-variables.ts';
import { lineAt } from './repository-files.ts';
import type { SourceFile } from './repository-files.ts';

interface Facts {
  /** Names of the scripts of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** All files of the repository; folders are derived from them. */
  readonly paths: readonly string[];
}

/** Scripts npm knows without `run`. */
const plainScripts = ['start', 'test', 'stop', 'restart'];
/** Variables of others that a document may name. */
const foreignVariables = new Set(['NODE_ENV', 'CI', 'NO_COLOR']);
/** Beginnings by which a word in capitals is one of our variables. */
const prefixes = new Set([...configVariables.keys()].map((name) => `${name.split('_')[0]}_`));
/** A template of names, such as MODEL_<TIER>_PRICE_IN or BUDGET_*. */
const variable = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b(?![<*_])/g;

export function isDocument(file: { path: string }): boolean {
  return file.path === 'README.md' || /^docs\/.*\.md$/.test(file.path);
}

export function checkDocument(file: SourceFile, facts: Facts): string[] {
  return [
    ...missingScripts(file, facts),
    ...missingTargets(file, facts),
    ...missingVariables(file),
  ];
}

function missingScripts(file: SourceFile, { scripts }: Facts): string[] {
  const spoken = [
    ...file.text.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g),
    ...file.text.matchAll(new RegExp(`\\bnpm (${plainScripts.join('|')})\\b`, 'g')),
  ];
  return spoken.flatMap((match) => {
    const script = match[1] ?? '';
    if (scripts.has(script)) return [];
    return [
      `${file.path}:${lineAt(file.text, match.index)}: no script "${script}" in package.json`,
    ];
  });
}

function missingTargets(file: SourceFile, { paths }: Facts): string[] {
  const prose = withoutCode(file.text);
  const links = [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
    ...prose.matchAll(/^ *\[[^\]]+\]: *<?([^\s>]+)>?/gm),
    ...prose.matchAll(/\b(?:src|href)="([^"]+)"/g),
  ];
  return links.flatMap((match) => {
    const target = match[1] ?? '';
    if (/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target)) return [];
    const plain = decodeURI(target.replace(/[#?].*$/, ''));
    const resolved = path.posix
      .join(plain.startsWith('/') ? '.' : path.posix.dirname(file.path), plain)
      .replace(/\/$/, '');
    if (paths.some((name) => name === resolved || name.startsWith(`${resolved}/`))) return [];
    return [`${file.path}:${lineAt(file.text, match.index)}: link to ${target} leads nowhere`];
  });
}

function missingVariables(file: SourceFile): string[] {
  return [...file.text.matchAll(variable)].flatMap((match) => {
    const name = match[0];
    const isOurs = prefixes.has(`${name.split('_')[0]}_`);
    if (!isOurs || configVariables.has(name) || foreignVariables.has(name)) return [];
    return [`${file.path}:${lineAt(file.text, match.index)}: no environment variable ${name}`];
  });
}

/** Code shows links of other languages; blanked, with every place kept. */
function withoutCode(text: string): string {
  const blank = (code: string): string => code.replaceAll(/[^\n]/g, ' ');
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, blank).replaceAll(/`[^`\n]+`/g, blank);
}
