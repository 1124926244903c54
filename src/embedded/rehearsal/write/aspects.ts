// The points on which an output is judged. Each has the criterion, a sentence that meets it, a
// sentence that is too general to meet it, and what a reviewer says about that one.
// The invariant: criterion and good sentence share words, because evidence is found by shared
// words; the general sentences stand here and nowhere else, so that a reviewer knows them.

export type AspectId = 'audience' | 'owner' | 'measure' | 'call' | 'subject' | 'basis' | 'usage';

/** What sentences about an aspect may name. */
export interface AspectTerms {
  topic: string;
  audience: string;
  activity: string;
  measure: string;
  file: string;
}

export interface Aspect {
  id: AspectId;
  criterion(terms: AspectTerms): string;
  good(terms: AspectTerms): string;
  /** Absent where a first version has no such weakness. */
  general?: string;
  reason?(terms: AspectTerms): string;
  /** What future projects should do, after it went wrong once. */
  lesson?: string;
}

export const aspects: Readonly<Record<AspectId, Aspect>> = {
  audience: {
    id: 'audience',
    criterion: ({ file, audience }) =>
      `${file} says what changes in practice for its readers: ${audience}.`,
    good: ({ audience, activity }) =>
      `What changes in practice for readers (${audience}): there is ${activity}, and they know how to take part.`,
    general: 'It should be useful for anyone who happens to be interested.',
    reason: ({ file, audience }) =>
      `${file} stays too general: “It should be useful for anyone who happens to be interested.” ` +
      `Say what changes in practice for ${audience}.`,
    lesson:
      'Name the readers in every brief and ask what changes for them; first versions forget it.',
  },
  owner: {
    id: 'owner',
    criterion: ({ file }) => `${file} names the responsible person and the week for its main step.`,
    good: ({ activity }) =>
      `Responsible person for the main step, ${activity}: the coordinator, in week 1; a deputy is named in the same week.`,
    general: 'Somebody will take care of the details when the time is right.',
    reason: ({ file }) =>
      `${file} leaves open who acts: “Somebody will take care of the details when the time is right.” ` +
      'Name the responsible person and the week.',
    lesson: 'Ask for a responsible person and a week in the first brief, not in the review.',
  },
  measure: {
    id: 'measure',
    criterion: ({ file }) => `${file} gives one measure of success that can be counted.`,
    good: ({ measure }) => `The measure of success that we count: ${measure}.`,
    general: 'Whether it worked will show itself over time.',
    reason: ({ file }) =>
      `${file} promises nothing that can be checked: “Whether it worked will show itself over time.” ` +
      'Give one measure of success that can be counted.',
    lesson: 'Agree on one countable measure of success before the first draft is written.',
  },
  call: {
    id: 'call',
    criterion: ({ file }) => `Every text in ${file} tells its readers the next step to take.`,
    good: ({ activity }) =>
      `Next step for readers: come by in week 2 and see ${activity} for yourself.`,
    general: 'More information will follow in due course.',
    reason: ({ file }) =>
      `One text in ${file} ends with “More information will follow in due course.” ` +
      'Tell its readers the next step to take.',
    lesson:
      'Give every public text one next step for its reader, and check that before submitting.',
  },
  subject: {
    id: 'subject',
    criterion: ({ file, topic }) => `Every piece in ${file} keeps to its subject, ${topic}.`,
    good: ({ topic }) => `Every piece keeps to one subject: ${topic}.`,
  },
  basis: {
    id: 'basis',
    criterion: ({ file }) => `Every row of ${file} states the basis of its estimate.`,
    good: () => 'Basis of this estimate: assumption to be checked',
  },
  usage: {
    id: 'usage',
    criterion: ({ file }) => `${file} explains its usage and changes nothing unless told to.`,
    good: () => 'Usage: run it once as it is; it changes nothing unless you pass --apply.',
  },
};

const generalOnes = Object.values(aspects).filter((aspect) => aspect.general !== undefined);

/** The aspects that a text treats too generally. */
export function generalAspectsIn(text: string): Aspect[] {
  return generalOnes.filter(({ general }) => general !== undefined && text.includes(general));
}

/** Which aspect a criterion is about, whoever wrote it. */
export function aspectOf(criterion: string): Aspect | undefined {
  const signs: [RegExp, AspectId][] = [
    [/\b(?:changes in practice|readers?:|audience)\b/i, 'audience'],
    [/\b(?:responsible|who does|owner)\b/i, 'owner'],
    [/\b(?:measure|success|counted)\b/i, 'measure'],
    [/\b(?:next step to take|call to action)\b/i, 'call'],
    [/\bkeeps to its subject\b/i, 'subject'],
    [/\bbasis\b/i, 'basis'],
    [/\busage\b/i, 'usage'],
  ];
  const sign = signs.find(([pattern]) => pattern.test(criterion));
  return sign === undefined ? undefined : aspects[sign[1]];
}
