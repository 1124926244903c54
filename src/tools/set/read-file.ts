import { z } from 'zod';
import { defineTool } from '../define-tool.ts';

export default defineTool({
  name: 'read-file',
  description: 'Read the whole text of one of your files, by its name',
  args: z.strictObject({ name: z.string().max(100).describe('such as plan.md') }),
  effect: 'pure',
  run: async ({ name }, { files }) => {
    const file = files.find((one) => one.name === name);
    if (file !== undefined) return file.text;
    const names = files.map((one) => one.name).join(', ');
    return `No file is called ${name}. You have: ${names === '' ? 'none' : names}.`;
  },
});
