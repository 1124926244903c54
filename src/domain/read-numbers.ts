// Reads the numbers of one table column as people write them: `1,200.50`, `1.200,50 €`, `1 200`,
// `CHF 1'200`. One column has one way of writing; it is found from the cells that leave no doubt.
// The surprise: `1.200` alone is one thousand two hundred, because no amount has three decimals.

type Mark = '.' | ',';

/** Integer hundredths of every cell, so that sums are exact; else the first cell that is none. */
export function readNumbers(cells: readonly string[]): { hundredths: number[] } | { odd: string } {
  const plain = cells.map(withoutUnits);
  const decimal = decimalMark(plain);
  const odd = decimal.odd ?? plain.findIndex((text) => toHundredths(text, decimal.mark) === null);
  if (odd >= 0) return { odd: cells[odd] ?? '' };
  return { hundredths: plain.flatMap((text) => toHundredths(text, decimal.mark) ?? []) };
}

/** Nothing, or a dash that stands for nothing. */
export function isBlank(cell: string): boolean {
  return /^[-–—]?$/u.test(cell.trim());
}

/** A currency before or after the number, as a sign, a code or a word. */
const words = '(?:[Ee]uro|[Dd]ollar|[Pp]ound|[Ff]ranc)s?|[Kk]r\\.?|Fr\\.?|zł|Kč';
const unit = `(?:(?:[A-Z]{2})?\\p{Sc}|[A-Z]{3}|${words})`;
const before = new RegExp(`^(-?)${unit}`, 'u');
const after = new RegExp(`${unit}$`, 'u');

/** Spaces of every width and the Swiss apostrophe only group digits. */
function withoutUnits(cell: string): string {
  return cell
    .replaceAll(/[\s'’]/gu, '')
    .replace(/^\u2212/, '-')
    .replace(before, '$1')
    .replace(after, '');
}

/** The mark that the column writes before decimals; `odd` is a cell that contradicts the others. */
function decimalMark(cells: readonly string[]): { mark: Mark; odd?: number } {
  const sure = cells.map(decimalIn);
  const found = sure.find((mark) => mark !== null);
  if (found !== undefined && found !== null) {
    const odd = sure.findIndex((mark) => mark !== null && mark !== found);
    return odd < 0 ? { mark: found } : { mark: found, odd };
  }
  const points = cells.findIndex((cell) => cell.includes('.'));
  const commas = cells.findIndex((cell) => cell.includes(','));
  if (points >= 0 && commas >= 0) return { mark: '.', odd: Math.max(points, commas) };
  return { mark: points >= 0 ? ',' : '.' };
}

/** null when the cell alone does not say: it has no mark, or one that may group thousands. */
function decimalIn(cell: string): Mark | null {
  const marks = cell.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  if (last === undefined) return null;
  const mark: Mark = last === ',' ? ',' : '.';
  if (marks.some((one) => one !== last)) return mark;
  if (marks.length > 1) return mark === ',' ? '.' : ',';
  return /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(cell) ? null : mark;
}

const shapes = {
  '.': /^-?(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d{1,2})?$/,
  ',': /^-?(?:\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})(?:,\d{1,2})?$/,
};

function toHundredths(text: string, decimal: Mark): number | null {
  if (!shapes[decimal].test(text)) return null;
  const [whole = '', fraction = ''] = text.split(decimal);
  const digits = whole.replaceAll(/[.,]/g, '');
  return Number(`${digits}${fraction.padEnd(2, '0')}`);
}
