// The ways to go about an objective that the rehearsal offers. The approach card and the plan are
// made from the same one, so what the card promises (how many tasks, what is left out) is what the
// plan holds. The plan knows the flavour by the first words of the approach's title.

import { anywhere } from '../objective/patterns.ts';

export type Extra = 'brief' | 'audience' | 'risks' | 'checklist' | 'reader-test';

export interface Flavour {
  id: string;
  /** First words of the approach's title. */
  label: string;
  extras: readonly Extra[];
  teamMax: number;
  /** Whether colleagues, and not only the Collaborator, approve the main outputs. */
  crossReview: boolean;
  gets: string;
  leftOut: string;
  risk: string;
}

export const flavours: readonly Flavour[] = [
  {
    id: 'lean',
    label: 'Lean',
    extras: [],
    teamMax: 3,
    crossReview: false,
    gets: 'what you asked for and nothing else, checked once against each other',
    leftOut: 'No research beforehand and no reader test; assumptions are named, not examined.',
    risk: 'A wrong assumption is noticed late, because nothing is prepared before the writing.',
  },
  {
    id: 'thorough',
    label: 'Thorough',
    extras: ['brief', 'audience', 'risks', 'checklist', 'reader-test'],
    teamMax: 4,
    crossReview: false,
    gets: 'all you asked for on a working brief, with reader notes, risks and a reader test',
    leftOut: 'Nothing that was asked for; only speed.',
    risk: 'It takes longest, and the first thing you can use comes late.',
  },
  {
    id: 'reviewed',
    label: 'Review-heavy',
    extras: ['brief', 'reader-test'],
    teamMax: 3,
    crossReview: true,
    gets: 'what you asked for, each part approved by a second Specialist and read by a test reader',
    leftOut: 'No separate risk list and no notes on the readers.',
    risk: 'Reviews send work back; the finish moves if two rounds are needed.',
  },
  {
    id: 'minimal',
    label: 'Bare minimum',
    extras: [],
    teamMax: 2,
    crossReview: false,
    gets: 'the outputs you named, short, by as few Specialists as can do it',
    leftOut: 'No preparation, no reader test, no extras of any kind.',
    risk: 'Thin: what was not said in the objective is not in the result.',
  },
  {
    id: 'pilot',
    label: 'Pilot first',
    extras: ['brief', 'checklist', 'reader-test'],
    teamMax: 3,
    crossReview: false,
    gets: 'a version for a small group, read by a test reader, and a checklist for the first weeks',
    leftOut: 'No risk list; what the pilot does not touch stays rough.',
    risk: 'What holds for a small group may not hold for everybody.',
  },
  {
    id: 'readers',
    label: 'Readers first',
    extras: ['brief', 'audience'],
    teamMax: 3,
    crossReview: true,
    gets: 'notes on the readers first, then everything written to them',
    leftOut: 'No risk list and no checklist.',
    risk: 'If the readers are guessed wrongly, all texts lean the wrong way.',
  },
];

const firstThree = ['lean', 'thorough', 'reviewed'];

/** @param title of the chosen approach; any other title falls back on its number of tasks */
export function flavourOf(title: string, tasks: number): Flavour {
  const named = flavours.find(({ label }) => title.toLowerCase().startsWith(label.toLowerCase()));
  return named ?? flavourAt(bySize(tasks));
}

function bySize(tasks: number): string {
  if (tasks <= 3) return 'minimal';
  if (tasks <= 5) return 'lean';
  return tasks <= 8 ? 'reviewed' : 'thorough';
}

function flavourAt(id: string): Flavour {
  const [first] = flavours;
  const found = flavours.find((flavour) => flavour.id === id) ?? first;
  if (found === undefined) throw new RangeError('There are no flavours');
  return found;
}

const wishes: readonly [RegExp, readonly string[]][] = [
  [
    anywhere(String.raw`
      cheap\w* less fewer small\w* fast\w* quick\w* soon\w* simpl\w* short\w* billig\w* schnell\w*
      moins rapide barato rápido
    `),
    ['minimal', 'lean', 'pilot', 'readers'],
  ],
  [
    anywhere(String.raw`
      thorough deep\w* detail\w* quality complete gründlich\w* more better complet completo
    `),
    ['thorough', 'reviewed', 'readers', 'pilot'],
  ],
  [
    anywhere(String.raw`pilot test try trial risk\w* safe\w*`),
    ['pilot', 'reviewed', 'minimal', 'thorough'],
  ],
];

/** Which to offer: what a request asks for, else the usual three. */
export function flavoursFor(request: string): Flavour[] {
  const asked = wishes.find(([pattern]) => pattern.test(request))?.[1];
  const others = ['pilot', 'readers', 'minimal', 'reviewed'];
  const ids = asked ?? (request === '' ? firstThree : others);
  return ids.slice(0, countIn(request)).map(flavourAt);
}

function countIn(request: string): number {
  if (/\b(?:two|2|zwei|deux|dos)\b/i.test(request)) return 2;
  return /\b(?:four|4|vier|quatre|cuatro)\b/i.test(request) ? 4 : 3;
}
