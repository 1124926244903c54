import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { dropNulls } from '../../src/model/drop-nulls.ts';

const Optional = z.strictObject({ a: z.string().optional(), b: z.string() });

describe('a null that stands for absence', () => {
  const dropped: [string, z.ZodType, unknown, unknown][] = [
    ['at an optional field', Optional, { a: null, b: 'x' }, { b: 'x' }],
    ['at a default', z.strictObject({ a: z.int().default(7) }), { a: null }, { a: 7 }],
    ['in a list', z.array(Optional), [{ a: null, b: 'x' }], [{ b: 'x' }]],
    ['in a record', z.record(z.string(), Optional), { k: { a: null, b: '' } }, { k: { b: '' } }],
    ['in a tuple', z.tuple([z.int(), Optional]), [1, { a: null, b: '' }], [1, { b: '' }]],
    ['below nullable', Optional.nullable(), { a: null, b: '' }, { b: '' }],
    ['below read-only', Optional.readonly(), { a: null, b: '' }, { b: '' }],
    ['before a transform', Optional.transform(({ b }) => b), { a: null, b: 'x' }, 'x'],
    ['in what is read later', z.lazy(() => Optional), { a: null, b: '' }, { b: '' }],
    [
      'in the union’s option that fits',
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('a'), note: z.string().nullable() }),
        z.strictObject({ kind: z.literal('b'), note: z.string().optional() }),
      ]),
      { kind: 'b', note: null },
      { kind: 'b' },
    ],
    [
      'on both sides of an intersection',
      z.object({ a: z.string().optional() }).and(z.object({ b: z.string().optional() })),
      { a: null, b: null },
      {},
    ],
  ];
  test.each(dropped)('%s is dropped', (_where, schema, written, read) => {
    expect(schema.parse(dropNulls(schema, written))).toEqual(read);
  });
});

describe('a null that means null', () => {
  const kept: [string, z.ZodType, unknown][] = [
    ['at a nullable field', z.strictObject({ a: z.string().nullable() }), { a: null }],
    ['at an optional nullable field', z.strictObject({ a: z.string().nullish() }), { a: null }],
    ['in a list of nullables', z.array(z.string().nullable()), [null]],
    ['at a field that may be anything', z.strictObject({ a: z.unknown() }), { a: null }],
    [
      'in the union’s option that fits',
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('a'), note: z.string().nullable() }),
        z.strictObject({ kind: z.literal('b'), note: z.string().optional() }),
      ]),
      { kind: 'a', note: null },
    ],
  ];
  test.each(kept)('%s is kept', (_where, schema, value) => {
    expect(dropNulls(schema, value)).toEqual(value);
    expect(schema.safeParse(dropNulls(schema, value)).success).toBe(true);
  });
});

describe('a value that does not fit', () => {
  test.each<[string, unknown]>([
    ['a null at a required field', { a: 'x', b: null }],
    ['an unknown field', { b: 'x', c: null }],
    ['a list for an object', [null]],
    ['text for an object', 'x'],
    ['a key named like a prototype', { b: 'x', ['__proto__']: null }],
  ])('(%s) is left for zod to refuse', (_what, value) => {
    expect(Optional.safeParse(dropNulls(Optional, value)).success).toBe(false);
  });

  test('leaves what was passed in untouched', () => {
    const value = Object.freeze({ a: null, b: 'x' });
    dropNulls(Optional, value);
    expect(value).toEqual({ a: null, b: 'x' });
  });
});

// Goal: no value is lost on the way. Method: any task tree is written as a model must write it,
// with null for every absent field, and must be read back as it was.
test('whatever a model writes with null for absent fields is read as if they were absent', () => {
  const Task = z.strictObject({
    title: z.string(),
    days: z.int().optional(),
    done: z.boolean().default(false),
    tags: z.array(z.enum(['a', 'b'])).optional(),
    owner: z.strictObject({ name: z.string(), mail: z.string().optional() }).optional(),
    get children() {
      return z.array(Task).optional();
    },
  });
  const absent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
  const { task } = fc.letrec((tie) => ({
    task: fc.record({
      title: fc.string(),
      days: absent(fc.integer()),
      done: absent(fc.boolean()),
      tags: absent(fc.array(fc.constantFrom('a', 'b'))),
      owner: absent(fc.record({ name: fc.string(), mail: absent(fc.string()) })),
      children: absent(fc.array(tie('task'), { maxLength: 3, depthIdentifier: 'task' })),
    }),
  }));
  fc.assert(
    fc.property(task, (written) => {
      const read = Task.parse(dropNulls(Task, written));
      expect(Task.parse(withoutNulls(written))).toEqual(read);
    }),
  );
});

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
