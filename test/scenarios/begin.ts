// The shortest way of a Director to a project at work: an objective, the first approach, the plan.
import type { TestAgency } from '../support/agency.ts';

export const objective = 'Write me a guide to Lisbon.';

/** Ends when the project's Specialists are at work. @param id the project this will become */
export async function beginWork(world: TestAgency, id = 'P1'): Promise<void> {
  await approvePlan(world, id);
  await world.untilProject(id, ({ phase }) => phase !== 'planning' && phase !== 'staffing');
}

export async function approvePlan({ director }: TestAgency, id = 'P1'): Promise<void> {
  await director.says('director', objective);
  await director.clicks('director', new RegExp(`^/approve decision:"?${id}-D1"? choice:1`));
  await director.clicks('director', new RegExp(`^/approve decision:"?${id}-D2`));
}

export async function untilDone(world: TestAgency, id = 'P1'): Promise<void> {
  await world.untilProject(id, ({ phase }) => phase === 'done');
  await world.untilQuiet();
}
