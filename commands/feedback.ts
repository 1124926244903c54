// The rating's buttons, the slash command and typed words are this one command; a thumb on a
// message and a reply to it are the same action without a line.
import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ProjectId, TaskId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'feedback',
  summary: 'Say how good an output is: 1 to 5, in words, or both',
  people: ['director', 'specialist'],
  agents: [],
  args: z.strictObject({
    task: TaskId.optional().describe('such as T3; what is shown where you are when left out'),
    rating: z.int().min(1).max(5).optional().describe('1 is useless, 5 is just right'),
    text: z.string().trim().max(2000).optional().describe('what was good, or how it should be'),
    version: z.int().min(1).max(99).optional().describe('the newest when left out'),
    project: ProjectId.optional().describe('such as P1; the one you are in when left out'),
  }),
  positional: ['text'],
  cause: ({ task, rating, text, version, project }) => ({
    action: {
      type: 'give-feedback',
      project: project ?? null,
      task: task ?? null,
      revision: version === undefined ? null : version - 1,
      kind: rating === undefined ? 'comment' : 'rating',
      rating: rating ?? null,
      text: text ?? null,
      isTakenBack: false,
    },
  }),
});
