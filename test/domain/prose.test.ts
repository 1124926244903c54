// Text that people may ask to have erased is found wherever it stands in a fact, and nothing else
// is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AgencyFact, ProjectFact } from '../../src/domain/fact.ts';
import { clip, mapProse, prose } from '../../src/domain/prose.ts';
import { arbitraryOfSchema } from '../support/arbitrary-of-schema.ts';

const schemas = [...AgencyFact.options, ...ProjectFact.options].map(
  (schema) => [schema.shape.type.value, schema] as const,
);

describe.each(schemas)('the prose of %s', (_type, schema) => {
  test('is taken out and put back without a change', () => {
    fc.assert(
      fc.property(arbitraryOfSchema(schema), (fact) => {
        const texts: string[] = [];
        const hoisted = mapProse(schema, fact, (text) => `#${texts.push(text) - 1}`);
        const restored = mapProse(schema, hoisted, (hash) => texts[Number(hash.slice(1))] ?? '');
        expect(restored).toEqual(fact);
      }),
      { numRuns: 40 },
    );
  });
});

test('prose is found in lists, choices and what may be absent', () => {
  const plan = ProjectFact.parse({
    type: 'approaches-proposed',
    approaches: [
      { title: 'Short', get: 'A guide', leftOut: '', streams: ['Text'], risk: 'Time', tasks: 3 },
    ],
  });
  const found: string[] = [];
  mapProse(ProjectFact, plan, (text) => {
    found.push(text);
    return text;
  });
  expect(found).toEqual(['Short', 'A guide', '', 'Text', 'Time']);
});

describe('a text that is clipped', () => {
  test.each([
    ['  as it is  ', 20, 'as it is'],
    ['cut here', 4, 'cut'],
    ['ab\u{1F389}', 3, 'ab'],
    ['ab\u{1F389}', 4, 'ab\u{1F389}'],
    ['', 4, ''],
  ])('%j to %d characters is %j', (text, max, expected) => {
    expect(clip(text, max)).toBe(expected);
  });

  test('is always what its schema reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, max) => {
        const clipped = clip(text, max);
        expect(prose(max).parse(clipped)).toBe(clipped);
        expect(clipped.isWellFormed()).toBe(true);
      }),
    );
  });
});
