// Worlds that stand at the beginning of a stage of their first project, and nothing beyond it.
import type { Plan } from '../../src/domain/plan.ts';
import { createWorld } from './domain.ts';
import type { World } from './domain.ts';

/** The approach cards wait for the Director. */
export function atApproaches(plan?: Plan): World {
  const world = createWorld(plan);
  world.director.says('Make me a guide to Lisbon.');
  world.settle();
  return world;
}

/** The plan waits for the Director. */
export function atPlan(plan?: Plan): World {
  const world = atApproaches(plan);
  world.director.does({ type: 'approve', decision: null, choice: 1 });
  world.settle();
  return world;
}

/** The plan is approved and the PM is about to set the team up. */
export function atStaffing(plan?: Plan): World {
  const world = atPlan(plan);
  world.director.does({ type: 'approve', decision: null, choice: null });
  return world;
}

/** The team is there; introductions and the first tasks are due. */
export function atWork(plan?: Plan): World {
  const world = atStaffing(plan);
  world.take(world.until('project-manager.staffing'));
  return world;
}
