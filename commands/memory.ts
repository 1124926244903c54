// What the agency remembers, for people: search it, look at one item, have it forgotten. One name
// with a sub-action, as the three are used one after the other, with the ids that they show.
// Forgetting shows first what it would erase; `confirm:true` with its id does it.
import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { ErasureId } from '../src/domain/forgetting.ts';
import { AgentId, ProjectId, Snowflake, TurnId } from '../src/domain/ids.ts';
import { memoryTextCharsMax } from '../src/domain/memory.ts';

const words = z.string().trim().min(1).max(memoryTextCharsMax);

export default defineCommand({
  name: 'memory',
  summary: 'Search what is remembered, show one item, or have it forgotten for good',
  people: ['director'],
  agents: [],
  args: z.strictObject({
    do: z.enum(['search', 'show', 'forget']).describe('what to do'),
    text: words.optional().describe('what to look for'),
    in: z.enum(['messages', 'lasting', 'all']).optional().describe('where to search; lasting'),
    id: z.string().trim().min(1).max(300).optional().describe('of a memory, or of a proof: E1'),
    words: words.optional().describe('forget: these words, wherever they stand'),
    message: z.string().trim().max(120).optional().describe('forget: a message, by id or link'),
    // One text, as a slash command offers no choice of two shapes.
    source: z
      .string()
      .refine((id) => TurnId.safeParse(id).success || AgentId.safeParse(id).success, {
        error: 'is neither a turn nor an LLM, such as P1.turn.4 or A2',
      })
      .optional()
      .describe('forget: all from a turn or an LLM, such as A2'),
    project: ProjectId.optional().describe('such as P1'),
    confirm: z.boolean().optional().describe('forget: true does it, false calls it off'),
  }),
  positional: ['do', 'text'],
  cause: ({ do: doing, text = '', ...args }) => {
    switch (doing) {
      case 'search': {
        const { in: where = 'lasting', project = null } = args;
        return { query: { type: 'search-memory', text, in: where, project } };
      }
      case 'show':
        return { query: { type: 'show-memory', id: args.id ?? text.slice(0, 300) } };
      case 'forget': {
        const { id = null, source = null, project = null, confirm = null } = args;
        const erasure = ErasureId.safeParse(id).data ?? null;
        const memories = id === null || erasure !== null ? [] : [id];
        const said = args.words ?? text;
        const target = {
          memories,
          words: said === '' ? null : said,
          message: messageOf(args.message ?? ''),
          project,
          source,
        };
        return {
          action: { type: 'forget', erasure, target, isConfirmed: confirm, found: null },
        };
      }
    }
  },
});

/** The last part of a link to a message is its id. */
function messageOf(text: string): string | null {
  return Snowflake.safeParse(text.split('/').at(-1)).data ?? null;
}
