// Blanks out what is not code, so that a rule can be a regular expression and still not stumble
// over a word in a comment or a string. Every character keeps its place and every line its
// number. Surprise: a slash after `)` or `}` is taken for a division and a closed block
// respectively, which is how this code base writes; a full parser is not worth a dependency here.

export interface MaskedSource {
  /** Comments and the insides of strings, templates and regular expressions are blanks. */
  readonly code: string;
  /** The code and strings are blanks, comments stand; line breaks everywhere. */
  readonly comments: string;
}

type Part = 'code' | 'comment' | 'string';

interface Scan {
  readonly text: string;
  position: number;
  readonly parts: Part[];
  /** Braces open since each `${`, innermost last. */
  readonly templates: number[];
  /** The last character or word of code; decides what a slash means. */
  before: string;
}

/** Words after which a value begins, so that a slash opens a regular expression. */
const valueOpeners =
  /^(return|typeof|case|in|of|do|else|void|delete|throw|new|instanceof|await|yield|default)$/;

export function maskSource(text: string): MaskedSource {
  const scan: Scan = { text, position: 0, parts: [], templates: [], before: '' };
  if (text.startsWith('#!')) takeWhile(scan, 'comment', (char) => char !== '\n');
  while (scan.position < text.length) step(scan);
  const only = (wanted: Part): string => {
    let masked = '';
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charAt(index);
      masked += char === '\n' || scan.parts[index] === wanted ? char : ' ';
    }
    return masked;
  };
  return { code: only('code'), comments: only('comment') };
}

function step(scan: Scan): void {
  const char = scan.text.charAt(scan.position);
  const pair = scan.text.slice(scan.position, scan.position + 2);
  if (pair === '//') takeWhile(scan, 'comment', (next) => next !== '\n');
  else if (pair === '/*') takeBlockComment(scan);
  else if (char === "'" || char === '"') takeQuoted(scan, char);
  else if (char === '`') takeTemplate(scan);
  else if (char === '/' && opensRegex(scan)) takeRegex(scan);
  else if (/[\w$]/.test(char)) takeWord(scan);
  else takePunctuation(scan, char);
}

function take(scan: Scan, part: Part, count = 1): void {
  for (let taken = 0; taken < count; taken += 1) scan.parts.push(part);
  scan.position += count;
}

function takeWhile(scan: Scan, part: Part, isPart: (char: string) => boolean): void {
  while (scan.position < scan.text.length && isPart(scan.text.charAt(scan.position))) {
    take(scan, part);
  }
}

function takeBlockComment(scan: Scan): void {
  const end = scan.text.indexOf('*/', scan.position + 2);
  take(scan, 'comment', (end < 0 ? scan.text.length : end + 2) - scan.position);
}

function takeQuoted(scan: Scan, quote: string): void {
  take(scan, 'code');
  while (scan.position < scan.text.length) {
    const char = scan.text.charAt(scan.position);
    if (char === quote || char === '\n') break;
    take(scan, 'string', char === '\\' ? 2 : 1);
  }
  take(scan, 'code');
  scan.before = quote;
}

/** From a back-tick, or from the brace that ends an insertion, to the next of either. */
function takeTemplate(scan: Scan): void {
  take(scan, 'code');
  while (scan.position < scan.text.length) {
    const char = scan.text.charAt(scan.position);
    if (char === '`') {
      take(scan, 'code');
      scan.before = '`';
      return;
    }
    if (scan.text.startsWith('${', scan.position)) {
      take(scan, 'code', 2);
      scan.templates.push(0);
      scan.before = '{';
      return;
    }
    take(scan, 'string', char === '\\' ? 2 : 1);
  }
}

function opensRegex(scan: Scan): boolean {
  const { before } = scan;
  if (before === '') return true;
  if (/\w/.test(before)) return valueOpeners.test(before);
  return !/[)\]'"`$]/.test(before);
}

function takeRegex(scan: Scan): void {
  take(scan, 'code');
  let isInClass = false;
  while (scan.position < scan.text.length) {
    const char = scan.text.charAt(scan.position);
    if (char === '\n' || (char === '/' && !isInClass)) break;
    if (char === '[') isInClass = true;
    if (char === ']') isInClass = false;
    take(scan, 'string', char === '\\' ? 2 : 1);
  }
  take(scan, 'code');
  scan.before = ')';
}

function takeWord(scan: Scan): void {
  const start = scan.position;
  takeWhile(scan, 'code', (char) => /[\w$]/.test(char));
  scan.before = scan.text.slice(start, scan.position);
}

function takePunctuation(scan: Scan, char: string): void {
  const depth = scan.templates.at(-1);
  if (char === '}' && depth === 0) {
    scan.templates.pop();
    takeTemplate(scan);
    return;
  }
  if (depth !== undefined && (char === '{' || char === '}')) {
    scan.templates[scan.templates.length - 1] = depth + (char === '{' ? 1 : -1);
  }
  take(scan, 'code');
  if (/\S/.test(char)) scan.before = char;
}
