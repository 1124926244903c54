// The one grammar: what people and LLMs write is read, and what we write is read back the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  formatCommandLine,
  parseCommandLine,
  shortCommandLine,
} from '../../src/domain/command-language.ts';
import type { CommandLine } from '../../src/domain/command-language.ts';
import { parseJson } from '../../src/lib/json.ts';

function read(text: string): Omit<CommandLine, 'text'> {
  const parsed = parseCommandLine(text);
  if (parsed === null || !parsed.ok) throw new Error(parsed?.reason ?? 'no command');
  const { text: _written, ...line } = parsed.line;
  return line;
}

const line = (name: string, rest: Partial<CommandLine> = {}) => ({
  name,
  mentions: [],
  bare: [],
  named: {},
  ...rest,
});

describe('a command line', () => {
  test.each<[string, ReturnType<typeof line>]>([
    ['/status', line('status')],
    ['  /status  ', line('status')],
    ['/status P1', line('status', { bare: ['P1'] })],
    ['/status project:P1', line('status', { named: { project: 'P1' } })],
    ['/ask @Ada "Which year?"', line('ask', { mentions: ['Ada'], bare: ['Which year?'] })],
    ['/ask @Zoë_2 @Jürgen-3', line('ask', { mentions: ['Zoë_2', 'Jürgen-3'] })],
    ['/revise text:"a \\"b\\" c"', line('revise', { named: { text: 'a "b" c' } })],
    [
      '/revise text:"two\nlines\tand a tab"',
      line('revise', { named: { text: 'two\nlines\tand a tab' } }),
    ],
    ['/changes reasons:["a, b","c]"]', line('changes', { named: { reasons: ['a, b', 'c]'] } })],
    ['/x o:{"a":[1,{"b":"}"}]}', line('x', { named: { o: { a: [1, { b: '}' }] } } })],
    ['/x [1,2] {"a":1}', line('x', { bare: ['[1,2]', '{"a":1}'] })],
    ['/approve choice:2 flag:true', line('approve', { named: { choice: '2', flag: 'true' } })],
    [
      '/objective see https://a.b/c at 10:30',
      line('objective', { bare: ['see', 'https://a.b/c', 'at', '10:30'] }),
    ],
    ['/objective Note: quick', line('objective', { bare: ['Note:', 'quick'] })],
    ['/x constructor:1 toString:2', line('x', { named: { constructor: '1', toString: '2' } })],
    ['/x a@b.c', line('x', { bare: ['a@b.c'] })],
    ['/create-stream\nstream:S1', line('create-stream', { named: { stream: 'S1' } })],
  ])('%j is read', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['/x text:"open', 'a quotation mark is not closed'],
    ['/x "open \\"', 'a quotation mark is not closed'],
    ['/x "bad \\q"', 'a quoted text is malformed'],
    ['/x list:[1,', 'a list or object is malformed'],
    ['/x list:[1,]', 'a list or object is malformed'],
    ['/x {"a":"b]"', 'a list or object is malformed'],
    ['/x a:1 a:2', '"a" is given twice'],
    [`/x ${'['.repeat(5000)}${']'.repeat(5000)}`, 'a list or object is malformed'],
  ])('%.40j is refused', (text, reason) => {
    expect(parseCommandLine(text)).toMatchObject({
      ok: false,
      reason,
      line: { name: 'x', text: text.slice(3), fault: reason },
    });
  });

  test.each([
    '',
    'hello',
    ' / status',
    '/',
    '/Status',
    '/1up',
    '/etc/hosts is broken',
    'a /status',
  ])('%j is no command but plain words', (text) => {
    expect(parseCommandLine(text)).toBeNull();
  });

  test('keeps what was written after the name', () => {
    const parsed = parseCommandLine('/objective  Make me\n\na "guide", @Ada ');
    expect(parsed).toMatchObject({ ok: true, line: { text: 'Make me\n\na "guide", @Ada' } });
  });

  test('is read or refused, whatever it is', () => {
    const nasty = fc.array(
      fc.constantFrom('"', '\\', '[', ']', '{', '}', ':', '@', ' ', '\n', 'a', '1', ',', '/', 'é'),
      { maxLength: 60 },
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      nasty.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseCommandLine(text) ?? { ok: 'words' }).toHaveProperty('ok');
        expect(parseCommandLine(`/x ${text}`)).toHaveProperty('ok');
      }),
      { numRuns: 1000 },
    );
  });

  test('of twenty thousand characters is read at once', () => {
    expect(read(`/x ${'word '.repeat(4000)}`).bare).toHaveLength(4000);
    expect(read(`/x text:"${'word '.repeat(4000)}"`).named).toHaveProperty('text');
  });
});

describe('a command that we write', () => {
  const keys = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,20}$/);
  const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => value !== null);
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string());
  const values = fc.oneof(texts, fc.array(json), fc.dictionary(keys, json));

  test('is read back the same', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, values), (named) => {
        // As JSON has it: with one zero, and without what is undefined.
        const same = parseJson(z.json(), JSON.stringify(named));
        const { mentions, bare, named: back } = read(formatCommandLine('x', named));
        expect({ mentions, bare, named: back }).toEqual({
          mentions: [],
          bare: [],
          named: same.ok ? same.value : same.reason,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('leaves out what was not given', () => {
    const named = { a: null, b: undefined, c: 'word', d: '' };
    expect(formatCommandLine('x', named)).toBe('/x c:word d:""');
  });

  test('is short in a thread: long texts are cut, lists counted, objects hidden', () => {
    const named = {
      word: 'T4',
      short: 'a b',
      long: 'word '.repeat(40),
      longWord: 'w'.repeat(120),
      ids: ['T1', 'T2'],
      many: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      objects: [{ a: 1 }],
      object: { a: 1 },
      number: 3,
      gone: null,
    };
    expect(shortCommandLine('x', named).split(/ (?=[a-zA-Z]+:)/)).toEqual([
      '/x',
      'word:T4',
      'short:"a b"',
      `long:"${'word '.repeat(19).trimEnd()}…"`,
      `longWord:${'w'.repeat(96)}…`,
      'ids:["T1","T2"]',
      'many:[7 items]',
      'objects:[1 item]',
      'object:{…}',
      'number:3',
    ]);
  });
});
