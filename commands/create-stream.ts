import { z } from 'zod';
import { defineCommand } from '../src/domain/define-command.ts';
import { StreamId } from '../src/domain/ids.ts';

export default defineCommand({
  name: 'create-stream',
  summary: 'Open the channel of a work stream of the approved plan',
  people: [],
  agents: ['project-manager'],
  args: z.strictObject({
    stream: StreamId.describe('such as S1'),
    topic: z
      .string()
      .trim()
      .max(600)
      .describe('the output and criteria of the stream, in one or two sentences'),
  }),
  cause: (args) => ({ action: { type: 'create-stream', ...args } }),
});
