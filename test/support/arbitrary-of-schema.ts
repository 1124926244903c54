// Any value that a schema allows, made from the schema itself, so that what is declared tomorrow is
// covered tomorrow. Values that the schema refines further are dropped by parsing them once more.
import fc from 'fast-check';
import { z } from 'zod';

const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
type Node = z.infer<typeof Node>;

export function arbitraryOfSchema<S extends z.ZodType>(schema: S): fc.Arbitrary<z.infer<S>> {
  const json = z.toJSONSchema(schema, { reused: 'inline', io: 'input' });
  return nodeArbitrary(json)
    .map((value) => schema.safeParse(value))
    .filter((parsed) => parsed.success)
    .map((parsed) => schema.parse(parsed.data));
}

function nodeArbitrary(schema: unknown): fc.Arbitrary<unknown> {
  const node = Node.parse(schema);
  const options = node.oneOf ?? node.anyOf;
  if (options !== undefined) return fc.oneof(...options.map(nodeArbitrary));
  if ('const' in node) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  const types = typeof node.type === 'string' ? [node.type] : (node.type ?? []);
  return fc.oneof(...types.map((type) => typeArbitrary(type, node)));
}

function typeArbitrary(type: string, node: Node): fc.Arbitrary<unknown> {
  if (type === 'string') return stringArbitrary(node);
  if (type === 'integer' || type === 'number') return integerArbitrary(node);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'array') {
    const minLength = node.minItems ?? 0;
    const maxLength = Math.max(minLength, Math.min(node.maxItems ?? 3, 3));
    return fc.array(nodeArbitrary(node.items), { minLength, maxLength });
  }
  if (type === 'object') {
    const parts = Object.entries(node.properties ?? {});
    return fc.record(Object.fromEntries(parts.map(([key, part]) => [key, nodeArbitrary(part)])), {
      requiredKeys: node.required ?? [],
    });
  }
  throw new Error(`No arbitrary for ${type}.`);
}

function stringArbitrary(node: Node): fc.Arbitrary<string> {
  // fast-check knows no Unicode classes; only file names use them.
  if (node.pattern?.includes('\\p{') === true) return fc.constantFrom('a.md', 'Größe 2.csv');
  if (node.pattern !== undefined) return fc.stringMatching(new RegExp(node.pattern));
  const minLength = node.minLength ?? 0;
  const maxLength = Math.max(minLength, Math.min(node.maxLength ?? 60, 60));
  return fc.oneof(
    fc.string({ minLength, maxLength, unit: 'binary' }),
    fc.string({ minLength, maxLength }),
    fc.constantFrom('"quoted" \\', 'key:value', '/name @Ada', '[1', 'two\nlines', 'true', '12'),
  );
}

function integerArbitrary(node: Node): fc.Arbitrary<number> {
  const min = Math.max(node.minimum ?? 0, (node.exclusiveMinimum ?? -1) + 1);
  return fc.integer({ min, max: Math.min(node.maximum ?? 2e9, 2e9) });
}
