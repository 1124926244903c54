// The argument of commands that a person may mean for one project or for every open one.
import { z } from 'zod';
import type { Cause } from './define-command.ts';

export const ProjectOrAll = z.string().regex(/^(P[1-9]\d{0,6}|all)$/);

/** @param project undefined is the one the person is in */
export function causeForProject(type: 'pause' | 'resume', project: string | undefined): Cause {
  const isForAll = project === 'all';
  return { action: { type, project: isForAll ? null : (project ?? null) }, isForAll };
}
