// What may become part of a system message. A bullet is one plain sentence or two that help with
// the next task of the same kind: nothing of one project in it, nothing that is an order to get
// around people, reviews or these rules (LEARNING.md §1.2). Pure; the Director still decides.
import type { Bullet } from './bullet.ts';
import { limits } from './limits.ts';
import type { Delta } from './rewrite.ts';

/** What belongs to one project only. */
export interface Particulars {
  /** Of people, agents, files and titles. */
  names: readonly string[];
  /** Whose numbers may not be taken over: the objective, the reasons, the briefs. */
  texts: readonly string[];
}

/** @returns why a text may not be learned, for people; null when it may */
export function faultOfText(text: string, { names, texts }: Particulars): string | null {
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  if (words < wordsMin) return 'it says nothing';
  if (words > limits.bulletWordsMax) return `it has ${words} words of ${limits.bulletWordsMax}`;
  const rule = forbidden.find(({ pattern }) => pattern.test(text));
  if (rule !== undefined) return rule.why;
  const lower = text.toLowerCase();
  const name = names.find((one) => one.length >= nameCharsMin && hasWord(lower, one.toLowerCase()));
  if (name !== undefined) return `it names “${name}”, which is of one project only`;
  const known = new Set(texts.flatMap(numbersIn));
  const number = numbersIn(text).find((one) => known.has(one));
  return number === undefined ? null : `it takes over the number ${number} of one project`;
}

const wordsMin = 3;
const nameCharsMin = 3;

/** Orders that no lesson gives: they would change who decides, or forge parts of a prompt. */
const forbidden: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /[\p{Cc}\p{Cf}]/u, why: 'it has line breaks or hidden characters' },
  { pattern: /[<>`]|^\s*[#/]|\*\*/u, why: 'it has tags, headings, code or a command in it' },
  { pattern: /https?:|www\.|@\w/iu, why: 'it has an address or a mention in it' },
  { pattern: /\b(P\d+|[STOCDLBA]\d+|P\d+-\w+)\b/u, why: 'it names an id of one project' },
  {
    pattern:
      /\b(ignore|disregard|forget|override)\b.{0,40}\b(instruction|rule|prompt|above|system)/iu,
    why: 'it is an order against instructions',
  },
  {
    pattern: /\byou are (now|no longer)\b|\bsystem (prompt|message)\b/iu,
    why: 'it changes a role',
  },
  {
    pattern: /\b(always|automatically|just) (accept|approve)\b|\bnever (reject|send back|ask)\b/iu,
    why: 'it goes around reviews or people',
  },
  {
    pattern:
      /\b(skip|avoid|without|bypass)\b.{0,20}\b(review|approval|check|director|permission)/iu,
    why: 'it goes around reviews or people',
  },
  {
    pattern: /\b(password|token|api key|secret|credential)s?\b/iu,
    why: 'it speaks of credentials',
  },
];

function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const isLetter = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);
  return !isLetter(text[at - 1]) && !isLetter(text[at + word.length]);
}

function numbersIn(text: string): string[] {
  return text.match(/\d+(?:[.,]\d+)*/gu) ?? [];
}

/** LEARNING.md §1.2: from here on two bullets say the same, and the new one edits the old. */
const sameFrom = 0.85;

export type Fitted = { ok: true; delta: Delta } | { ok: false; reason: string };

interface Fitting {
  bullets: readonly Bullet[];
  /** Domains that this learner has worked in, or turns that it takes. */
  domains: readonly string[];
}

/** Makes a proposed change fit the message as it stands: a near-duplicate becomes an edit. */
export function fitDelta(delta: Delta, { bullets, domains }: Fitting): Fitted {
  if (delta.type === 'retire') return ifThere(delta, bullets);
  const foreign = delta.scope.find((domain) => !domains.includes(domain));
  if (foreign !== undefined) {
    return { ok: false, reason: `“${foreign}” is none of its domains: ${domains.join(', ')}` };
  }
  const own = delta.type === 'edit' ? delta.bullet : null;
  const others = bullets.filter(({ id }) => id !== own);
  const twin = others.find((one) => saysTheSame(one.text, delta.text));
  if (delta.type === 'edit') {
    if (twin !== undefined) return { ok: false, reason: `${twin.id} says that already` };
    const old = bullets.find(({ id }) => id === delta.bullet);
    const isSame = old?.text === delta.text && old.scope.join() === delta.scope.join();
    return isSame ? { ok: false, reason: 'it changes nothing' } : ifThere(delta, bullets);
  }
  if (twin === undefined) {
    return bullets.length < limits.bulletsInPromptMax
      ? { ok: true, delta }
      : { ok: false, reason: `there are ${bullets.length} bullets already; retire one first` };
  }
  const scope = [...new Set([...twin.scope, ...delta.scope])].slice(0, limits.bulletScopeMax);
  return fitDelta(
    { type: 'edit', bullet: twin.id, text: delta.text, scope },
    { bullets, domains: [...domains, ...twin.scope] },
  );
}

function ifThere(delta: Exclude<Delta, { type: 'add' }>, bullets: readonly Bullet[]): Fitted {
  return bullets.some(({ id }) => id === delta.bullet)
    ? { ok: true, delta }
    : { ok: false, reason: `there is no bullet ${delta.bullet}` };
}

export function saysTheSame(one: string, other: string): boolean {
  return similarity(one, other) >= sameFrom;
}

/** Of two texts by their groups of three characters, from 0 to 1. */
export function similarity(one: string, other: string): number {
  const left = gramsOf(one);
  const right = gramsOf(other);
  const common = [...left].filter((gram) => right.has(gram)).length;
  return (2 * common) / Math.max(1, left.size + right.size);
}

function gramsOf(text: string): Set<string> {
  const plain = ` ${text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')} `;
  return new Set(
    Array.from({ length: Math.max(0, plain.length - 2) }, (_, at) => plain.slice(at, at + 3)),
  );
}
