// Request bodies are checked by zod schemas; what does not fit becomes Discord's 50035 with its
// tree of faults, so that discord.js shows the same text as against Discord. Surprise: lengths are
// code points, not UTF-16 units.
import { z } from 'zod';
import { invalidForm } from './refusal.ts';
import type { FormFault } from './refusal.ts';

/** @throws Refusal 50035 naming every field that does not fit. */
export function parseForm<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  throw invalidForm(result.error.issues.map(faultOf));
}

/** A string of at most `max` code points, and at least `min` when given. */
export function text(max: number, min = 0) {
  return z.string().superRefine((value, context) => {
    const length = lengthOf(value);
    if (length > max) {
      addFault(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    }
    if (length < min) {
      const isEmpty = length === 0;
      const message = isEmpty ? 'This field is required' : `Must be ${min} or more in length.`;
      addFault(context, isEmpty ? 'BASE_TYPE_REQUIRED' : 'BASE_TYPE_MIN_LENGTH', message);
    }
  });
}

export function lengthOf(value: string): number {
  let length = 0;
  for (const _ of value) length += 1;
  return length;
}

/** Reports a fault with Discord's own code from inside a schema. */
export function addFault<T>(
  context: z.core.$RefinementCtx<T>,
  code: string,
  message: string,
): void {
  context.addIssue({ code: 'custom', message, params: { code } });
}

/** Reports what another schema found, at the places where it found it. */
export function addFaults<T>(context: z.core.$RefinementCtx<T>, issues: z.core.$ZodIssue[]): void {
  for (const issue of issues) {
    const { code, message } = wordsOf(issue);
    context.addIssue({ code: 'custom', path: issue.path, message, params: { code } });
  }
}

/** A link that Discord accepts in an embed or button. */
export const Url = z.string().superRefine((value, context) => {
  if (/^(?:https?|attachment):\/\/\S+$/.test(value) && value.length <= 2048) return;
  const scheme = value.split(':')[0]?.slice(0, 20);
  const message = `Scheme "${scheme}" is not supported. Scheme must be one of ('http', 'https').`;
  addFault(context, 'URL_TYPE_INVALID_SCHEME', message);
});

export const Id = z.string().regex(/^\d{1,20}$/);

function faultOf(issue: z.core.$ZodIssue): FormFault {
  return { path: issue.path, ...wordsOf(issue) };
}

function wordsOf(issue: z.core.$ZodIssue): { code: string; message: string } {
  switch (issue.code) {
    case 'custom':
      return {
        code: String(issue.params?.['code'] ?? 'BASE_TYPE_INVALID'),
        message: issue.message,
      };
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? {
            code: 'NUMBER_TYPE_MAX',
            message: `int value should be less than or equal to ${issue.maximum}.`,
          }
        : {
            code: 'BASE_TYPE_MAX_LENGTH',
            message: `Must be ${issue.maximum} or fewer in length.`,
          };
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? {
            code: 'NUMBER_TYPE_MIN',
            message: `int value should be greater than or equal to ${issue.minimum}.`,
          }
        : {
            code: 'BASE_TYPE_MIN_LENGTH',
            message: `Must be ${issue.minimum} or more in length.`,
          };
    case 'invalid_value':
      return {
        code: 'BASE_TYPE_CHOICES',
        message: `Value must be one of {${issue.values.map(String).join(', ')}}.`,
      };
    case 'invalid_type':
      return issue.input === undefined
        ? { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
        : { code: 'BASE_TYPE_INVALID', message: `Could not interpret it as ${issue.expected}.` };
    case 'invalid_format':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return { code: 'BASE_TYPE_INVALID', message: issue.message };
  }
}
