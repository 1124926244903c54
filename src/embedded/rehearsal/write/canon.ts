// What all documents of a project agree on: what begins in week 2, what follows, what is counted.
// It is drawn from the objective alone, so that a plan, a poster and an answer written by different
// agents in different turns name the same things, and a comparison of the files finds them.
import type { Risk } from '../objective/lore.ts';
import type { Objective } from '../objective/read-objective.ts';

export interface Canon {
  /** Noun phrases that follow "there is": begins in week 2. */
  first: string;
  /** Follows in weeks 3 and 4. */
  second: string;
  /** Follows in weeks 5 to 8. */
  third: string;
  measure: string;
  counterCheck: string;
  risk: Risk;
}

export function canonOf({ lore }: Objective): Canon {
  const [first, second, third] = lore.activities;
  const [measure, counterCheck] = lore.measures;
  const [risk] = lore.risks;
  return {
    first: first ?? 'a first trial with a small group',
    second: second ?? 'one fixed hour a week for questions',
    third: third ?? 'a short walk-through for newcomers',
    measure: measure ?? 'how many people take part',
    counterCheck: counterCheck ?? 'what it costs',
    risk: risk ?? { risk: 'too few people have time', answer: 'start smaller' },
  };
}
