// What the rehearsal makes of an objective, in any language and of any length: a title, a phrase
// that sentences can be built around, whom it is for, and what is to be made. Pure: every turn
// reads the objective again and gets the same.
// The surprise: an English wish without a noun becomes one ("Teach penguins", "teaching penguins");
// in other languages the Director's own words are quoted, because the rehearsal writes English.
import { findDeliverables, formFor, isRequestVerb, wantsShort } from './find-deliverables.ts';
import type { Wanted } from './find-deliverables.ts';
import { formOf } from './forms.ts';
import { loreOf } from './lore.ts';
import type { Lore } from './lore.ts';
import { alternatives } from './patterns.ts';
import {
  capital,
  cleanText,
  clip,
  isFunctionWord,
  languageOf,
  plainLine,
  wordsOf,
} from './words.ts';
import type { Language } from './words.ts';

export interface Objective {
  text: string;
  language: Language;
  /** At most eight words. */
  title: string;
  /** Fits where a noun does: `the bike-repair co-operative`, `teaching penguins to juggle`. */
  topic: string;
  /** Words of the objective that carry its meaning, most telling first. */
  keywords: readonly string[];
  audience: string;
  /** Whether the Director said whom it is for. */
  hasAudience: boolean;
  wanted: readonly Wanted[];
  lore: Lore;
}

export function readObjective(given: string, understanding = ''): Objective {
  const text = cleanText(given).slice(0, 20_000);
  const language = languageOf(text.slice(0, 3000));
  const clause = mainClause(text);
  const topic = topicOf(clause, language);
  const lore = loreOf(text.slice(0, 6000));
  const found = audienceIn(text);
  const quoted = found !== null && language !== 'en' ? `“${found}”` : found;
  const said = statedAudience(understanding) ?? quoted;
  return {
    text,
    language,
    title: titleOf(clause),
    topic,
    keywords: keywordsOf(text, topic),
    audience: said ?? lore.people,
    hasAudience: said !== null,
    wanted: findDeliverables(text),
    lore,
  };
}

const politeness = new RegExp(
  String.raw`^(?:${alternatives(String.raw`
    please hi hello hey dear_\w+ so ok well bitte hallo s'il_vous_plaît por_favor could_you can_you
    would_you will_you kannst_du könn(?:t|en)_(?:ihr|sie) peux-tu pouvez-vous puedes
    i(?:'d|_would)_like(?:_you)?_to i(?:'d|_would)_like i_want(?:_you)?_to i_want i_need(?:_you)?_to
    i_need we_want_to we_want we_need_to we_need we(?:'d|_would)_like_to we_would_like
    help_(?:me|us)(?:_to)? let's wir_brauchen wir_möchten ich_brauche ich_möchte nous_voulons
    il_faut necesitamos quiero
  `)})[\s,!.:]+`,
  'iu',
);

/** "Our club wants to organise a fair" is the wish to organise a fair. */
const wish = new RegExp(
  String.raw`^(?:(?:our|the|my|a) (?:[\p{L}-]+ ){1,4}|we |i |they )(?:[^,.;:]{0,80} and )?` +
    String.raw`(?:wants?|needs?|plans?|hopes?|(?:would|'d) like)(?: to)? `,
  'iu',
);

/** The first sentence that says something, without politeness, up to its first colon. */
function mainClause(text: string): string {
  const sentences = text
    .split(/\n|(?<=[.!?。！？])\s+/u)
    .map((line) => plainLine(line.replace(/^[\s#*•–-]*(?:\d{1,2}[.)])?\s*/u, '')))
    .filter((line) => /\p{L}/u.test(line));
  const asking = sentences.find((line) => wordsOf(line).some(isRequestVerb));
  const first = sentences[0] ?? '';
  let clause = wordsOf(first).length < 3 && asking !== undefined ? asking : first;
  for (let at = 0; at < 4 && politeness.test(clause); at += 1) {
    clause = clause.replace(politeness, '');
  }
  clause = clause.replace(wish, '');
  return (clause.split(/[:;!?()。：；！？]|\.(?=\s|$)|\s[–—-]\s/u)[0] ?? '').trim().slice(0, 300);
}

const requestLead = new RegExp(
  String.raw`^(?:${alternatives(`
    write create make prepare draft produce compose compile build develop design erstelle?n?
    schreibe?n? entwickle?n? rédige[rz]? écri(?:s|re|vez) prépare[rz]? crée[rz]? escrib[ea] cre[ae]
    prepar[ae] haz
  `)})\s+(?:(?:me|us|mir|uns|nous|nos)\s+)?(?:(?:${alternatives(`
    an? the some eine?[nmrs]? die der das une? le la les una? el
  `)})\s+)?`,
  'iu',
);

function titleOf(clause: string): string {
  const [head = ''] = withoutLead(clause).split(/,\s|\s(?:and|und|et|y)\s/u);
  const whole = withoutLead(clause).split(' ');
  const words = whole.length > 8 && head.split(' ').length > 2 ? head.split(' ') : whole;
  const kept = withoutDangling(words.filter((word) => word !== '').slice(0, 8));
  const title = clip(kept.join(' ').replace(/[,;:.\s]+$/, ''), 70).replace(/^(?:an?|the)\s/i, '');
  return title === '' ? 'A request without words' : capital(title);
}

/** A phrase that was cut does not end with "in the". */
function withoutDangling(words: readonly string[]): string[] {
  const kept = [...words];
  while (kept.length > 2 && isFunctionWord((kept.at(-1) ?? '').replace(/\W+$/, ''))) kept.pop();
  return kept;
}

/** "Make us better" is no request to write a "better". */
function withoutLead(clause: string): string {
  const bare = clause.replace(requestLead, '');
  return bare.includes(' ') || formFor(bare) !== undefined ? bare : clause;
}

const about = new RegExp(
  String.raw`\b(?:${alternatives(`
    for about on of für über zum zur pour sur para sobre del?
  `)})\s+((?:${alternatives(`
    an? the our my den die das der dem einen? eine[mr]? unsere?[nmr]? une? le la les notre una? el
    los las nuestr[oa]
  `)})\s+)?(.+)$`,
  'iu',
);

function topicOf(clause: string, language: Language): string {
  const bare = withoutLead(clause);
  // In a list of things to make, what they are all about follows the first or the last of them.
  const found = about.exec(bare.split(', ')[0] ?? bare) ?? about.exec(bare);
  const [, article = '', rest = ''] = found ?? [];
  const subject = shortPhrase(rest);
  const [first = '', second = ''] = clause.split(' ');
  const isDoing = isVerbBefore(first, second) && bare === clause;
  const isNamed = bare !== clause || (!isDoing && startsWithForm(bare));
  if (language !== 'en') {
    return `“${clip(isNamed && subject !== '' ? subject : shortPhrase(bare), 60)}”`;
  }
  if (isNamed && subject !== '') return article === '' ? subject : `the ${subject}`;
  if (isNamed) return `the ${shortPhrase(bare).replace(/^(?:an?|the|\d+)\s/i, '')}`;
  if (isDoing) return shortPhrase([gerund(first), ...clause.split(' ').slice(1)].join(' '));
  return `“${clip(shortPhrase(clause) || 'this request', 60)}”`;
}

function startsWithForm(bare: string): boolean {
  const [head = ''] = bare.split(
    /\s(?:for|about|on|of|that|für|über|zum|zur|pour|sur|para|sobre)\s/iu,
  );
  const words = wordsOf(head);
  return words.length <= 6 && words.some((word) => formFor(word) !== undefined);
}

const turning = new RegExp(
  String.raw`,|\s(?:${alternatives(`
    and or but so_that in_order because which that with including und aber damit mit et mais avec y
    pero con
  `)})\s`,
  'iu',
);

/** Up to where the phrase turns to something else: a joining verb, a comma, nine words. */
function shortPhrase(phrase: string): string {
  const [first = ''] = phrase.split(turning);
  const words = first.split(' ').filter((word) => word !== '');
  return clip(withoutDangling(words.slice(0, 11)).join(' '), 80).replace(/[\s.,;:]+$/, '');
}

const notVerbs =
  /^(?:the|an?|our|my|we|i|it|this|that|there|no|what|who|how|why|when|where|all|more|new)$/i;

/** "Plan a wedding" and "teach penguins" begin with verbs, "business plan" does not. */
function isVerbBefore(first: string, second: string): boolean {
  if (!/^[a-z]{2,14}$/i.test(first) || notVerbs.test(first) || second === '') return false;
  if (/^(?:an?|the|our|my|your|us|me|all|more|\d+)$/i.test(second)) return true;
  if (formFor(first) !== undefined || formFor(second) !== undefined) return false;
  return !/(?:[^s]s|tion|ness|ment|ly|ity|ing|ed)$/i.test(first);
}

function gerund(verb: string): string {
  const word = verb.toLowerCase();
  if (word.endsWith('ie')) return `${word.slice(0, -2)}ying`;
  if (word.endsWith('e') && !/[eo]e$/.test(word)) return `${word.slice(0, -1)}ing`;
  const doubles =
    /^(?:run|plan|get|set|put|cut|win|begin|stop|swim|ban|map|shop|trim|chat|let|sit|pin)$/;
  return doubles.test(word) ? `${word}${word.slice(-1)}ing` : `${word}ing`;
}

function keywordsOf(text: string, topic: string): string[] {
  const inTopic = new Set(wordsOf(topic.toLowerCase()));
  const counts = new Map<string, { word: string; score: number }>();
  const words = wordsOf(text.slice(0, 6000));
  for (const [at, word] of words.entries()) {
    const key = word.toLowerCase();
    if (key.length < 4 || key.length > 30 || isFunctionWord(key) || isRequestVerb(key)) continue;
    if (/^\d+$/.test(key) || formFor(key) !== undefined) continue;
    const known = counts.get(key) ?? { word, score: firstScore(at, inTopic.has(key)) };
    counts.set(key, { word: known.word, score: known.score + 1 });
  }
  return [...counts.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, 8)
    .map(({ word }) => word);
}

/** The topic says most, the opening more than the rest. */
function firstScore(at: number, isInTopic: boolean): number {
  if (isInTopic) return 100;
  return at < 40 ? 2 : 0;
}

/** The line of our own understanding that says whom it is for. */
function statedAudience(understanding: string): string | null {
  const line = /^For: (.{2,160})$/m.exec(understanding)?.[1];
  return line === undefined ? null : plainLine(line).replace(/\.$/, '');
}

const people = alternatives(`
  people public everyone everybody
  neighbou?rs members customers students pupils teachers parents children kids families
  employees colleagues staff managers developers users readers visitors guests volunteers
  investors donors beginners seniors residents citizens patients tourists nachbarn mitglieder
  kunden schüler eltern kinder familien mitarbeiter leser gäste besucher voisins membres clients
  élèves enfants familles vecinos miembros clientes alumnos niños familias
`);
const peopleNoun = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${people})(?![\p{L}\p{N}])`, 'iu');
const audienceNouns = new RegExp(
  String.raw`\b(?:for|to|aimed at|addressed to|für|an|pour|para)\s+((?:(?:${alternatives(`
    the our all new young busy local every die alle unsere neue les nos los las nuestros
  `)})\s+)*(?:[\p{L}-]+\s){0,2}?(?:${people}))(?![\p{L}\p{N}])`,
  'iu',
);

/** Whom a text is for, as its opening and the lines that name outputs say it. */
function audienceIn(text: string): string | null {
  const [opening = '', ...others] = text.slice(0, 6000).split(/\n|(?<=[.!?])\s+/u);
  const lines = [
    opening,
    ...others.filter((line) => startsWithForm(line.replace(/^[\s*•-]+/, ''))),
  ];
  for (const line of lines) {
    const match = audienceNouns.exec(plainLine(line));
    if (match?.[1] !== undefined) return clip(match[1], 80);
  }
  return null;
}

/** Whom a short answer names: "neighbours without a car". */
export function audienceNamed(answer: string): string | null {
  const line = plainLine(answer);
  const found = audienceIn(line);
  if (found !== null) return found;
  const [clause = ''] = line.split(/[.;,:!?]/);
  const [, rest = clause] =
    /^(?:it(?:'s| is) )?(?:for|für|pour|para)\s+(.{3,80})/iu.exec(clause) ?? [];
  const isShort = wordsOf(rest).length <= 8;
  return isShort && (rest !== clause || peopleNoun.test(rest)) ? rest.trim() : null;
}

/**
 * What is to be made once the Director has said more: lines that drop or add outputs change the
 * list, and an objective that named nothing takes its list from them.
 */
export function wantedAfter(
  objective: Objective,
  directorLines: readonly string[],
): readonly Wanted[] {
  let wanted = [...objective.wanted];
  if (wanted.length === 0) {
    wanted = directorLines.flatMap((line) => findDeliverables(line)).slice(0, 6);
  }
  for (const line of directorLines) {
    const dropped = droppedIn(line);
    const kept = wanted.filter((one) => !dropped.some((words) => isNamedBy(one, words)));
    wanted = kept.length > 0 ? kept : wanted;
    for (const added of addedIn(line)) {
      if (wanted.some((one) => one.file === added.file) || wanted.length >= 6) continue;
      wanted.push(added);
    }
  }
  return directorLines.some(wantsShort) ? wanted.map(shortened) : wanted;
}

const dropping = new RegExp(
  String.raw`\b(?:${alternatives(String.raw`
    no without drop remove skip delete omit leave_out not_need don't_need kein\p{L}* ohne pas_de
    sans sin
  `)})\s+(?:(?:the|an?|any|more|die|der|das|den)\s+)?([^.,;!?]{3,60})`,
  'giu',
);
const adding = new RegExp(
  String.raw`\b(?:${alternatives(`
    add also include plus additionally auch zusätzlich füge ajoute[rz]? aussi añad[ea] también
  `)})\s+([^.;!?]{3,160})`,
  'giu',
);

/** At most 400 words, for texts that may be longer. */
function shortened(wanted: Wanted): Wanted {
  const [min, max] = wanted.length;
  return { ...wanted, length: [Math.min(min, 120), Math.min(max, 400)] };
}

/** What a line asks to leave out, in its words. */
export function droppedIn(line: string): string[] {
  return [...line.matchAll(dropping)].map((match) => (match[1] ?? '').toLowerCase());
}

export function addedIn(line: string): Wanted[] {
  return [...line.matchAll(adding)].flatMap((match) => findDeliverables(match[1] ?? ''));
}

function isNamedBy({ form, phrase, file }: Wanted, words: string): boolean {
  const own = wordsOf(words);
  if (own.some((word) => form.words.test(word) || formOf(form.id)?.title.toLowerCase() === word)) {
    return true;
  }
  const named = [...wordsOf(phrase.toLowerCase()), file.replace(/\.\w+$/, '')];
  return own.some((word) => word.length > 3 && named.includes(word));
}
