// Three projects at once, from objective to plan, on processes of their own: the ground of every
// outage. Their model takes its time, so that an outage meets them at work.
import { delay, systemClock } from '../../src/lib/clock.ts';
import type { Cast } from '../support/cast.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import type { ProcessGround } from './process-ground.ts';

export interface SlowCast extends Cast {
  /** When each turn first asked, epoch ms. */
  readonly at: ReadonlyMap<string, number>;
}

const titles = ['Lisbon', 'Porto', 'Faro'];

/**
 * @param answerMs how long the model takes for an answer
 * @param tasks of each plan, one after the other
 */
export async function startSlowCast(answerMs: number, tasks: number): Promise<SlowCast> {
  const at = new Map<string, number>();
  const chain = Array.from({ length: tasks }, (_, n) => (n === 0 ? {} : { after: [`T${n}`] }));
  const cast = await startCast(planOf(chain), async ({ request }) => {
    if (!at.has(request.turn)) at.set(request.turn, systemClock.now());
    await delay(answerMs);
    return undefined;
  });
  return { ...cast, at };
}

export async function beginThree({ director }: ProcessGround): Promise<void> {
  for (const [index, title] of titles.entries()) {
    const id = `P${index + 1}`;
    const text = `Write me a guide to ${title}.`;
    await director.uses('director', 'objective', { text });
    await director.clicks('director', new RegExp(`^/approve decision:"?${id}-D1"? choice:1`));
    const card = index === 0 ? 'director' : 'decisions';
    await director.clicks(card, new RegExp(`^/approve decision:"?${id}-D2`));
  }
}

export async function untilThreeDone(ground: ProcessGround): Promise<void> {
  for (const id of ['P1', 'P2', 'P3']) {
    await ground.untilProject(id, ({ phase }) => phase === 'done');
  }
}
