// Words of any language: cleaning what people wrote, telling content from function words, and
// cutting text to a length without cutting a character in two. The lists are small on purpose:
// they only have to be right often enough for a rehearsal to be about the objective.

export type Language = 'en' | 'de' | 'fr' | 'es' | 'other';

const functionWords: Record<Exclude<Language, 'other'>, string> = {
  en: `
    a an the and or but of for to in on at by with from into about as is are was were be been it
    its this that these those i we you they he she me us them my our your their his her who what
    which when where how why not no so if then than too very can could will would should may
    might must do does did have has had there here also just only all any some each every more
    most other such up out over per please one two three four five six seven eight nine ten them
    want need wants needs like get make behind between
    near around without during after before under
  `,
  de: `
    der die das den dem des ein eine einen einem einer eines und oder aber von für zu zum zur im
    in am an auf bei mit aus nach über als ist sind war sein es wir ihr sie er ich uns euch mein
    unser dein euer nicht kein keine so wenn dann auch nur alle jede jeder jedes mehr bitte zwei
    drei vier fünf sechs sieben acht neun zehn wie was wer wo warum soll sollen damit dass sich
    noch bis vor unter
  `,
  fr: `
    le la les un une des du de d l et ou mais pour à au aux en dans sur avec par est sont était
    être il elle nous vous ils elles je tu me mon ma mes notre nos votre vos leur ce cette ces
    qui que quoi quand où comment pourquoi ne pas si plus aussi tout tous toute chaque deux
    trois quatre cinq six sept huit neuf dix veuillez
  `,
  es: `
    el la los las un una unos unas de del y o pero para por a al en con sin sobre es son era ser
    está yo tú nosotros vosotros ellos mi nuestro nuestra su sus este esta estos que quien
    cuando donde como no si más también todo todos cada dos tres cuatro cinco seis siete ocho
    nueve diez
  `,
};

const sets = Object.fromEntries(
  Object.entries(functionWords).map(([language, list]) => [
    language,
    new Set(list.trim().split(/\s+/)),
  ]),
);
const anyFunctionWord = new Set(Object.values(sets).flatMap((set) => [...set]));

/** Spaces made one, control characters and halves of characters out; line breaks stay. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{C}\n]|[\u2028\u2029\ufffd]/gu, ' ')
    .replaceAll(/[ \t\u00a0]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .trim();
}

/** One line, without marks that Markdown or Discord would read. */
export function plainLine(text: string): string {
  return cleanText(text)
    .replaceAll(/[`*_~|<>#\\[\]]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Runs of letters and digits with inner marks, as they were written. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’&-](?=[\p{L}\p{N}]))*/gu) ?? [];
}

export function languageOf(text: string): Language {
  const words = wordsOf(text.toLowerCase());
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 0 && latin * 2 < letters) return 'other';
  const scores = (['en', 'de', 'fr', 'es'] as const).map((language) => ({
    language,
    score: words.filter((word) => sets[language]?.has(word)).length,
  }));
  const best = scores.sort((a, b) => b.score - a.score)[0];
  return best === undefined || best.score === 0 ? 'en' : best.language;
}

export function isFunctionWord(word: string): boolean {
  return anyFunctionWord.has(word.toLowerCase());
}

/** Lower-case beginnings of the words that carry meaning, each once. */
export function stemsOf(text: string): Set<string> {
  return new Set(
    wordsOf(text.toLowerCase())
      .flatMap((word) => [word, ...word.split(/[-'’&]/)])
      .filter((word) => word.length > 3 && !isFunctionWord(word))
      .map(stemOf),
  );
}

function stemOf(word: string): string {
  return word.replace(/(?:ies|ing|ed|es|s|y|e)$/, '').slice(0, 8);
}

/** At most `max` characters, cut at a word where one ends nearby; an ellipsis says it was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text
    .slice(0, max - 1)
    .toWellFormed()
    .replaceAll('\ufffd', '');
  const space = cut.lastIndexOf(' ');
  return `${(space > max * 0.6 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/, '')}…`;
}

export function capital(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('');
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

const numberWords: Record<string, number> = Object.fromEntries(
  [
    'one a an single ein eine einen einem une un una uno',
    'two both zwei deux dos couple',
    'three drei trois tres',
    'four vier quatre cuatro',
    'five fünf cinq cinco',
    'six sechs seis',
    'seven sieben sept siete',
    'eight acht huit ocho',
    'nine neun neuf nueve',
    'ten zehn dix diez',
    'eleven elf onze once',
    'twelve zwölf douze doce dozen',
  ].flatMap((names, at) => names.split(' ').map((name) => [name, at + 1])),
);

/** The number that a word or digits say; null for other words. */
export function numberOf(word: string): number | null {
  if (/^\d{1,3}$/.test(word)) return Number(word);
  return numberWords[word.toLowerCase()] ?? null;
}

export function numberName(count: number): string {
  const names = [
    'no',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
  ];
  return names[count] ?? String(count);
}
