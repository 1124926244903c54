// Brings a document to a length. Blocks that the document cannot do without stay; the others are
// taken in turn from all sections until the length is right, so that no section swells alone.
// Where even all of them are too few, plain further sentences are added at the end.
import { countWords } from '../../../domain/check-output.ts';

export interface Part {
  /** `## Goal`; empty for the opening, which stands under the title. */
  heading: string;
  must: readonly string[];
  more: readonly string[];
  /** Stands after everything else of the part. */
  last?: string;
}

export interface LengthOrder {
  /** Stands before all parts: title and notes. */
  top: readonly string[];
  parts: readonly Part[];
  wordsMin: number;
  wordsMax: number;
  /** Sentences that stay, however little room there is. */
  kept: readonly string[];
  /** The n-th sentence to add when the rest is too short. */
  further(n: number): string;
}

const furtherMax = 60;

export function fitLength(order: LengthOrder): string {
  const { wordsMin, wordsMax } = order;
  const target = Math.min(wordsMin + (wordsMax - wordsMin) * 0.35, wordsMin + 140);
  const optional = inTurn(order.parts);
  const chosen = new Set<string>();
  let text = render(order, chosen, []);
  for (const { key, block } of optional) {
    if (countWords(text) >= target) break;
    if (countWords(text) + countWords(block) > wordsMax) continue;
    chosen.add(key);
    text = render(order, chosen, []);
  }
  const added: string[] = [];
  while (countWords(text) < wordsMin && added.length < furtherMax) {
    added.push(order.further(added.length));
    text = render(order, chosen, added);
  }
  return countWords(text) > wordsMax ? shorten(text, order) : text;
}

function inTurn(parts: readonly Part[]): { key: string; block: string }[] {
  const longest = Math.max(0, ...parts.map(({ more }) => more.length));
  return Array.from({ length: longest }, (_, rank) => rank).flatMap((rank) =>
    parts.flatMap(({ more }, at) => {
      const block = more[rank];
      return block === undefined ? [] : [{ key: `${at}.${rank}`, block }];
    }),
  );
}

function render(order: LengthOrder, chosen: ReadonlySet<string>, added: readonly string[]): string {
  const blocks = order.parts.flatMap(({ heading, must, more, last }, at) => {
    const extra = more.filter((_, rank) => chosen.has(`${at}.${rank}`));
    const follows = extra.length > 0 ? [extra.join(' ')] : [];
    const closing = last === undefined ? [] : [last];
    return [...(heading === '' ? [] : [heading]), ...must, ...follows, ...closing];
  });
  const paragraphs = added.length > 0 ? [added.join(' ')] : [];
  return `${[...order.top, ...blocks, ...paragraphs].join('\n\n')}\n`;
}

/** Takes whole lines of running text off the end; headings and what is kept stay. */
function shorten(text: string, { wordsMax, kept }: LengthOrder): string {
  const lines = text.split('\n');
  for (let at = lines.length - 1; at > 0 && countWords(lines.join('\n')) > wordsMax; at -= 1) {
    const line = lines[at] ?? '';
    const stays = line === '' || /^[#>]/.test(line) || kept.some((one) => line.includes(one));
    if (!stays) lines.splice(at, 1);
  }
  return lines.join('\n').replaceAll(/\n{3,}/g, '\n\n');
}
