// Finds what is to be made in an objective: "a one-page plan, a budget table and three
// announcements" is a plan, a budget and announcements, three of them. Text is cut into fragments
// at commas, list marks and joining words; in each, the last noun before a preposition counts, as
// in "budget table for the club". Things the Director already has ("our newsletter") do not count.
import { capital, cleanText, isFunctionWord, numberOf, wordsOf } from './words.ts';
import { forms, formOf } from './forms.ts';
import { supportForms } from './support-forms.ts';
import type { Form } from './form.ts';
import { alternatives, anywhere, spaced, wholeText, words as oneOf } from './patterns.ts';

/** Something to be made, as it was asked for. */
export interface Wanted {
  form: Form;
  /** The Director's own words for it, such as `one-page plan`. */
  phrase: string;
  file: string;
  /** How many pieces, where the form has pieces. */
  count: number;
  length: readonly [number, number];
}

/** More would be a plan that nobody reads through. */
const deliverablesMax = 6;
const piecesMax = 8;

const joining = alternatives(`
  and plus as_well_as together_with with und sowie mit et ainsi_que avec y más con &
`);
const fragmentEnd = new RegExp(
  String.raw`[,;:!?()•·–—、。，；：]|\.(?=\s|$)|\n|\s(?:${joining})\s`,
  'giu',
);
/** A noun after one of these belongs to another phrase. */
const phraseEnd = spaced(`
  for of about to that which who on in from at by so für über zu zum zur von vom des der im am
  pour de du sur dans qui para sobre del en que
`);
const owned = anywhere(String.raw`
  our my his her its their your existing current unser\p{L}* mein\p{L}* bestehend\p{L}* notre nos
  mon ma mes nuestr[oa]s? mis?
`);
/** A statement about how things are, not a wish. */
const statement = new RegExp(
  String.raw`^(?:we|i|they|he|she|it|there|the \w+|wir|ich|es|nous|je|il)\s+(?:${alternatives(`
    run have has had am are is were was own know already used tried betreiben haben hat sind ist
    avons sommes est a
  `)})\b`,
  'iu',
);
const refused = new RegExp(
  String.raw`^(?:(?:but|aber|mais|pero)\s+)?(?:${alternatives(String.raw`
    no not without never skip drop except kein\p{L}* ohne nicht pas sans sin ningún
  `)})\b`,
  'iu',
);

export function findDeliverables(text: string): Wanted[] {
  const found: Wanted[] = [];
  for (const fragment of fragmentsOf(text)) {
    const wanted = wantedIn(fragment, found);
    if (wanted !== null) found.push(wanted);
    if (found.length >= deliverablesMax) break;
  }
  // What was listed is what is wanted; only a proof is easily forgotten beside a list.
  const unsaid = impliedBy(text, found);
  const added = found.length === 0 ? unsaid : unsaid.filter(({ form }) => form.shape === 'amounts');
  return [...found, ...added].slice(0, deliverablesMax);
}

const asking = anywhere('want need wants needs would_like please write make create prepare');

function fragmentsOf(text: string): string[] {
  return cleanText(text)
    .slice(0, 20_000)
    .replaceAll(/\b(?:an? )?(?:set|series|couple|pair|handful|bunch|number) of /giu, '')
    .split(/\n|(?<=[.!?])\s+/u)
    .map((sentence) => sentence.replace(/^[\s*+•–-]*(?:\d{1,2}[.)])?\s*/u, ''))
    .filter((sentence) => !statement.test(sentence) || asking.test(sentence))
    .flatMap((sentence) => sentence.split(fragmentEnd))
    .map((fragment) => fragment.trim())
    .filter((fragment) => fragment !== '');
}

function wantedIn(fragment: string, found: readonly Wanted[]): Wanted | null {
  if (statement.test(fragment) || refused.test(fragment)) return null;
  const head = fragment.split(phraseEnd)[0] ?? fragment;
  if (owned.test(head)) return null;
  const words = wordsOf(head);
  const at = words.findLastIndex((_, position) => formAt(words, position) !== undefined);
  if (at < 0) return null;
  const form = betterForm(words, at, fragment);
  if (found.some((one) => one.form.id === form.id && form.shape === 'pieces')) return null;
  const named = pieceName(form, words[at] ?? '');
  const file = freeName(named, words.slice(0, at), found);
  if (file === null) return null;
  const phrase = phraseOf(words, at);
  return {
    form: named,
    phrase,
    file,
    count: countOf(form, words),
    length: lengthOf(form, fragment),
  };
}

const pieceNouns = oneOf(`
  haiku poem story speech slogan tagline joke tip name headline idea suggestion option flyer leaflet
  brochure poster tweet post email letter invitation newsletter memo message exercise session lesson
  module scene tale recipe menu notice announcement
`);

/** Pieces go by the Director's own English word: slogans are in `slogans.md`. */
function pieceName(form: Form, word: string): Form {
  const lower = word.toLowerCase().replace('-', '');
  const singular = [lower, lower.slice(0, -1), lower.slice(0, -2), `${lower.slice(0, -3)}y`].find(
    (one) => pieceNouns.test(one),
  );
  if (form.shape !== 'pieces' || singular === undefined) return form;
  const plural = /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  const spelled = plural.replace('speechs', 'speeches');
  return { ...form, file: `${spelled}.md`, title: capital(spelled), piece: capital(singular) };
}

/** The form that a noun names. */
export function formFor(word: string): Form | undefined {
  const lower = word.toLowerCase();
  return forms.find((form) => form.words.test(lower));
}

/** The form that a word names, alone or with the word before it: `press release`. */
function formAt(words: readonly string[], at: number): Form | undefined {
  const word = words[at] ?? '';
  const pair = at > 0 ? formFor(`${words[at - 1] ?? ''}-${word}`) : undefined;
  return pair ?? formFor(word);
}

/** "table of costs" and "cost table" are budgets. */
function betterForm(words: readonly string[], at: number, fragment: string): Form {
  const form = formAt(words, at) ?? supportForms.mainDocument;
  const isTable = form.id === 'table' || form.id === 'plan';
  const aboutMoney = form.id === 'table' ? fragment : words.slice(0, at).join(' ');
  if (form.id === 'table' && words.some((word) => /^risks?$/i.test(word))) {
    return supportForms.risks;
  }
  const money = anywhere('budgets? costs? finances? financial spending kosten coûts? presupuesto');
  if (isTable && money.test(aboutMoney)) return formOf('budget') ?? form;
  return form;
}

function phraseOf(words: readonly string[], at: number): string {
  const before = words.slice(0, at);
  const start = before.findLastIndex((word) => isFunctionWord(word) || isRequestVerb(word));
  return words
    .slice(start + 1, at + 1)
    .slice(-5)
    .join(' ');
}

const requestVerbs = wholeText(`
  write create make prepare draft design produce build develop give send plan deliver compose
  compile set put work show need want include add erstelle?n? schreibe?n? mache?n? brauchen?
  entwickle?n? plane?n? rédige[rz]? écri(?:s|re|vez) prépare[rz]? crée[rz]? fai(?:s|re|tes)
  escrib[ea] cre[ae]r? prepar[ae]r? haz
`);

export function isRequestVerb(word: string): boolean {
  return requestVerbs.test(word);
}

function countOf(form: Form, words: readonly string[]): number {
  if (form.shape !== 'pieces') return 1;
  const said = words.map((word) => numberOf(word)).find((count) => count !== null && count > 0);
  return Math.min(piecesMax, said ?? form.pieces ?? 3);
}

const onePage = /\b(?:one|1|single|ein\p{L}*)[- ]?(?:page|seit\p{L}*)\b/iu;
const wordCount = /\b(\d{2,5})[- ]?(?:words?|wörter|worten|mots|palabras)\b/iu;
const shortness = anywhere(String.raw`
  short brief concise kurz\p{L}* bref brève court\p{L}* breve corto
`);

export function wantsShort(text: string): boolean {
  return shortness.test(text);
}

function lengthOf(form: Form, fragment: string): readonly [number, number] {
  const [min, max] = form.length;
  if (onePage.test(fragment)) return [150, 450];
  const words = Number(wordCount.exec(fragment)?.[1]);
  if (words >= 80 && words <= 1500) {
    // Headings, the rehearsal's mark and what is judged need their room, even in 100 words.
    return [Math.round(words * 0.7), Math.max(170, Math.round(words * 1.1))];
  }
  if (wantsShort(fragment)) return [Math.min(min, 120), Math.min(max, 400)];
  return [min, max];
}

/** The form's own file name, else with the word before it (`hiring-plan.md`), else none. */
function freeName(form: Form, before: readonly string[], found: readonly Wanted[]): string | null {
  const taken = new Set(found.map((one) => one.file));
  if (!taken.has(form.file)) return form.file;
  const word = before.findLast((one) => /^[a-z]{3,20}$/i.test(one) && !isFunctionWord(one));
  if (word === undefined || isRequestVerb(word)) return null;
  const name = `${word.toLowerCase()}-${form.file}`;
  return taken.has(name) ? null : name;
}

const implied: readonly [RegExp, string][] = [
  [
    anywhere(`
      pays?_off profitable worth_it prove[^.]{0,40}(?:pays|works) lohnt rentable
    `),
    'business-case',
  ],
  [anywhere('teach train learn_to beibringen apprendre enseñar'), 'guide'],
  [anywhere('which_is_better which_is_best compare vergleiche comparer comparar'), 'table'],
  [anywhere('announce promote advertise bewerben annoncer promocionar'), 'announcement'],
  [anywhere('organi[sz]e host organisieren? organiser organizar'), 'schedule'],
  [
    anywhere(String.raw`
      find_out investigate analy[sz]e research untersuche\p{L}* analyser investigar
    `),
    'report',
  ],
];

/** What an objective asks for without naming it. */
function impliedBy(text: string, found: readonly Wanted[]): Wanted[] {
  return implied.flatMap(([pattern, id]) => {
    const form = formOf(id);
    if (form === undefined || !pattern.test(text)) return [];
    if (found.some((one) => one.form.id === id || one.file === form.file)) return [];
    return [wantedOf(form)];
  });
}

/** A form as it is made when nobody said how. */
export function wantedOf(form: Form, file: string = form.file): Wanted {
  const count = form.shape === 'pieces' ? (form.pieces ?? 3) : 1;
  return { form, phrase: form.title.toLowerCase(), file, count, length: form.length };
}
