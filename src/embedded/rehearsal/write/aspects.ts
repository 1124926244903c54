// The points on which an output is judged. Each has the criterion, a sentence that meets it, a
// sentence that is too general to meet it, and what a reviewer says about that one.
// The invariant: criterion and good sentence share words, because evidence is found by shared
// words; the general sentences stand here and nowhere else, so that a reviewer knows them.
import type { Canon } from './canon.ts';

export type AspectId = 'audience' | 'owner' | 'measure' | 'call' | 'subject' | 'basis' | 'usage';

/** What a criterion may name: what was planned. */
export interface CriterionTerms {
  audience: string;
  topic: string;
  file: string;
}

export interface Aspect {
  id: AspectId;
  criterion(terms: CriterionTerms): string;
  good(terms: CriterionTerms, canon: Canon): string;
  /** Absent where a first version has no such weakness. */
  general?: string;
  /** What has to change; the general sentence is quoted before it. */
  wish?(terms: CriterionTerms): string;
  /** What future projects should do, after it went wrong once. */
  lesson?: string;
  /** What whoever wrote it should always do, and why. */
  habit?: string;
}

export const aspects: Readonly<Record<AspectId, Aspect>> = {
  audience: {
    id: 'audience',
    criterion: ({ file, audience }) =>
      `${file} says what changes in practice for its readers: ${audience}.`,
    good: ({ audience }, { first }) =>
      `What changes in practice for its readers – ${audience} – is this: from week 2 there is ` +
      `${first}, and they know how to take part.`,
    general: 'It should be useful for anyone who happens to be interested.',
    wish: ({ audience }) => `Say what changes in practice for these readers: ${audience}.`,
    lesson:
      'Name the readers in every brief and ask what changes for them; first drafts forget it.',
    habit: 'Before you submit, say in one sentence what changes in practice for the readers.',
  },
  owner: {
    id: 'owner',
    criterion: ({ file }) => `${file} names the responsible person and the week for its main step.`,
    good: (_terms, { first }) =>
      `Main step: ${first}. Responsible person: the coordinator, in week 2; a deputy is named in ` +
      'week 1.',
    general: 'Somebody will take care of the details when the time is right.',
    wish: () => 'Name the responsible person and the week.',
    lesson: 'Ask for a responsible person and a week in the first brief, not in the review.',
    habit: 'Name the responsible person and the week for the main step in the first version.',
  },
  measure: {
    id: 'measure',
    criterion: ({ file }) => `${file} gives one measure of success that can be counted.`,
    good: (_terms, { measure }) => `The measure of success, counted every Friday: ${measure}.`,
    general: 'Whether it worked will show itself over time.',
    wish: () => 'Give one measure of success that can be counted.',
    lesson: 'Agree on one countable measure of success before the first draft is written.',
    habit: 'Give one measure of success that can be counted in the first version.',
  },
  call: {
    id: 'call',
    criterion: ({ file }) => `Every text in ${file} tells its readers the next step to take.`,
    good: (_terms, { first }) => `Your next step: come along in week 2, when there is ${first}.`,
    general: 'More information will follow in due course.',
    wish: () => 'Tell its readers the next step to take.',
    lesson:
      'Give every public text one next step for its reader, and look for it before submitting.',
    habit: 'End every text for the public with one next step that its reader can take.',
  },
  subject: {
    id: 'subject',
    criterion: ({ file, topic }) => `Every piece in ${file} keeps to its subject, ${topic}.`,
    good: ({ topic }) => `Every piece keeps to one subject: ${topic}.`,
  },
  basis: {
    id: 'basis',
    criterion: ({ file }) => `Every row of ${file} states the basis of its estimate.`,
    good: () => 'Basis of this estimate: an assumption to be checked',
  },
  usage: {
    id: 'usage',
    criterion: ({ file }) => `${file} explains its usage and changes nothing unless told to.`,
    good: () => 'Usage: run it once as it is; it changes nothing unless you pass --apply.',
  },
};

/** The aspects that a text treats too generally. */
export function generalAspectsIn(text: string): Aspect[] {
  return Object.values(aspects).filter(
    ({ general }) => general !== undefined && text.includes(general),
  );
}

/** Why a file goes back: the sentence that is too general, quoted, and what it should say. */
export function reasonAgainst(aspect: Aspect, terms: CriterionTerms): string {
  const wish = aspect.wish?.(terms) ?? 'Be concrete.';
  return `${terms.file} is too general where it says “${aspect.general ?? ''}” ${wish}`;
}

const signs: readonly [RegExp, AspectId][] = [
  [/\b(?:changes in practice|readers?:|audience)/i, 'audience'],
  [/\b(?:responsible|who does|owner)\b/i, 'owner'],
  [/\b(?:measure|success|counted)\b/i, 'measure'],
  [/\b(?:next step to take|call to action)\b/i, 'call'],
  [/\bkeeps to its subject\b/i, 'subject'],
  [/\bbasis\b/i, 'basis'],
  [/\busage\b/i, 'usage'],
];

/** Which aspect a criterion is about, whoever wrote it. */
export function aspectOf(criterion: string): Aspect | undefined {
  const sign = signs.find(([pattern]) => pattern.test(criterion));
  return sign === undefined ? undefined : aspects[sign[1]];
}
