// Any post that the schema allows, made from the schema itself, so that a new body type is covered
// the day it is declared. Texts are nasty on purpose: fences, mentions, emoji, words without end.
import fc from 'fast-check';
import { z } from 'zod';
import { Post } from '../../../src/domain/post.ts';

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
});
type Node = z.infer<typeof Node>;

const words = fc.constantFrom(
  'criteria ',
  'a ',
  '\n',
  '\n\n',
  '```\n',
  '`x` ',
  '@everyone ',
  '@here',
  '<@123456789012345678> ',
  '🧑‍🤝‍🧑',
  '𝒳'.repeat(40),
  'endless'.repeat(60),
  '  indented\n',
  '"quoted" ',
);

function textOf(maxLength: number): fc.Arbitrary<string> {
  const long = fc.array(words, { maxLength: 400, size: 'max' }).map((parts) => parts.join(''));
  const short = fc.array(words, { maxLength: 6 }).map((parts) => parts.join(''));
  return fc
    .oneof({ weight: 6, arbitrary: short }, { weight: 1, arbitrary: long })
    .map((text) => text.slice(0, maxLength).trim());
}

function stringOf(node: Node): fc.Arbitrary<string> {
  if (node.pattern === undefined) {
    const atLeast = 'x'.repeat(node.minLength ?? 0);
    return textOf(node.maxLength ?? 9000).map((text) => (text === '' ? atLeast : text));
  }
  // fast-check knows no Unicode classes; only file names use them.
  if (node.pattern.includes('\\p{')) return fc.constantFrom('plan.md', 'Größe 2.csv', 'a.json');
  return fc.stringMatching(new RegExp(node.pattern));
}

function integerOf(node: Node): fc.Arbitrary<number> {
  const min = Math.max(node.minimum ?? 0, (node.exclusiveMinimum ?? -1) + 1, 0);
  return fc.integer({ min, max: Math.min(node.maximum ?? 2e9, 2e9) });
}

function arrayOf(node: Node): fc.Arbitrary<unknown[]> {
  const minLength = node.minItems ?? 0;
  // Lists without a limit of their own get some length, but few samples are that long.
  const maxLength = Math.min(node.maxItems ?? 30, 40);
  const item = arbitraryOf(node.items);
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(item, { minLength, maxLength: Math.max(minLength, 4) }) },
    { weight: 1, arbitrary: fc.array(item, { minLength, maxLength, size: 'max' }) },
  );
}

function arbitraryOf(schema: unknown): fc.Arbitrary<unknown> {
  const node = Node.parse(schema);
  const options = node.oneOf ?? node.anyOf;
  if (options !== undefined) return fc.oneof(...options.map(arbitraryOf));
  if ('const' in node) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  if (Array.isArray(node.type)) {
    return fc.oneof(...node.type.map((type) => arbitraryOf({ ...node, type })));
  }
  switch (node.type) {
    case 'string':
      return stringOf(node);
    case 'integer':
    case 'number':
      return integerOf(node);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrayOf(node);
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(node.properties ?? {}).map(([key, part]) => [key, arbitraryOf(part)]),
        ),
      );
    case undefined:
    default:
      throw new Error(`No arbitrary for ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

export const arbitraryPost: fc.Arbitrary<Post> = arbitraryOf(
  z.toJSONSchema(Post, { reused: 'inline' }),
).map((value) => Post.parse(value));
