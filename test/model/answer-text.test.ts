import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createThoughtFilter,
  fitsRoughly,
  jsonIn,
  withoutThoughts,
} from '../../src/model/answer-text.ts';

const thoughts: [string, string][] = [
  ['<think>Hm.</think>Yes', 'Yes'],
  ['\n<think>\nHm.\n</think>\n\nYes', 'Yes'],
  ['<thinking>a</thinking><think>b</think>Yes', 'Yes'],
  ['<think>never ends', ''],
  ['Yes', 'Yes'],
  ['  Yes', '  Yes'],
  ['<thimble> is a word', '<thimble> is a word'],
  ['The tag <think>x</think> stays in speech', 'The tag <think>x</think> stays in speech'],
];

describe('thoughts', () => {
  test.each(thoughts)('of %j leave %j', (text, rest) => {
    expect(withoutThoughts(text)).toBe(rest);
  });

  test('that the template opened are known by their end', () => {
    expect(withoutThoughts('The user wants…\n</think>\n\nYes')).toBe('Yes');
    expect(withoutThoughts('{"tag":"\n</think>\n"}')).toBe('{"tag":"\n</think>\n"}');
  });

  test.each(thoughts)('of %j are not shown either, however the text is cut', (text, rest) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 })), (sizes) => {
        let shown = '';
        const filter = createThoughtFilter({ onText: (delta) => (shown += delta) });
        let at = 0;
        for (const size of [...sizes, text.length]) {
          if (at < text.length) filter.add(text.slice(at, at + size));
          at += size;
        }
        filter.end();
        expect(shown).toBe(rest);
      }),
    );
  });
});

describe('JSON in an answer', () => {
  const cases: [string, string, string | null][] = [
    ['alone', ' {"a":1}\n', ' {"a":1}\n'],
    ['fenced', '```json\n{"a":1}\n```', '{"a":1}'],
    ['after prose', 'Here it is [1]: {"a":"}"} — done {x}', '{"a":"}"}'],
    ['after braces in prose', 'For {name} it is {"a":1}', '{"a":1}'],
    ['holding a fence', '```json\n{"a":"```js"}\n```', '{"a":"```js"}'],
    ['as a list', 'So: ["a"]', '["a"]'],
    ['cut off', '{"a":{"b":1},"c":', null],
    ['broken inside', 'So: {"a":{"b":1}, c:2} and {"d":1}', null],
    ['absent', 'There is none.', null],
  ];
  test.each(cases)('%s is found: %j', (_what, text, json) => {
    expect(jsonIn(text)).toBe(json);
  });

  test('is found in any prose without brackets, and changed in nothing', () => {
    const prose = fc.string().map((text) => text.replaceAll(/[{}[\]"]/g, ''));
    fc.assert(
      fc.property(prose, fc.dictionary(fc.string(), fc.jsonValue()), (words, value) => {
        const json = JSON.stringify({ x: 1, ...value });
        expect(jsonIn(`Well ${words}\n${json}\n${words}`)).toBe(json);
      }),
    );
  });
});

describe('an answer', () => {
  const schema = { type: 'object', required: ['a', 'b'] };
  test.each([
    ['{"a":1,"b":null,"c":2}', true],
    ['{"a":1}', false],
    ['[1]', false],
    ['Sure!', false],
  ])('of %j fits a schema with two fields: %s', (text, fits) => {
    expect(fitsRoughly(schema, text)).toBe(fits);
  });
});
