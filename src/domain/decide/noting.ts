// What agents note for later, in their own words. People see the note where it was made; it is kept
// for this project only, and later turns are told that an LLM said so.
import { limits } from '../limits.ts';
import { isPassage } from '../memory.ts';
import type { OpenTurn } from '../project.ts';
import type { TurnOutput } from '../turn.ts';
import { record, say, speakerIn } from './draft.ts';
import type { Draft } from './draft.ts';

/** @returns the turn's output without its notes, which are said by now */
export function takeNotes(draft: Draft, turn: OpenTurn, output: TurnOutput): TurnOutput {
  const isNote = ({ action }: TurnOutput['commands'][number]) => action.type === 'remember';
  const notes = output.commands
    .flatMap(({ action, line }) =>
      action.type === 'remember' && isPassage(action.text) ? [{ text: action.text, line }] : [],
    )
    .slice(0, limits.notesPerTurnMax);
  for (const { text } of notes) {
    record(draft, { type: 'note-taken', agentId: turn.agentId, text });
  }
  if (notes.length > 0) {
    say(draft, {
      place: turn.conversation,
      speaker: speakerIn(draft, turn),
      body: { type: 'command', line: notes.map(({ line }) => line).join('\n'), text: null },
    });
  }
  return { ...output, commands: output.commands.filter((command) => !isNote(command)) };
}
