// Fits a value to the JSON schema it was asked for. Strict schemas want every property, an optional
// one as null, so what is missing is added; and a request that is none of ours gets the smallest
// instance that its schema allows.
import { z } from 'zod';

const SchemaPart = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  required: z.array(z.string()).nullish(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).nullish(),
  oneOf: z.array(z.unknown()).nullish(),
  enum: z.array(z.unknown()).nullish(),
  const: z.unknown().optional(),
  minItems: z.number().nullish(),
  minimum: z.number().nullish(),
  minLength: z.number().nullish(),
  $ref: z.string().nullish(),
  $defs: z.record(z.string(), z.unknown()).nullish(),
});
type SchemaPart = z.infer<typeof SchemaPart>;

/** Adds the properties that a strict schema requires and the value leaves out. */
export function withRequired(
  value: Record<string, unknown>,
  schema: unknown,
): Record<string, unknown> {
  const part = read(schema);
  const missing = (part?.required ?? []).filter((name) => !Object.hasOwn(value, name));
  const added = missing.map((name) => [name, leastOf(part?.properties?.[name], schema)] as const);
  return { ...value, ...Object.fromEntries(added) };
}

/** Nesting beyond this is a schema that refers to itself. */
const depthMax = 12;

/** The smallest value that the schema allows; null where it says nothing. */
export function leastOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  const part = read(schema);
  if (part === null || depth > depthMax) return null;
  if (part.$ref) return leastOf(definition(part.$ref, root), root, depth + 1);
  if (part.const !== undefined) return part.const;
  if (part.enum?.[0] !== undefined) return part.enum.includes(null) ? null : part.enum[0];
  const options = part.anyOf ?? part.oneOf;
  if (options) return leastOption(options, root, depth);
  const types = typeof part.type === 'string' ? [part.type] : (part.type ?? []);
  if (types.includes('null')) return null;
  return leastOfType(part, types[0] ?? (part.properties ? 'object' : ''), { root, depth });
}

function leastOption(options: readonly unknown[], root: unknown, depth: number): unknown {
  const values = options.map((option) => leastOf(option, root, depth + 1));
  return values.includes(null) ? null : values[0];
}

function leastOfType(
  part: SchemaPart,
  type: string,
  { root, depth }: { root: unknown; depth: number },
): unknown {
  switch (type) {
    case 'object': {
      const names = part.required ?? Object.keys(part.properties ?? {});
      const entries = names.map((name) => [
        name,
        leastOf(part.properties?.[name], root, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    case 'array':
      return Array.from({ length: part.minItems ?? 0 }, () => leastOf(part.items, root, depth + 1));
    case 'string':
      return 'rehearsal'.padEnd(part.minLength ?? 0, '.');
    case 'integer':
    case 'number':
      return Math.max(0, part.minimum ?? 0);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function definition(ref: string, root: unknown): unknown {
  if (ref === '#') return root;
  const name = /^#\/\$defs\/(.+)$/.exec(ref)?.[1];
  return name === undefined ? undefined : read(root)?.$defs?.[name];
}

function read(schema: unknown): SchemaPart | null {
  const parsed = SchemaPart.safeParse(schema);
  return parsed.success ? parsed.data : null;
}
