// Text that a person may ask to have erased. A schema marked as prose is stored once, in the table
// of texts, and facts refer to it by hash; erasing removes the text and leaves the chain valid.
import { z } from 'zod';

export const proseSchemas = z.registry();

/**
 * A string of at most `max` characters, trimmed, that counts as prose. The description goes in here
 * because `.describe()` makes a new schema, which would not be registered.
 */
export function prose(max: number, description?: string) {
  const text = z.string().trim().max(max);
  return (description === undefined ? text : text.describe(description)).register(proseSchemas, {});
}

/**
 * Shortens text to what `prose(max)` takes, as it will be read back: trimmed, and never ending in
 * half of a character, which Postgres refuses.
 */
export function clip(text: string, max: number): string {
  return text
    .trim()
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
}

/** What stands where a text was erased. */
export const erasedText = '[erased]';

/**
 * Replaces every prose string inside `value` by `replace(text)`, following `schema`.
 * The result has the same structure; values that the schema does not know stay as they are.
 */
export function mapProse(
  schema: z.core.$ZodType,
  value: unknown,
  replace: (text: string) => string,
): unknown {
  if (value === null || value === undefined) return value;
  if (proseSchemas.has(schema)) return typeof value === 'string' ? replace(value) : value;
  const into = (inner: z.core.$ZodType, part: unknown) => mapProse(inner, part, replace);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return into(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((part) => into(schema.def.element, part));
  }
  if (schema instanceof z.ZodRecord && isObject(value)) {
    return mapEntries(value, (_key, part) => into(schema.def.valueType, part));
  }
  if (schema instanceof z.ZodObject && isObject(value)) {
    const shape: Record<string, z.core.$ZodType> = schema.def.shape;
    return mapEntries(value, (key, part) => {
      const inner = shape[key];
      return inner === undefined ? part : into(inner, part);
    });
  }
  if (schema instanceof z.ZodUnion) {
    const option = optionFor(schema, value);
    return option === undefined ? value : into(option, value);
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapEntries(value: Record<string, unknown>, map: (key: string, part: unknown) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, map(key, part)]));
}

/** Our unions are told apart by a literal `type` or `kind`; others by the first that parses. */
function optionFor(schema: z.ZodUnion, value: unknown): z.core.$ZodType | undefined {
  const options: readonly z.core.$ZodType[] = schema.def.options;
  for (const key of ['type', 'kind']) {
    const literal = isObject(value) ? value[key] : undefined;
    if (typeof literal !== 'string') continue;
    const hit = options.find((option) => literalOf(option, key) === literal);
    if (hit !== undefined) return hit;
  }
  return options.find((option) => z.safeParse(option, value).success);
}

function literalOf(option: z.core.$ZodType, key: string): unknown {
  if (!(option instanceof z.ZodObject)) return undefined;
  const shape: Record<string, z.core.$ZodType> = option.def.shape;
  const field = shape[key];
  return field instanceof z.ZodLiteral ? field.def.values[0] : undefined;
}
