// Requests as the agency writes them, from the sections alone: what a turn of a kind would ask.
import { promptOf } from '../../../src/agents/prompt.ts';
import type { Section } from '../../../src/agents/context.ts';
import { projectManager } from '../../../src/domain/agent.ts';
import type { TurnKind } from '../../../src/domain/turn.ts';
import { readAsked } from '../../../src/embedded/rehearsal/read-request.ts';
import type { Asked } from '../../../src/embedded/rehearsal/read-request.ts';

/** The messages of a turn; `files` become file sections. */
export function messagesFor(
  kind: TurnKind,
  values: Record<string, unknown>,
  files: Record<string, string> = {},
): { role: string; content: string }[] {
  const sections: Section[] = [
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
    ...Object.entries(files).map(([name, value]) => ({
      name: 'file',
      value,
      attributes: { name },
    })),
  ];
  const [role = '', turn = ''] = kind.split('.');
  const messages = promptOf({
    role: `You are the ${role}.`,
    agent: projectManager,
    turn: {
      kind,
      body: 'Do it.',
      role: 'project-manager',
      turn,
      summary: 'x',
      answer: 'text',
      commands: [],
      tools: [],
      needs: [],
      ends: 'first',
      outputTokensMax: 1000,
    },
    sections,
  });
  return messages.map(({ role: by, text }) => ({ role: by, content: text }));
}

export function asked(
  kind: TurnKind,
  values: Record<string, unknown>,
  files: Record<string, string> = {},
): Asked {
  const messages = messagesFor(kind, values, files);
  const read = readAsked(messages.map(({ role, content }) => ({ role, text: content, calls: [] })));
  if (read === null) throw new Error('It is no turn of ours.');
  return read;
}
