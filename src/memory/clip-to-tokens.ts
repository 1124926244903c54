// Shortens a text to a number of tokens, between words, and says that it did.

/** Tokens that are not worth an item of their own. */
const tokensMin = 12;
const mark = ' […]';

/** @returns the text, its beginning with a mark, or nothing when so little is not worth it */
export function clipToTokens(
  text: string,
  tokensMax: number,
  countTokens: (text: string) => number,
): string {
  if (countTokens(text) <= tokensMax) return text;
  if (tokensMax < tokensMin) return '';
  // The longest beginning that fits, found by halving.
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (countTokens(text.slice(0, middle) + mark) <= tokensMax) fits = middle;
    else tooLong = middle;
  }
  const beginning = text.slice(0, fits);
  const word = /^[\s\S]*\s/.exec(beginning)?.[0] ?? beginning;
  return word.trimEnd().replace(/[\uD800-\uDBFF]$/, '') + mark;
}
