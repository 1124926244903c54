// The least that a JSON Schema allows: no text longer than it must be, the first of an enum, null
// where it may be, lists as short as they may be. What an endpoint answers that follows the schema
// and means nothing by it. Or, filled, one item in every list and a value where null might be.
// Pure; written from the schema's keywords alone.
import fc from 'fast-check';
import { z } from 'zod';

const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minItems: z.number().optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
type Node = z.infer<typeof Node>;

export type Filling = 'bare' | 'filled';

export function minimalInstance(schema: unknown, filling: Filling = 'bare'): unknown {
  const node = Node.parse(schema);
  if ('const' in node) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  if (node.anyOf !== undefined) return minimalOption(node.anyOf, filling);
  const types = typeof node.type === 'string' ? [node.type] : (node.type ?? ['null']);
  if (types.includes('null') && filling === 'bare') return null;
  const type = types.find((one) => one !== 'null');
  if (type === undefined) return null;
  if (type === 'string') return minimalText(node);
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') {
    return Math.max(node.minimum ?? 0, (node.exclusiveMinimum ?? -1) + 1);
  }
  if (type === 'array') {
    const length = Math.max(node.minItems ?? 0, filling === 'bare' ? 0 : 1);
    return Array.from({ length }, () => minimalInstance(node.items, filling));
  }
  const required = node.required ?? [];
  return Object.fromEntries(
    required.map((name) => [name, minimalInstance(node.properties?.[name], filling)]),
  );
}

function minimalOption(options: readonly unknown[], filling: Filling): unknown {
  const isNull = (option: unknown) => Node.parse(option).type === 'null';
  if (filling === 'bare' && options.some(isNull)) return null;
  return minimalInstance(
    options.find((option) => !isNull(option)),
    filling,
  );
}

function minimalText({ pattern, minLength = 0 }: Node): string {
  if (pattern === undefined) return 'x'.repeat(minLength);
  // fast-check knows no Unicode classes; letters are enough for the least of them.
  const known = pattern.replaceAll(/\\p\{\w+\}/g, 'a');
  const samples = fc.sample(fc.stringMatching(new RegExp(known)), { seed: 1, numRuns: 200 });
  const fitting = samples.filter((text) => text.length >= minLength);
  return fitting.reduce((least, text) => (text.length < least.length ? text : least));
}
