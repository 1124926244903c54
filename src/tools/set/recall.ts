// The question goes to the agency's memory and to this project's; other projects' are not asked.
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';

export default defineTool({
  name: 'recall',
  description:
    'Ask what the agency remembers (lessons, decisions, outputs, feedback) or what was said in ' +
    'Discord; each answer names its source, which you cite when you use it',
  args: z.strictObject({
    question: z.string().trim().min(3).max(300).describe('in a few telling words'),
    in: z
      .enum(['memories', 'messages'])
      .optional()
      .describe('messages: what people and agents said; memories when left out'),
  }),
  effect: 'reads',
  run: async ({ question, in: where = 'memories' }, { recall }) => recall(question, where),
});
