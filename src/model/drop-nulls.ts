// The way back from `toJsonSchema`: a model must send every field, so it sends null for one it has
// nothing to say about. Where the zod schema calls the field optional (or gives it a default) and
// does not itself allow null, that null is dropped. Nothing else is changed or judged: whatever is
// wrong with the value is left for zod to say, in words that go back to the model.
import { z } from 'zod';

/** @returns `value` without the nulls that stand for absence; `value` itself is left as it is. */
export function dropNulls(schema: z.ZodType, value: unknown): unknown {
  return drop(schema, value);
}

function drop(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (schema instanceof z.core.$ZodObject) return dropInObject(schema, value);
  if (schema instanceof z.core.$ZodArray) {
    const { element } = schema._zod.def;
    return Array.isArray(value) ? value.map((item: unknown) => drop(element, item)) : value;
  }
  if (schema instanceof z.core.$ZodTuple) {
    const { items, rest } = schema._zod.def;
    if (!Array.isArray(value)) return value;
    return value.map((item: unknown, index) => {
      const part = items[index] ?? rest;
      return part ? drop(part, item) : item;
    });
  }
  if (schema instanceof z.core.$ZodRecord) {
    const { valueType } = schema._zod.def;
    const entries = Object.entries(value).map(([key, item]) => [key, drop(valueType, item)]);
    return Array.isArray(value) ? value : Object.fromEntries(entries);
  }
  if (schema instanceof z.core.$ZodUnion) return dropInUnion(schema._zod.def.options, value);
  if (schema instanceof z.core.$ZodIntersection) {
    return drop(schema._zod.def.right, drop(schema._zod.def.left, value));
  }
  if (schema instanceof z.core.$ZodLazy) return drop(schema._zod.def.getter(), value);
  if (schema instanceof z.core.$ZodPipe) return drop(schema._zod.def.in, value);
  const inner = innerOf(schema);
  return inner === undefined ? value : drop(inner, value);
}

function dropInObject(schema: z.core.$ZodObject, value: object): unknown {
  if (Array.isArray(value)) return value;
  const { shape } = schema._zod.def;
  const kept: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const part = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (part === undefined) kept.push([key, item]);
    else if (item !== null || !meansAbsent(part)) kept.push([key, drop(part, item)]);
  }
  // Not assignment: a model may send a key such as `__proto__`, which must stay a plain key.
  return Object.fromEntries(kept);
}

/** The first option that the value then fits; none may fit, and zod will say so. */
function dropInUnion(options: readonly z.core.$ZodType[], value: object): unknown {
  for (const option of options) {
    const candidate = drop(option, value);
    if (z.core.safeParse(option, candidate).success) return candidate;
  }
  return value;
}

/** Null stands for absence where the field may be absent and null is not itself an answer. */
function meansAbsent(schema: z.core.$ZodType): boolean {
  return schema._zod.optin !== undefined && !z.core.safeParse(schema, null).success;
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNonOptional ||
    schema instanceof z.core.$ZodReadonly ||
    schema instanceof z.core.$ZodCatch
  ) {
    return schema._zod.def.innerType;
  }
  return undefined;
}
