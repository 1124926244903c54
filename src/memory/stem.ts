// Porter's stemmer (1980), so that `measured`, `measures` and `measuring` are one word. Its steps
// are tables of endings; the first ending that fits decides a step, whether or not it is replaced.
// @see https://tartarus.org/martin/PorterStemmer/

type Rule = readonly [ending: string, stand: string];

const step2: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
];
const step3: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];
const step4 = 'ement ance ence able ible ment ant ent ion ism ate iti ous ive ize al er ic ou'
  .split(' ')
  .map((ending): Rule => [ending, '']);

/** @param word lower case; anything but plain English letters comes back as it is */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  let stemmed = step1(word);
  stemmed = replaceEnding(stemmed, step2, 0);
  stemmed = replaceEnding(stemmed, step3, 0);
  stemmed = replaceEnding(stemmed, step4, 1);
  return step5(stemmed);
}

/** Plurals, then past and progressive, then a final y. */
function step1(word: string): string {
  let stemmed = word;
  if (stemmed.endsWith('sses') || stemmed.endsWith('ies')) stemmed = stemmed.slice(0, -2);
  else if (stemmed.endsWith('s') && !stemmed.endsWith('ss')) stemmed = stemmed.slice(0, -1);
  stemmed = withoutPast(stemmed);
  return stemmed.endsWith('y') && hasVowel(stemmed.slice(0, -1))
    ? `${stemmed.slice(0, -1)}i`
    : stemmed;
}

function withoutPast(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const ending = ['ed', 'ing'].find((one) => word.endsWith(one));
  if (ending === undefined || !hasVowel(word.slice(0, -ending.length))) return word;
  const rest = word.slice(0, -ending.length);
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/([^aeiouylsz])\1$/.test(rest)) return rest.slice(0, -1);
  return measure(rest) === 1 && endsShort(rest) ? `${rest}e` : rest;
}

/** @param above the measure that what remains must exceed */
function replaceEnding(word: string, rules: readonly Rule[], above: number): string {
  const rule = rules.find(([ending]) => word.endsWith(ending));
  if (rule === undefined) return word;
  const [ending, stand] = rule;
  const rest = word.slice(0, -ending.length);
  if (measure(rest) <= above) return word;
  return ending === 'ion' && !/[st]$/.test(rest) ? word : rest + stand;
}

function step5(word: string): string {
  let stemmed = word;
  if (stemmed.endsWith('e')) {
    const rest = stemmed.slice(0, -1);
    const many = measure(rest);
    if (many > 1 || (many === 1 && !endsShort(rest))) stemmed = rest;
  }
  return stemmed.endsWith('ll') && measure(stemmed) > 1 ? stemmed.slice(0, -1) : stemmed;
}

/** Vowels and consonants as `v` and `c`; a y after a consonant is a vowel. */
function shape(word: string): string {
  let shaped = '';
  for (const letter of word) {
    const isVowel = 'aeiou'.includes(letter) || (letter === 'y' && shaped.endsWith('c'));
    shaped += isVowel ? 'v' : 'c';
  }
  return shaped;
}

/** How often a vowel is followed by a consonant. */
function measure(word: string): number {
  return shape(word).match(/v+c+/g)?.length ?? 0;
}

function hasVowel(word: string): boolean {
  return shape(word).includes('v');
}

/** Consonant, vowel, consonant, the last not w, x or y. */
function endsShort(word: string): boolean {
  return shape(word).endsWith('cvc') && !/[wxy]$/.test(word);
}
