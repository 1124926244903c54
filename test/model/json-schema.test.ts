import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  hasMinLengths,
  isStrict,
  toJsonSchema,
  withoutMinLengths,
} from '../../src/model/json-schema.ts';

describe('the schema a model is shown', () => {
  test('requires every field and closes every object', () => {
    const Person = z.object({ name: z.string(), address: z.object({ city: z.string() }) });
    expect(toJsonSchema(Person)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string' },
        address: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
      required: ['name', 'address'],
      additionalProperties: false,
    });
  });

  const optional: [string, z.ZodType, object][] = [
    ['text', z.string(), { type: ['string', 'null'] }],
    ['a whole number', z.int().positive(), { type: ['integer', 'null'], exclusiveMinimum: 0 }],
    ['a list', z.array(z.string()), { type: ['array', 'null'], items: { type: 'string' } }],
    ['a choice', z.enum(['a', 'b']), { anyOf: [{ type: 'string', enum: ['a', 'b'] }, nullType()] }],
    ['a constant', z.literal('a'), { anyOf: [{ type: 'string', const: 'a' }, nullType()] }],
    ['text or null', z.string().nullable(), { type: ['string', 'null'] }],
    ['null', z.null(), { type: 'null' }],
    ['anything', z.unknown(), {}],
    [
      'a described choice',
      z.enum(['a']).describe('Which one.'),
      { description: 'Which one.', anyOf: [{ type: 'string', enum: ['a'] }, nullType()] },
    ],
    [
      'one word or several',
      z.union([z.string(), z.array(z.string())]),
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, nullType()] },
    ],
    [
      'a word or a number',
      z.union([z.string(), z.number()]),
      { type: ['string', 'number', 'null'] },
    ],
  ];
  test.each(optional)('says %s that may be absent as nullable', (_what, schema, shape) => {
    const field = z.strictObject({ field: schema.optional() });
    const { properties, required } = toJsonSchema(field);
    expect(properties).toEqual({ field: shape });
    expect(required).toEqual(['field']);
  });

  test('offers null for a field that has a default', () => {
    const schema = toJsonSchema(z.strictObject({ size: z.string().default('m') }));
    expect(schema['properties']).toEqual({ size: { type: ['string', 'null'] } });
  });

  test('says limits on length in words', () => {
    const Title = z.strictObject({ title: z.string().min(1).max(80).describe('In one line.') });
    expect(toJsonSchema(Title)['properties']).toEqual({
      title: {
        type: 'string',
        description: 'In one line. (at least 1 characters, at most 80 characters)',
        minLength: 1,
      },
    });
  });

  test('can do without the least length of texts, and nothing else is lost', () => {
    const Part = z.strictObject({ minLength: z.string().min(1), more: z.array(z.string().min(2)) });
    const Plain = z.strictObject({ minLength: z.string(), more: z.array(z.string()) });
    const schema = toJsonSchema(z.strictObject({ part: Part.nullable(), size: z.int().min(1) }));
    const bare = withoutMinLengths(schema);
    expect([hasMinLengths(schema), hasMinLengths(bare)]).toEqual([true, false]);
    const described = JSON.stringify(bare).replaceAll(
      /,"description":"[^"]*"|"description":"[^"]*",/g,
      '',
    );
    const plain = toJsonSchema(z.strictObject({ part: Plain.nullable(), size: z.int().min(1) }));
    expect(described).toBe(JSON.stringify(plain));
  });

  test('has one kind of union', () => {
    const Line = z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text'), text: z.string() }),
      z.strictObject({ kind: z.literal('image'), url: z.string().optional() }),
    ]);
    const schema = toJsonSchema(z.strictObject({ lines: z.array(Line) }));
    expect(JSON.stringify(schema)).not.toContain('oneOf');
    expect(isStrict(schema)).toBe(true);
  });

  test('keeps names that look like keywords when they are fields', () => {
    const Odd = z.strictObject({ default: z.string(), required: z.string(), minLength: z.int() });
    expect(Object.keys(toJsonSchema(Odd)['properties'] ?? {})).toEqual([
      'default',
      'required',
      'minLength',
    ]);
  });

  test('may contain itself', () => {
    const Task = z.strictObject({
      title: z.string(),
      get children() {
        return z.array(Task).optional();
      },
    });
    const schema = toJsonSchema(Task);
    expect(schema['properties']).toMatchObject({
      children: { type: ['array', 'null'], items: { $ref: '#' } },
    });
    expect(isStrict(schema)).toBe(true);
  });
});

describe('strict mode', () => {
  const cases: [string, boolean, z.ZodType][] = [
    ['takes optional fields', true, z.strictObject({ a: z.string().optional() })],
    ['takes lists of choices', true, z.strictObject({ a: z.array(z.enum(['x', 'y'])) })],
    ['takes an object without fields', true, z.strictObject({})],
    ['refuses a record', false, z.strictObject({ a: z.record(z.string(), z.string()) })],
    ['refuses a tuple', false, z.strictObject({ a: z.tuple([z.string()]) })],
    ['refuses what may be anything', false, z.strictObject({ a: z.unknown() })],
    ['refuses a list of anything', false, z.strictObject({ a: z.array(z.unknown()) })],
    ['refuses an intersection', false, z.strictObject({ a: z.string().and(z.string()) })],
    ['refuses a list at the root', false, z.array(z.string())],
    ['refuses a union at the root', false, z.union([z.strictObject({}), z.strictObject({})])],
  ];
  test.each(cases)('%s (%s)', (_what, expected, schema) => {
    expect(isStrict(toJsonSchema(schema))).toBe(expected);
  });

  test('refuses a schema from elsewhere that leaves fields optional', () => {
    const properties = { a: { type: 'string' } };
    expect(isStrict({ type: 'object', properties })).toBe(false);
    expect(isStrict({ type: 'object', properties, additionalProperties: false })).toBe(false);
    expect(isStrict({})).toBe(false);
  });
});

function nullType() {
  return { type: 'null' };
}
