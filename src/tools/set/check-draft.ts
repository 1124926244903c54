import { z } from 'zod';
import { checkOutput } from '../../domain/check-output.ts';
import { defineTool } from '../define-tool.ts';

export default defineTool({
  name: 'check-draft',
  description: 'Check draft files against the criteria that code can check, before you submit',
  args: z.strictObject({
    files: z.array(z.strictObject({ name: z.string().max(100), content: z.string() })).max(5),
  }),
  effect: 'pure',
  run: async ({ files }, { criteria }) => {
    const drafts = files.map((file) => ({ name: file.name, text: file.content }));
    const results = checkOutput(criteria, drafts);
    if (results.length === 0) return 'No criterion of this task is checked by code.';
    return results
      .map((result) => `${result.criterion} ${result.met ? 'met' : 'NOT met'}: ${result.evidence}`)
      .join('\n');
  },
});
