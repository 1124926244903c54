// What a person chose in a select, of a message or a modal: as many as it asks for, and only what
// it offers.
import { z } from 'zod';
import { optionType } from './forms/command.ts';
import { resolveId } from './invocation.ts';
import type { InvocationContext } from './invocation.ts';

export const Select = z.looseObject({
  type: z.int(),
  min_values: z.int().nullish(),
  max_values: z.int().nullish(),
  options: z.array(z.looseObject({ value: z.string() })).nullish(),
});
type Select = z.infer<typeof Select>;

/** What a select of each component type chooses from; a string select has its own options. */
const chosenKind: Record<number, number> = {
  5: optionType.user,
  6: optionType.role,
  7: optionType.mentionable,
  8: optionType.channel,
};

/** @returns what is wrong, `undefined` when nothing is. Ids are added to `context.resolved`. */
export function selectionFault(
  context: InvocationContext,
  select: Select,
  values: string[],
): string | undefined {
  const { min_values, max_values, options, type } = select;
  if (values.length < (min_values ?? 1) || values.length > (max_values ?? 1)) {
    return `choose between ${min_values ?? 1} and ${max_values ?? 1}`;
  }
  const kind = chosenKind[type];
  if (kind === undefined) {
    const isOffered = (value: string): boolean =>
      options?.some((option) => option.value === value) ?? false;
    return values.every(isOffered) ? undefined : 'choose one of the options';
  }
  for (const id of values) resolveId(context, { type: kind, id, name: 'values' });
  return undefined;
}
