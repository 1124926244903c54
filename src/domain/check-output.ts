// The deterministic half of "done": does what was submitted meet the criteria that code can check?
// Pure: the caller loads the files. An unreadable file fails the criterion, never the program.
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import { isBlank, readNumbers } from './read-numbers.ts';
import type { Check, Criterion, CriterionResult, FileFormat } from './criterion.ts';

export interface FileText {
  name: string;
  text: string;
}

interface Verdict {
  met: boolean;
  evidence: string;
}

/** Checks every criterion that is not `judged`; the order of `criteria` is kept. */
export function checkOutput(
  criteria: readonly Criterion[],
  files: readonly FileText[],
): CriterionResult[] {
  return criteria.flatMap((criterion) => {
    const { check } = criterion;
    if (check.kind === 'judged') return [];
    const file = files.find((one) => one.name === check.file);
    const verdict =
      file === undefined
        ? { met: false, evidence: `${check.file} was not submitted.` }
        : checkFile(check, file.text);
    return [{ criterion: criterion.id, checkedBy: 'code' as const, ...verdict }];
  });
}

function checkFile(check: Exclude<Check, { kind: 'judged' }>, text: string): Verdict {
  switch (check.kind) {
    case 'file-exists':
      return text.trim() === ''
        ? { met: false, evidence: `${check.file} is empty.` }
        : { met: true, evidence: `${check.file} has ${countWords(text)} words.` };
    case 'format':
      return checkFormat(check.format, text);
    case 'sections':
      return checkSections(check.sections, text);
    case 'length': {
      const words = countWords(text);
      const met = words >= check.wordsMin && words <= check.wordsMax;
      return { met, evidence: `${words} words; asked ${check.wordsMin} to ${check.wordsMax}.` };
    }
    case 'headings': {
      const count = headingsOf(text).filter((heading) => heading.level === check.level).length;
      const asked = `asked at least ${check.countMin}`;
      return {
        met: count >= check.countMin,
        evidence: `${count} headings of level ${check.level}; ${asked}.`,
      };
    }
    case 'sum':
      return checkSum(check.column, check.totalLabel, text);
  }
}

/** Scripts that write words without spaces between them. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** The locale changes nothing about these scripts; naming one keeps every machine the same. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Words are runs of letters, digits and inner marks; where a script has no spaces, ICU's words. */
export function countWords(text: string): number {
  const runs = text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.,-]*/gu) ?? [];
  return runs.reduce((sum, run) => {
    if (!unspaced.test(run)) return sum + 1;
    return sum + [...segmenter.segment(run)].filter(({ isWordLike }) => isWordLike).length;
  }, 0);
}

interface Heading {
  level: number;
  text: string;
}

/** ATX headings outside fenced code. A fence ends with the same mark, at least as long. */
export function headingsOf(markdown: string): Heading[] {
  let fence: string | null = null;
  return markdown.split('\n').flatMap((line) => {
    const [, mark = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? [];
    if (mark !== '') {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence) && info === '') fence = null;
      return [];
    }
    const match = fence === null ? /^(#{1,6})\s+(\S.*?)\s*#*\s*$/.exec(line) : null;
    return match === null ? [] : [{ level: match[1]?.length ?? 1, text: match[2] ?? '' }];
  });
}

function checkFormat(format: FileFormat, text: string): Verdict {
  if (text.trim() === '') return { met: false, evidence: 'The file is empty.' };
  switch (format) {
    case 'markdown': {
      const count = headingsOf(text).length;
      return { met: count > 0, evidence: `${count} Markdown headings.` };
    }
    case 'csv': {
      const { rows, badRow } = readCsv(text);
      const width = rows[0]?.length ?? 0;
      const odd = rows.findIndex((row) => row.length !== width);
      if (badRow !== null) return { met: false, evidence: `Row ${badRow} cannot be read.` };
      if (width < 2) return { met: false, evidence: 'Fewer than two columns.' };
      return odd < 0
        ? { met: true, evidence: `${rows.length} rows of ${width} columns.` }
        : { met: false, evidence: `Row ${odd + 1} has not ${width} columns.` };
    }
    case 'json':
      return parseJson(z.unknown(), text).ok
        ? { met: true, evidence: 'It parses as JSON.' }
        : { met: false, evidence: 'It does not parse as JSON.' };
    case 'text':
      return { met: true, evidence: `${countWords(text)} words of plain text.` };
  }
}

function checkSections(sections: readonly string[], text: string): Verdict {
  const headings = new Set(headingsOf(text).flatMap((heading) => namesOf(heading.text)));
  const missing = sections.filter((section) => !headings.has(plainName(section)));
  return missing.length === 0
    ? { met: true, evidence: `Sections present: ${sections.join(', ')}.` }
    : { met: false, evidence: `Sections missing: ${missing.join(', ')}.` };
}

/** What a heading may be called: all of it, or what stands before a colon or a dash. */
function namesOf(heading: string): string[] {
  const [before = heading] = heading.split(/:|\s[–—-]\s/u);
  return [heading, before].flatMap((text) => {
    const name = plainName(text);
    return [name, name.replace(/^\d+ /, '')];
  });
}

/** Without case, numbering, emphasis, and signs around it. */
function plainName(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[*_`]/g, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const bare = plain
    .replace(/^(?:\d+(?:\.\d+)+[.)]?|(?:\d+|[a-z]|[ivx]+)[.)]) /, '')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, '');
  return bare === '' ? plain : bare;
}

function checkSum(column: string, totalLabel: string, text: string): Verdict {
  const { rows, badRow } = readCsv(text);
  if (badRow !== null) return { met: false, evidence: `Row ${badRow} cannot be read.` };
  const header = rows[0] ?? [];
  const at = header.findIndex((cell) => cell.toLowerCase() === column.toLowerCase());
  if (at < 0) return { met: false, evidence: `There is no column "${column}".` };
  const isTotal = (row: string[]) => (row[0] ?? '').toLowerCase() === totalLabel.toLowerCase();
  const body = rows.slice(1);
  const totalRow = body.find(isTotal);
  if (totalRow === undefined) return { met: false, evidence: `There is no row "${totalLabel}".` };
  const parts = body.filter((row) => !isTotal(row)).map((row) => row[at] ?? '');
  return compareSum(column, parts, totalRow[at] ?? '');
}

function compareSum(column: string, parts: readonly string[], total: string): Verdict {
  const cells = parts.filter((cell) => !isBlank(cell));
  const read = readNumbers([...cells, total]);
  if ('odd' in read) {
    const what = read.odd === '' ? 'an empty cell' : `"${read.odd}"`;
    return { met: false, evidence: `Not a number in column "${column}": ${what}.` };
  }
  const said = read.hundredths.at(-1) ?? 0;
  const sum = read.hundredths.slice(0, -1).reduce((left, right) => left + right, 0);
  const evidence = `The rows of "${column}" add up to ${sum / 100}; the total says ${said / 100}.`;
  return { met: sum === said, evidence };
}

/** RFC 4180: quoted cells may hold commas, quotes and line breaks. */
export function parseCsv(text: string): string[][] {
  return readCsv(text).rows;
}

interface Csv {
  rows: string[][];
  /** Number of the row that cannot be read, from 1; rows from there on are left out. */
  badRow: number | null;
}

function readCsv(text: string): Csv {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("[^"]*(?:""[^"]*)*"|[^",\r\n]*)(,|\r?\n|$)/y;
  const source = text.replace(/^\uFEFF/, '').trimEnd();
  while (cell.lastIndex < source.length) {
    const match = cell.exec(source);
    if (match === null) return { rows, badRow: rows.length + 1 };
    const raw = match[1] ?? '';
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw.trim());
    if (match[2] !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return { rows: row.length > 0 ? [...rows, [...row, '']] : rows, badRow: null };
}
