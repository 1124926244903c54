// Why the work came to a halt, gathered from what the Director was shown: the last thing that went
// wrong, and the turn it names. A card that is answered leaves nothing behind on the Discord that
// would say so at the end, so it is remembered here.
import type { Project } from '../domain/project.ts';
import type { TurnKind } from '../domain/turn.ts';
import { buttonsOf, headlineOf, textOf } from './seen-text.ts';
import type { SeenMessage } from '../embedded/discord/person.ts';
import type { Seen } from './watch.ts';

export interface StopCause {
  /** To be told of every post of the agency. */
  hear(seen: Seen): void;
  /** To be told of the project's state now and then: a closed turn does not say what it was. */
  look(project: Project | null): void;
  /** One line each, for the terminal: the turn, and the cause in the agency's words. */
  lines(project: Project | null): { turn: string; cause: string };
}

const turnId = /\bP\d+\.turn\.\d+\b/g;
const causeWidth = 1200;

export function createStopCause(): StopCause {
  const kinds = new Map<string, TurnKind>();
  let trouble = '';
  let lastWords = '';
  const look = (project: Project | null) => {
    for (const [id, { kind }] of Object.entries(project?.turns ?? {})) kinds.set(id, kind);
  };
  return {
    look,
    hear(seen) {
      if (seen.message.author.bot !== true) return;
      const words = headlineOf(seen.message, causeWidth);
      if (['director', 'overview'].includes(seen.channel.name ?? '')) lastWords = words;
      if (isTrouble(seen)) trouble = words;
    },
    lines(project) {
      look(project);
      const cause = trouble === '' ? lastWords : trouble;
      return { turn: turnOf(project, cause), cause };
    },
  };

  function turnOf(project: Project | null, cause: string): string {
    if (project === null) return 'none was ordered';
    const open = Object.keys(project.turns);
    const newest = project.turnCount === 0 ? [] : [`${project.id}.turn.${project.turnCount}`];
    const named = cause.match(turnId)?.at(-1);
    const likely = open.length > 0 ? open : newest;
    const ids = named === undefined ? likely : [named];
    const names = ids.map((id) => {
      const kind = kinds.get(id);
      return kind === undefined ? id : `${id} (${kind})`;
    });
    return names.join(', ') || 'none was ordered';
  }
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
