// `as` tells the compiler to look away, so every one has its reason on the line or in the three
// lines above. `as const` claims nothing, and a renamed import is no cast.
import { maskSource } from './mask-source.ts';
import type { Breach, SourceFile } from './repository-files.ts';

const linesAbove = 3;
const cast = /(?<=[\w$)\]}'"`>])\s+as\s+(?!const\b)[\w$({['"`]/g;
/** Import and export lists, and the renaming of keys in mapped types. */
const renaming = /\b(?:import|export)\b\s*(?:type\b)?\s*[{*][^;'"()]*|\[\s*\w+ in [^\]]*? as /g;

export function checkCasts(file: SourceFile): Breach[] {
  if (!/^(?:src|commands)\/.*\.ts$/.test(file.path)) return [];
  const { code, comments } = maskSource(file.text);
  const casts = code.replaceAll(renaming, (text) => text.replaceAll(/[^\n]/g, ' '));
  const commentLines = comments.split('\n');
  return [...casts.matchAll(cast)].flatMap((match) => {
    const at = match.index + match[0].indexOf('as');
    const line = casts.slice(0, at).split('\n').length;
    const near = commentLines.slice(Math.max(0, line - 1 - linesAbove), line);
    if (near.some((text) => text.trim() !== '')) return [];
    const message = `${file.path}:${line}: a cast without a reason beside it`;
    return [{ path: file.path, rule: 'cast', message }];
  });
}
