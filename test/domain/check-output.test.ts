// What code can check about an output, it checks: the same file always gets the same verdict.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkOutput, countWords, headingsOf, parseCsv } from '../../src/domain/check-output.ts';
import type { Check } from '../../src/domain/criterion.ts';

/** `✓ evidence` or `✗ evidence`. */
function verdictOn(check: Check, text: string): string {
  const [result] = checkOutput([{ id: 'C1', text: 'It is so.', check }], [{ name: 'a.md', text }]);
  return result === undefined ? 'not checked' : `${result.met ? '✓' : '✗'} ${result.evidence}`;
}

const file = 'a.md';
const sections: Check = { kind: 'sections', file, sections: ['Budget', 'Day 1'] };
const words: Check = { kind: 'length', file, wordsMin: 2, wordsMax: 3 };
const headings: Check = { kind: 'headings', file, level: 2, countMin: 2 };
const sum: Check = { kind: 'sum', file, column: 'Cost', totalLabel: 'Total' };
const format = (name: 'markdown' | 'csv' | 'json' | 'text'): Check => {
  return { kind: 'format', file, format: name };
};

describe('a file', () => {
  test.each<[Check, string, string]>([
    [{ kind: 'file-exists', file }, 'Some words.', '✓ a.md has 2 words.'],
    [{ kind: 'file-exists', file }, ' \n', '✗ a.md is empty.'],
    [{ kind: 'file-exists', file: 'b.md' }, 'Some words.', '✗ b.md was not submitted.'],
    [sections, '# Budget\n## Day 1', '✓ Sections present: Budget, Day 1.'],
    [sections, '## 2.1 **BUDGET**:\n### 3) day  1.', '✓ Sections present: Budget, Day 1.'],
    [sections, '# 2 Budget\n## 🚋 Day 1: the river', '✓ Sections present: Budget, Day 1.'],
    [sections, '# Budget\nDay 1', '✗ Sections missing: Day 1.'],
    [sections, '# Beyond the budget\n## Day 10', '✗ Sections missing: Budget, Day 1.'],
    [sections, '# Budget – what it costs\n## 2 Day 1', '✓ Sections present: Budget, Day 1.'],
    [sections, '# Budget\n## Weekday 1', '✗ Sections missing: Day 1.'],
    [{ ...words, wordsMax: 5 }, '今日は東京に行きます', '✗ 6 words; asked 2 to 5.'],
    [words, 'one two', '✓ 2 words; asked 2 to 3.'],
    [words, 'one', '✗ 1 words; asked 2 to 3.'],
    [words, 'one two three four', '✗ 4 words; asked 2 to 3.'],
    [headings, '## A\n### B\n## C', '✓ 2 headings of level 2; asked at least 2.'],
    [headings, '## A\n# B', '✗ 1 headings of level 2; asked at least 2.'],
    [format('markdown'), '# Title', '✓ 1 Markdown headings.'],
    [format('markdown'), 'Only words.', '✗ 0 Markdown headings.'],
    [format('text'), 'Only words.', '✓ 2 words of plain text.'],
    [format('text'), '  ', '✗ The file is empty.'],
    [format('json'), '{"a":[1]}', '✓ It parses as JSON.'],
    [format('json'), '{"a":[1}', '✗ It does not parse as JSON.'],
    [format('csv'), 'a,b\n1,2\n', '✓ 2 rows of 2 columns.'],
    [format('csv'), 'a,b\n1', '✗ Row 2 has not 2 columns.'],
    [format('csv'), 'a\n1', '✗ Fewer than two columns.'],
    [format('csv'), 'a,b\n1,2\n3,"x" y', '✗ Row 3 cannot be read.'],
    [format('csv'), 'a,b\n1,"open', '✗ Row 2 cannot be read.'],
    [{ kind: 'judged' }, 'Anything.', 'not checked'],
  ])('with %j', (check, text, expected) => {
    expect(verdictOn(check, text)).toBe(expected);
  });

  test('is checked in the order of the criteria, and by code', () => {
    const results = checkOutput(
      [
        { id: 'C2', text: 'Two.', check: { kind: 'file-exists', file } },
        { id: 'C1', text: 'One.', check: { kind: 'judged' } },
        { id: 'C3', text: 'Three.', check: format('json') },
      ],
      [{ name: file, text: '{}' }],
    );
    expect(results.map(({ criterion, checkedBy }) => [criterion, checkedBy])).toEqual([
      ['C2', 'code'],
      ['C3', 'code'],
    ]);
  });
});

describe('a sum', () => {
  test.each([
    ['What,Cost\nBed,100\nBread,5.50\nTotal,105.50', '✓', 'add up to 105.5; the total says 105.5.'],
    ['What,cost\nBed,0.1\nBread,0.2\ntotal,0.3', '✓', 'add up to 0.3'],
    ['What,Cost\nBed,"1,200 €"\nRefund,-200\nTotal,$1000', '✓', 'add up to 1000'],
    ['What,Cost\nTotal,5\nBed,5', '✓', 'add up to 5'],
    ['What,Cost\nBed,100\nTotal,90', '✗', 'add up to 100; the total says 90.'],
    ['What,Price\nBed,100\nTotal,100', '✗', 'There is no column "Cost".'],
    ['What,Cost\nBed,100', '✗', 'There is no row "Total".'],
    ['What,Cost\nBed,about 100\nTotal,100', '✗', 'Not a number in column "Cost": "about 100".'],
    ['What,Cost\nBed\nTotal,100', '✗', 'add up to 0; the total says 100.'],
    ['What,Cost\nBed,100\nTotal,', '✗', 'Not a number in column "Cost": an empty cell.'],
    ['What,Cost\nA,\nB,100\nC,–\nTotal,100', '✓', 'add up to 100'],
    ['What,Cost\nA,"12,50"\nB,"1.200,50"\nTotal,"1.213,00"', '✓', 'add up to 1213'],
    ['What,Cost\nA,"0,10"\nB,1.200\nTotal,"1.200,10"', '✓', 'add up to 1200.1'],
    ['What,Cost\nA,1.200\nB,300\nTotal,1.500', '✓', 'add up to 1500'],
    ['What,Cost\nA,"1,200"\nB,0.5\nTotal,1200.50', '✓', 'add up to 1200.5'],
    ['What,Cost\nA,1\u202f200\nB,2\u00a0000\u2009€\nTotal,3200 EUR', '✓', 'add up to 3200'],
    ["What,Cost\nA,CHF 1'200.50\nB,\u2212200 euros\nTotal,US$1000.50", '✓', 'add up to 1000.5'],
    ['What,Cost\nA,"1,20,000"\nTotal,"₹120,000.00"', '✓', 'add up to 120000'],
    ['What,Cost\nA,"12,50"\nB,12.50\nTotal,25', '✗', 'Not a number in column "Cost": "12.50".'],
    ['What,Cost\nA,"1,200"\nB,1.200\nTotal,2400', '✗', 'Not a number in column "Cost": "1.200".'],
    ['What,Cost\nA,1.2.3\nTotal,1', '✗', 'Not a number in column "Cost": "1.2.3".'],
    ['What,Cost\nA,0.125\nTotal,0.125', '✗', 'Not a number in column "Cost": "0.125".'],
    ['What,Cost\nBed,"100\nTotal,100', '✗', 'Row 2 cannot be read.'],
    ['', '✗', 'There is no column "Cost".'],
  ])('of %j is checked', (text, mark, evidence) => {
    expect(verdictOn(sum, text)).toContain(evidence);
    expect(verdictOn(sum, text).startsWith(mark)).toBe(true);
  });
});

describe('the rows of a CSV', () => {
  test.each<[string, string[][]]>([
    ['a,b', [['a', 'b']]],
    [
      '\uFEFFa,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['"a, b","say ""hi""","two\nlines"', [['a, b', 'say "hi"', 'two\nlines']]],
    [' a , b ', [['a', 'b']]],
    [
      'a,\n,b',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a,b,', [['a', 'b', '']]],
    ['a,b\n\nc,d', [['a', 'b'], [''], ['c', 'd']]],
    ['""', [['']]],
    ['', []],
  ])('of %j are read', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });

  test('are the ones that were written', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 12 });
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const text = rows.map((row) =>
          row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','),
        );
        expect(parseCsv(text.join('\r\n'))).toEqual(rows);
      }),
    );
  });

  test('of a large file are read at once', () => {
    const text = `a,b\n1,"${'x""'.repeat(200_000)}"`;
    expect(parseCsv(text)[1]?.[1]).toHaveLength(400_000);
  });
});

describe('headings', () => {
  test.each<[string, string[]]>([
    ['# One\n### Three ###\n#Not one\n####### Seven', ['1 One', '3 Three']],
    ['# Windows\r\n## Lines\r\n', ['1 Windows', '2 Lines']],
    ['```\n# in code\n```\n# after', ['1 after']],
    ['~~~ text\n# in code\n```\n# still\n~~~\n# after', ['1 after']],
    ['````\n```\n# in code\n```\n````\n# after', ['1 after']],
    ['```js\n# in code\n``` not the end\n# still', []],
    ['```\n# never closed', []],
    ['use `#` or ```# this```\n# One', ['1 One']],
  ])('of %j', (markdown, expected) => {
    expect(headingsOf(markdown).map(({ level, text }) => `${level} ${text}`)).toEqual(expected);
  });
});

test.each([
  ['', 0],
  ['# A guide, 3 days – “Lisboa”.', 5],
  ["don't stop-gap 1,200.50", 3],
  ['Größe élan 東京', 3],
  ['今日は東京に行きます。', 6],
  ['สวัสดีชาวโลก', 3],
  ['나는 서울에 간다', 3],
  ['--- *** |', 0],
])('%j is counted as words', (text, count) => {
  expect(countWords(text)).toBe(count);
});
