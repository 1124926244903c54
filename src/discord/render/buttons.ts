// Buttons are commands: a button's id is the line of the common language that it stands for, so a
// click needs no table of what it meant and works after any restart. `modal ` in front of the line
// means that one argument is asked for in a modal first.
import { formatCommandLine } from '../../domain/command-language.ts';
import type { PostBody, PostButton } from '../../domain/post.ts';
import { outputShownBy } from '../../domain/shown-output.ts';
import { discordLimits } from '../discord-limits.ts';
import { buttonStyle } from './rendered.ts';
import type { ActionRow, Button } from './rendered.ts';

export const modalMark = 'modal ';

/** A command with its arguments, as a button stands for it. */
export interface ButtonCommand {
  name: string;
  args: Record<string, string | number>;
  /** Asks for the argument that is still missing in a modal. */
  asksWords?: boolean;
}

export function button(
  label: string,
  style: keyof typeof buttonStyle,
  { name, args, asksWords = false }: ButtonCommand,
): Button {
  const line = formatCommandLine(name, args);
  return {
    type: 2,
    style: buttonStyle[style],
    label: label.slice(0, discordLimits.buttonLabelChars),
    custom_id: asksWords ? `${modalMark}${line}` : line,
  };
}

/** A button whose line is there already. */
export function commandButton({ label, style, line }: PostButton): Button {
  return { type: 2, style: buttonStyle[style], label, custom_id: line };
}

/** Rows of five. */
export function rows(buttons: readonly Button[]): ActionRow[] {
  const perRow = discordLimits.buttonsPerRow;
  return Array.from({ length: Math.ceil(buttons.length / perRow) }, (_, row) => ({
    type: 1,
    components: buttons.slice(row * perRow, (row + 1) * perRow),
  }));
}

/** `1` … `9` at most, as many as `/approve` knows choices. */
export function choiceButtons(decision: string, choices: number): Button[] {
  return Array.from({ length: Math.min(choices, 9) }, (_, at) =>
    button(String(at + 1), 'primary', {
      name: 'approve',
      args: { decision, choice: at + 1 },
    }),
  );
}

export function otherIdeas(decision: string): Button {
  return button('Other ideas', 'secondary', {
    name: 'revise',
    args: { decision },
    asksWords: true,
  });
}

interface PlanChoice {
  project: string;
  isApprovable: boolean;
}

export function planButtons(decision: string, choice: PlanChoice): Button[] {
  const { project, isApprovable } = choice;
  const approve = button('Approve plan', 'success', { name: 'approve', args: { decision } });
  return [
    ...(isApprovable ? [approve] : []),
    button('Revise…', 'secondary', { name: 'revise', args: { decision }, asksWords: true }),
    button('Cancel project', 'danger', { name: 'cancel', args: { project } }),
  ];
}

export function outputButtons(task: string, project: string): Button[] {
  return [
    button('Accept', 'success', { name: 'accept', args: { task, project } }),
    button('Ask for changes…', 'secondary', {
      name: 'changes',
      args: { task, project },
      asksWords: true,
    }),
  ];
}

/** Below what a post shows: how good it is, from one to five, and how it came about. */
export function outputRows(body: PostBody): ActionRow[] {
  const shown = outputShownBy(body);
  if (shown === null) return [];
  const { projectId: project, task, revision } = shown;
  const which = task === null || revision === null ? {} : { task, version: revision + 1 };
  const ratings = [1, 2, 3, 4, 5].map((rating) =>
    button(`★ ${rating}`, 'secondary', { name: 'feedback', args: { ...which, rating, project } }),
  );
  const why = button('Why?', 'secondary', { name: 'why', args: { ...which, project } });
  return [...rows(ratings), ...(task === null ? [] : rows([why]))];
}
