// A success criterion is a sentence people agree on, plus how it is checked. Whatever code can
// check is checked by code; the rest is judged by the approver, who must quote evidence.
import { z } from 'zod';
import { FileName } from './file.ts';
import { CriterionId } from './ids.ts';
import { prose } from './prose.ts';

export const FileFormat = z.enum(['markdown', 'csv', 'json', 'text']);
export type FileFormat = z.infer<typeof FileFormat>;

/** How a criterion is checked. All but `judged` are deterministic and cost nothing. */
export const Check = z.union([
  z.strictObject({ kind: z.literal('file-exists'), file: FileName }),
  z.strictObject({ kind: z.literal('format'), file: FileName, format: FileFormat }),
  z
    .strictObject({
      kind: z.literal('sections'),
      file: FileName,
      sections: z.array(prose(120)).min(1).max(20),
    })
    .describe('each of these is the text of a Markdown heading'),
  z.strictObject({
    kind: z.literal('length'),
    file: FileName,
    wordsMin: z.int().nonnegative(),
    wordsMax: z.int().positive(),
  }),
  z.strictObject({
    kind: z.literal('headings'),
    file: FileName,
    level: z.int().min(1).max(6),
    countMin: z.int().positive().max(50),
  }),
  z
    .strictObject({
      kind: z.literal('sum'),
      file: FileName,
      column: z.string().max(60),
      totalLabel: z.string().max(60),
    })
    .describe('the numbers of a CSV column add up to the row whose first cell is totalLabel'),
  z.strictObject({ kind: z.literal('judged') }),
]);
export type Check = z.infer<typeof Check>;

export const Criterion = z.strictObject({
  id: CriterionId,
  text: prose(300, 'a sentence whose truth can be decided'),
  check: Check,
});
export type Criterion = z.infer<typeof Criterion>;

/** The verdict on one criterion. Evidence is a measured fact (code) or a quotation (approver). */
export const CriterionResult = z.strictObject({
  criterion: CriterionId,
  met: z.boolean(),
  evidence: prose(600),
  checkedBy: z.enum(['code', 'agent', 'human']),
});
export type CriterionResult = z.infer<typeof CriterionResult>;

export function isCheckedByCode(criterion: Criterion): boolean {
  return criterion.check.kind !== 'judged';
}
