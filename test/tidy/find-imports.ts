// Every way in which a source file names another one, types included.
import { maskSource } from './mask-source.ts';

export interface FoundImport {
  /** `type`: erased before it runs. `dynamic`: loaded when reached. */
  readonly kind: 'static' | 'type' | 'dynamic';
  /** `null`: computed, so no rule can be sure of it. */
  readonly specifier: string | null;
  /** From 1. */
  readonly line: number;
}

/** The insides of strings are blank in the masked code, so a quoted blank run is a specifier. */
const statement =
  /\b(?:import|export)\b(\s+type\b(?!\s*(?:,|from\b)))?[^;'"()]*?\bfrom\s*(['"] *['"])/g;
const sideEffect = /\bimport\s*(['"] *['"])/g;
const call = /(?<![.\w$])(?:import|require)\s*\(\s*(?:(['"`] *['"`])\s*[,)])?/g;

/** In the order of the text. */
export function findImports(text: string): FoundImport[] {
  const { code } = maskSource(text);
  const found: (FoundImport & { at: number })[] = [];
  const add = (kind: FoundImport['kind'], match: RegExpExecArray, quoted?: string): void => {
    const at = match.index + (quoted === undefined ? 0 : match[0].lastIndexOf(quoted));
    const specifier = quoted === undefined ? null : text.slice(at + 1, at + quoted.length - 1);
    found.push({ kind, specifier, line: text.slice(0, at).split('\n').length, at });
  };
  for (const match of code.matchAll(statement)) {
    add(match[1] === undefined ? 'static' : 'type', match, match[2]);
  }
  for (const match of code.matchAll(sideEffect)) add('static', match, match[1]);
  for (const match of code.matchAll(call)) add('dynamic', match, match[1]);
  return found
    .sort((one, other) => one.at - other.at)
    .map(({ kind, specifier, line }) => ({ kind, specifier, line }));
}
