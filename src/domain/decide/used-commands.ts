// Reads the commands out of a turn's output.
import type { Action, ActionOf } from '../action.ts';
import { clip } from '../prose.ts';
import type { TurnOutput } from '../turn.ts';

/** Commands of one type in a turn's output, in order. */
export function actionsOf<T extends Action['type']>(output: TurnOutput, type: T): ActionOf<T>[] {
  return output.commands
    .map((command) => command.action)
    .filter((action): action is ActionOf<T> => action.type === type);
}

/** The lines of a turn's commands as one post, so that people see what the agent did. */
export function linesOf(output: TurnOutput): string {
  return clip(output.commands.map((command) => command.line).join('\n'), 6000);
}
