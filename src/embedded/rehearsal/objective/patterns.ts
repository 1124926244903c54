// Patterns from lists: alternatives between spaces read better than one long expression. Inside an
// alternative a space is written `_`.

/** A whole word that is one of the alternatives. */
export function words(list: string): RegExp {
  return new RegExp(`^(?:${alternatives(list)})$`, 'u');
}

/** Matches nothing that people write. */
export const noWords = /^$/;

/** The whole text is one of the alternatives, in any letter case. */
export function wholeText(list: string): RegExp {
  return new RegExp(`^(?:${alternatives(list)})$`, 'iu');
}

/** One of the alternatives anywhere, as words of their own, in any letter case. */
export function anywhere(list: string): RegExp {
  return new RegExp(`${before}(?:${alternatives(list)})${after}`, 'iu');
}

// `\b` knows only the letters of English.
const before = String.raw`(?<![\p{L}\p{N}])`;
const after = String.raw`(?![\p{L}\p{N}])`;

/** The alternatives as they stand inside a group. */
export function alternatives(list: string): string {
  return list.trim().split(/\s+/).join('|').replaceAll('_', ' ');
}

/** One of the alternatives between spaces, in any letter case. */
export function spaced(list: string): RegExp {
  return new RegExp(String.raw`\s(?:${alternatives(list)})\s`, 'iu');
}
