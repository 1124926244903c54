// What a rehearsal knows of the world: for some fields, the things that people do, pay for, worry
// about and count there. Objectives pick the fields whose words they use, so that a budget for a
// bakery has an oven in it. Everything is an assumption and is called one wherever it is used.
import { fields } from './fields.ts';
import type { Field } from './fields.ts';
import { wordsOf } from './words.ts';

/** Two fields at most, the better match first, then what holds everywhere. */
export interface Lore {
  /** Who it is for when nobody said. */
  people: string;
  /** Noun phrases that follow "there is": `a weekly repair evening`. */
  activities: readonly string[];
  costs: readonly Cost[];
  risks: readonly Risk[];
  measures: readonly string[];
}

export interface Cost {
  item: string;
  kind: string;
  /** Price of one, in the objective's currency, from and to. */
  price: readonly [number, number];
  quantity: readonly [number, number];
}

export interface Risk {
  risk: string;
  answer: string;
}

export function loreOf(objective: string): Lore {
  const words = wordsOf(objective.toLowerCase());
  const matched = fields
    .map((field) => ({ field, hits: words.filter((word) => field.words.test(word)).length }))
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, 2)
    .map(({ field }) => field);
  const all = [...matched, everywhere];
  return {
    people: all[0]?.people ?? everywhere.people,
    activities: all.flatMap((field) => field.activities),
    costs: all.flatMap((field) => field.costs.map(costOf)),
    risks: all.flatMap((field) => field.risks.map(([risk, answer]) => ({ risk, answer }))),
    measures: all.flatMap((field) => field.measures),
  };
}

/** "Neighbours" or "team" stand in every other objective; what they do says more about it. */
function weight({ field, hits }: { field: Field; hits: number }): number {
  return field.isSetting === true ? hits : hits * 10;
}

function costOf([
  item,
  kind,
  priceMin,
  priceMax,
  quantityMin,
  quantityMax,
]: Field['costs'][number]) {
  return {
    item,
    kind,
    price: [priceMin, priceMax] as const,
    quantity: [quantityMin, quantityMax] as const,
  };
}

const everywhere: Field = {
  words: /^$/,
  people: 'the people it is meant for',
  activities: [
    'a first trial with a small group',
    'one fixed hour a week for questions',
    'a short walk-through for newcomers',
    'a shared page where progress can be seen',
  ],
  costs: [
    ['Working time of the core group', 'People', 18, 26, 30, 60],
    ['Printing and small materials', 'Material', 2, 6, 20, 60],
    ['Room or place to meet', 'Place', 20, 60, 4, 8],
    ['Reserve for surprises', 'Reserve', 100, 300, 1, 1],
  ],
  risks: [
    ['too few people have time in the first month', 'start with the smallest useful version'],
    ['the first estimate of costs is too low', 'keep a reserve and compare after two weeks'],
    ['nobody feels responsible after the start', 'name a person and a deputy before the start'],
  ],
  measures: [
    'at least 20 people have taken part by the end of week 4',
    'two of three participants would do it again',
    'the costs stay within the estimate',
  ],
};
