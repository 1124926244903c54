// Objectives that people might really write: plain, in other languages, absurd, long and vague.
import fc from 'fast-check';

export const bikeKit =
  'Write a launch kit for a neighbourhood bike-repair co-operative: a one-page plan, a budget ' +
  'table and three announcements';

export const gardenPlan =
  'Erstelle einen Wochenplan für den Gemeinschaftsgarten, eine Einkaufsliste und zwei Aushänge ' +
  'für die Nachbarn';

export const penguins = 'Teach penguins to juggle and prove it pays off';

export const vague = 'Make us better';

const history =
  'The festival has happened twice, with about 200 guests each time, and we learned that people ' +
  'stay longer when there is shade, food and something for children.';
const means = 'We have tables for 80 people, a stage and a contract with the water company.';

/** About 3,000 characters with bullets and numbers. */
export const festival = [
  'Our association wants to organise a summer festival in the park behind the library.',
  Array.from({ length: 12 }, () => history).join(' '),
  'We need:\n- a schedule for the day\n- a budget under 3,000 euros',
  '- two letters to the neighbours\n* a checklist for helpers',
  'Please keep in mind:\n1. No amplified music after 21:00.\n2. All helpers are volunteers.',
  Array.from({ length: 10 }, () => means).join(' '),
].join('\n\n');

export const five = { bikeKit, gardenPlan, penguins, vague, festival };

const fragments = [
  'a plan', 'three posters', 'a budget', 'una carta', 'eine Tabelle', 'un rapport', 'a script',
  'slides', 'a list of risks', 'without figures', 'for children', 'under 500 euros', 'and', ', ',
  ': ', '\n- ', '. ', 'We have', 'write', 'Erstelle', 'website', 'seven haikus', '100 words',
]; // prettier-ignore

/** Anything a person or a cat on the keyboard might send. */
export const anyObjective: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.array(fc.constantFrom(...fragments), { maxLength: 25 }).map((parts) => parts.join(' ')),
  fc.constantFrom(...Object.values(five)),
);
