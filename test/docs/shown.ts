// Whether a program printed what a document shows. `…` in a document stands for anything, on a line
// of its own for any lines. Ports and the folder of the repository differ on every machine.

/** The folder that documents speak of. */
export const documentedFolder = '/path/to/a-teams';
export const documentedAddress = '127.0.0.1:3000';

/** @returns null, or the first line that a document shows and that was not printed there */
export function missingLine(shown: string, printed: string): string | null {
  const wanted = linesOf(shown);
  const got = linesOf(printed);
  const from = got.findIndex((line) => fits(wanted[0] ?? '', line));
  if (from < 0) return wanted[0] ?? '';
  const rest = got.slice(from);
  for (const [at, line] of wanted.entries()) {
    if (line === '…') continue;
    const isAfterGap = wanted[at - 1] === '…';
    const next = rest.findIndex((candidate) => fits(line, candidate));
    if (next < 0 || (next > 0 && !isAfterGap)) return line;
    rest.splice(0, next + 1);
  }
  return null;
}

/** Without empty lines, which people do not count. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

function fits(shown: string, line: string): boolean {
  const pattern = shown
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(line);
}
