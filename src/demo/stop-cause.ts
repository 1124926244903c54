// Why the work came to a halt, gathered from what the Director was shown: the last thing that went
// wrong, and the turn it names. A card that is answered leaves nothing behind on the Discord that
// would say so at the end, so it is remembered here.
import type { Project } from '../domain/project.ts';
import { buttonsOf, headlineOf, textOf } from './seen-text.ts';
import type { SeenMessage } from '../embedded/discord/person.ts';
import type { Seen } from './watch.ts';

export interface StopCause {
  /** To be told of every post of the agency. */
  hear(seen: Seen): void;
  /** The cause in the agency's words, and the turns it is about, if any was ordered. */
  found(project: Project | null): { turnIds: string[]; cause: string };
}

const turnId = /\bP\d+\.turn\.\d+\b/g;
const causeWidth = 1200;

export function createStopCause(): StopCause {
  let trouble = '';
  let lastWords = '';
  return {
    hear(seen) {
      if (seen.message.author.bot !== true) return;
      const words = headlineOf(seen.message, causeWidth);
      if (['director', 'overview'].includes(seen.channel.name ?? '')) lastWords = words;
      if (isTrouble(seen)) trouble = words;
    },
    found(project) {
      const cause = trouble === '' ? lastWords : trouble;
      return { turnIds: turnsOf(project, cause), cause };
    },
  };
}

/** The turn that is named, else those that are open, else the one that was ordered last. */
function turnsOf(project: Project | null, cause: string): string[] {
  if (project === null) return [];
  const named = cause.match(turnId)?.at(-1);
  if (named !== undefined) return [named];
  const open = Object.keys(project.turns);
  if (open.length > 0) return open;
  return project.turnCount === 0 ? [] : [`${project.id}.turn.${project.turnCount}`];
}

/** Work that stopped, waits, or can only be changed or given up. */
function isTrouble({ message }: Seen): boolean {
  const isStuck = buttonsOf(message).some(({ label }) => label.includes('Cancel the project'));
  return isDeadEnd(linesOf(message)) || isStuck || /has to wait|: stopped/.test(textOf(message));
}

/** The commands behind a message's buttons; of one that asks for words first, without its mark. */
export function linesOf(message: SeenMessage): string[] {
  return buttonsOf(message).map(({ customId }) =>
    customId.slice(Math.max(0, customId.indexOf('/'))),
  );
}

/** A card that can be changed or given up, and nothing else; `lines` are its buttons' commands. */
export function isDeadEnd(lines: readonly string[]): boolean {
  const has = (name: string) => lines.some((line) => line.startsWith(`/${name} `));
  return has('revise') && has('cancel') && !has('approve');
}
