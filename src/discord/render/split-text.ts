// Splits long text into pieces without losing any of it: between paragraphs if possible, else
// lines, else words, else anywhere but inside a character. A code block that is cut is closed at
// the cut and opened again after it. The surprise: a piece is as long as its fences included, so
// `max` holds for what is sent. Only white space at the joints is lost.

const fenceEnd = '\n```';

/** @param max UTF-16 units per piece, 100 or more; @returns no piece for blank text */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  let fence: string | null = null;
  while (rest !== '') {
    const head: string = fence === null ? '' : `${fence}\n`;
    if (head.length + rest.length <= max) {
      pieces.push(head + rest);
      break;
    }
    const cut = cutBefore(rest, max - head.length - fenceEnd.length);
    const piece = rest.slice(0, cut);
    fence = fenceAfter(fence, piece);
    pieces.push(head + piece.trimEnd() + (fence === null ? '' : fenceEnd));
    // Inside code the next line keeps its indentation; elsewhere space at the joint has no meaning.
    rest = fence === null ? rest.slice(cut).trimStart() : rest.slice(cut).replace(/^\n+/, '');
    // The cut fell right before the block's own end, which is closed already.
    if (fence !== null && rest === '```') break;
  }
  return pieces;
}

/** The best place to cut at or before `room`, always after at least one character. */
function cutBefore(text: string, room: number): number {
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, room - separator.length);
    // A cut in the first third would leave a nearly empty piece behind.
    if (at >= room / 3) return avoidingFence(text, at + separator.length);
  }
  return avoidingFence(text, splitsPair(text, room) ? room - 1 : room);
}

function splitsPair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1));
}

/** Never inside a fence or before its language: half a fence would open or close nothing. */
function avoidingFence(text: string, at: number): number {
  let end = at;
  while (text[end] === '`' && text[end - 1] === '`') end += 1;
  const from = Math.max(0, end - 60);
  const fence = /`{3,}[\w+#-]{0,20}$/.exec(text.slice(from, end));
  const start = fence === null ? at : from + fence.index;
  return start === 0 ? at : start;
}

/** The opening of the code block that `piece` leaves open, or null. */
function fenceAfter(open: string | null, piece: string): string | null {
  let fence = open;
  for (const match of piece.matchAll(/```([\w+#-]{0,20}(?=\n|$))?/g)) {
    fence = fence === null ? `\`\`\`${match[1] ?? ''}` : null;
  }
  return fence;
}

/** Ends the power of `@everyone` and `@here` in a text, with a zero-width space inside. */
export function calm(text: string): string {
  return text.replaceAll(/@(?=everyone|here)/g, '@\u200b');
}

/** A line of the common language as inline code, or as a block when it is long. */
export function codeLine(line: string, inlineMax: number): string {
  // Two backticks in a row would end the code early; a zero-width space keeps them apart.
  const safe = line.replaceAll(/`(?=`)/g, '`\u200b');
  if (line.length > inlineMax || line.includes('\n')) return `\`\`\`\n${safe}\n\`\`\``;
  return safe.includes('`') ? `\`\` ${safe} \`\`` : `\`${safe}\``;
}
