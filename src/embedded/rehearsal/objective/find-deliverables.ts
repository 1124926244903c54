// Finds what is to be made in an objective: "a one-page plan, a budget table and three
// announcements" is a plan, a budget and announcements, three of them. Text is cut into fragments
// at commas, list marks and joining words; in each, the last noun before a preposition counts, as
// in "budget table for the club". Things the Director already has ("our newsletter") do not count.
import { capital, cleanText, isFunctionWord, numberOf, wordsOf } from './words.ts';
import { forms, formOf, supportForms } from './forms.ts';
import type { Form } from './forms.ts';

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

const fragmentEnd =
  /[,;:!?()•·–—、。，；：]|\.(?=\s|$)|\n|\s(?:and|plus|as well as|together with|with|und|sowie|mit|et|ainsi que|avec|y|más|con|&)\s/giu;
/** A noun after one of these belongs to another phrase. */
const phraseEnd =
  /\s(?:for|of|about|to|that|which|who|on|in|from|at|by|so|für|über|zu|zum|zur|von|vom|des|der|im|am|pour|de|du|sur|dans|qui|para|sobre|del|en|que)\s/iu;
const owned =
  /\b(?:our|my|his|her|its|their|your|existing|current|unser\p{L}*|mein\p{L}*|bestehend\p{L}*|notre|nos|mon|ma|mes|nuestr[oa]s?|mis?)\b/iu;
/** A statement about how things are, not a wish. */
const statement =
  /^(?:we|i|they|he|she|it|there|the \w+|wir|ich|es|nous|je|il)\s+(?:run|have|has|had|am|are|is|were|was|own|know|already|used|tried|betreiben|haben|hat|sind|ist|avons|sommes|est|a)\b/iu;
const refused =
  /^(?:(?:but|aber|mais|pero)\s+)?(?:no|not|without|never|skip|drop|except|kein\p{L}*|ohne|nicht|pas|sans|sin|ningún)\b/iu;

export function findDeliverables(text: string): Wanted[] {
  const found: Wanted[] = [];
  for (const fragment of fragmentsOf(text)) {
    const wanted = wantedIn(fragment, found);
    if (wanted !== null) found.push(wanted);
    if (found.length >= deliverablesMax) break;
  }
  // What was listed is what is wanted; only a proof is easily forgotten beside a list.
  const implied = impliedBy(text, found);
  const added =
    found.length === 0 ? implied : implied.filter(({ form }) => form.shape === 'amounts');
  return [...found, ...added].slice(0, deliverablesMax);
}

function fragmentsOf(text: string): string[] {
  return cleanText(text)
    .slice(0, 20_000)
    .replaceAll(/\b(?:an? )?(?:set|series|couple|pair|handful|bunch|number) of /giu, '')
    .split(fragmentEnd)
    .map((fragment) => fragment.replace(/^[\s*+•–-]*(?:\d{1,2}[.)])?\s*/u, '').trim())
    .filter((fragment) => fragment !== '');
}

function wantedIn(fragment: string, found: readonly Wanted[]): Wanted | null {
  if (statement.test(fragment) || refused.test(fragment)) return null;
  const head = fragment.split(phraseEnd)[0] ?? fragment;
  if (owned.test(head)) return null;
  const words = wordsOf(head);
  const at = words.findLastIndex((word) => formFor(word) !== undefined);
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

const pieceNouns =
  /^(?:haiku|poem|story|speech|slogan|tagline|joke|tip|name|headline|idea|suggestion|option|flyer|leaflet|brochure|poster|tweet|post|email|letter|invitation|newsletter|memo|message|exercise|session|lesson|module|scene|tale|recipe|menu|notice|announcement)$/;

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

/** "table of costs" and "cost table" are budgets; "press release" and "blog post" keep their name. */
function betterForm(words: readonly string[], at: number, fragment: string): Form {
  const form = formFor(words[at] ?? '') ?? supportForms.mainDocument;
  const isTable = form.id === 'table' || form.id === 'plan';
  const aboutMoney = form.id === 'table' ? fragment : words.slice(0, at).join(' ');
  const money = /\b(?:budgets?|costs?|finances?|financial|spending|kosten|coûts?|presupuesto)\b/i;
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

const requestVerbs =
  /^(?:write|create|make|prepare|draft|design|produce|build|develop|give|send|plan|deliver|compose|compile|set|put|work|show|need|want|include|add|erstelle?n?|schreibe?n?|mache?n?|brauchen?|entwickle?n?|plane?n?|rédige[rz]?|écri(?:s|re|vez)|prépare[rz]?|crée[rz]?|fai(?:s|re|tes)|escrib[ea]|cre[ae]r?|prepar[ae]r?|haz)$/i;

export function isRequestVerb(word: string): boolean {
  return requestVerbs.test(word);
}

function countOf(form: Form, words: readonly string[]): number {
  if (form.shape !== 'pieces') return 1;
  const said = words.map((word) => numberOf(word)).find((count) => count !== null && count > 0);
  return Math.min(piecesMax, said ?? form.pieces ?? 3);
}

function lengthOf(form: Form, fragment: string): readonly [number, number] {
  const [min, max] = form.length;
  if (/\b(?:one|1|single|ein\p{L}*)[- ]?(?:page|seit\p{L}*)\b/iu.test(fragment)) return [150, 450];
  const words = Number(
    /\b(\d{2,5})[- ]?(?:words?|wörter|worten|mots|palabras)\b/iu.exec(fragment)?.[1],
  );
  if (words >= 80 && words <= 1500) return [Math.round(words * 0.7), Math.round(words * 1.1)];
  if (
    /\b(?:short|brief|concise|kurz\p{L}*|bref|brève|court\p{L}*|breve|corto)\b/iu.test(fragment)
  ) {
    return [Math.min(min, 120), Math.min(max, 400)];
  }
  return [min, max];
}

/** The form's own file name, else with the word before it (`hiring-plan.md`), else with a number. */
function freeName(form: Form, before: readonly string[], found: readonly Wanted[]): string | null {
  const taken = new Set(found.map((one) => one.file));
  if (!taken.has(form.file)) return form.file;
  const word = before.findLast((one) => /^[a-z]{3,20}$/i.test(one) && !isFunctionWord(one));
  if (word === undefined || isRequestVerb(word)) return null;
  const name = `${word.toLowerCase()}-${form.file}`;
  return taken.has(name) ? null : name;
}

/** What an objective asks for without naming it. */
function impliedBy(text: string, found: readonly Wanted[]): Wanted[] {
  const implied: [RegExp, string][] = [
    [
      /\b(?:pays? off|profitable|worth it|prove .{0,40}(?:pays|works)|lohnt|rentable)\b/iu,
      'business-case',
    ],
    [/\b(?:teach|train|learn to|beibringen|apprendre|enseñar)\b/iu, 'guide'],
    [/\b(?:which is (?:better|best)|compare|vergleiche|comparer|comparar)\b/iu, 'table'],
    [/\b(?:announce|promote|advertise|bewerben|annoncer|promocionar)\b/iu, 'announcement'],
    [/\b(?:organi[sz]e|host|organisieren?|organiser|organizar)\b/iu, 'schedule'],
    [
      /\b(?:find out|investigate|analy[sz]e|research|untersuche\p{L}*|analyser|investigar)\b/iu,
      'report',
    ],
  ];
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
