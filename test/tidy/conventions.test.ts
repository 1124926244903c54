import { describe, expect, test } from 'vitest';
import { checkCasts } from './casts.ts';
import { exceptions, judge } from './exceptions.ts';
import { repositoryFiles, repositoryPaths } from './repository-files.ts';
import { checkName, checkSize, checkTwins } from './shape.ts';
import { checkWords } from './words.ts';

describe('the repository', () => {
  test('keeps its rules on words, names, sizes and casts, but for a list that gets shorter', () => {
    const files = repositoryFiles();
    const breaches = [
      ...files.flatMap(checkWords),
      ...files.flatMap(checkSize),
      ...files.flatMap(checkCasts),
      ...repositoryPaths().flatMap((path) => checkName({ path })),
    ];
    expect(judge(breaches, exceptions)).toEqual([]);
  });

  test('can be checked out where letter case does not count', () => {
    expect(checkTwins(repositoryPaths())).toEqual([]);
    expect(checkTwins(['src/Plan.ts', 'src/plan.ts'])).toEqual([
      'src/Plan.ts and src/plan.ts differ in letter case alone',
    ]);
  });
});

describe('words', () => {
  const path = 'src/domain/plan.ts';
  const planted: [string, string, string][] = [
    [path, `\n// ${banned('TO', 'DO')} later`, '2: unfinished work is finished or left out'],
    [
      'docs/plan.md',
      `This is ${banned('not implem', 'ented')}.`,
      '1: unfinished work is finished or left out',
    ],
    ['docs/plan.md', `See ${banned('/ro', 'ot/')}plan.txt`, '1: a path of one machine'],
    [
      'package-lock.json',
      `"resolved": "https://${banned('registry', '.example.org')}/a.tgz"`,
      '1: a registry is a matter of the machine, not of the repository',
    ],
    [path, 'f(process.env);', '1: src/config.ts alone reads the environment'],
    [path, 'f(Date.now());', '1: src/lib/clock.ts alone reads the time'],
    [path, 'f(new Date());', '1: src/lib/clock.ts alone reads the time'],
    ['test/a.test.ts', 'performance.now()', '1: src/lib/clock.ts alone reads the time'],
    [
      'test/a.test.ts',
      "import { setTimeout } from 'node:timers/promises';",
      '1: wait on content or events; src/lib/clock.ts has delay()',
    ],
    [path, 'f(JSON.parse(g));', '1: src/lib/json.ts alone parses JSON, through a schema'],
    [path, 'randomUUID()', '1: the domain is pure: ids derive from the causing event'],
    [
      'test/a.test.ts',
      "\n\nvi.doMock('./a.ts')",
      '3: pass another dependency instead of replacing a module',
    ],
    [
      path,
      '\nexport const enum A { B }',
      '2: only syntax that is erased: a union or a module instead',
    ],
    [path, 'namespace A { }', '1: only syntax that is erased: a union or a module instead'],
    [path, 'let count = 0;', '1: no variable at module level: createX() holds state'],
    [path, 'f(); // @ts-ignore', '1: the compiler is not silenced without a reason beside it'],
    [
      path,
      '// @ts-expect-error\nf();',
      '1: the compiler is not silenced without a reason beside it',
    ],
    [
      path,
      '// oxlint-disable-next-line no-console\nf();',
      '1: a disable comment names the rule and says why: `-disable-next-line rule -- reason`',
    ],
    [
      path,
      '/* eslint-disable */',
      '1: a disable comment names the rule and says why: `-disable-next-line rule -- reason`',
    ],
  ];
  test.each(planted)('%s with %j is refused', (file, text, end) => {
    const messages = checkWords({ path: file, text }).map((breach) => breach.message);
    expect(messages).toEqual([`${file}:${end}`]);
  });

  const fine: [string, string][] = [
    ['src/config.ts', 'f(process.env);'],
    [path, "// process.env and Date.now() are read elsewhere\nf('JSON.parse(x)', new Date(0));"],
    [path, 'function f() {\n  let count = 0;\n}'],
    [path, '// oxlint-disable-next-line no-console -- the terminal is what this is for\nf();'],
    [path, '// @ts-expect-error the vendor types leave it out\nf();'],
    ['docs/plan.md', 'See https://example.org/home/ and ./home/ and ~/home/'],
    ['web/page.js', 'new Date()'],
  ];
  test.each(fine)('%s may say %j', (file, text) => {
    expect(checkWords({ path: file, text })).toEqual([]);
  });
});

describe('names and sizes', () => {
  const badNames: [string, string][] = [
    ['src/lib/utils.ts', 'utils.ts says nothing about what is in it'],
    ['src/lib/file-manager.ts', 'file-manager.ts says nothing about what is in it'],
    ['src/lib/string-helpers.ts', 'string-helpers.ts says nothing about what is in it'],
    ['src/common/plan.ts', 'common says nothing about what is in it'],
    ['test/domain/runTurn.test.ts', 'runTurn.test.ts is not kebab-case'],
    ['commands/Approve.ts', 'Approve.ts is not kebab-case'],
    ['system-messages/project_manager/turn.md', 'project_manager is not kebab-case'],
  ];
  test.each(badNames)('%s is refused', (path, end) => {
    expect(checkName({ path }).map((breach) => breach.message)).toEqual([`${path}: ${end}`]);
  });

  test('a name may contain a banned word that it makes precise', () => {
    expect(checkName({ path: 'src/domain/common-language.wire.test.ts' })).toEqual([]);
    expect(checkName({ path: 'system-messages/project-manager/plan.md' })).toEqual([]);
  });

  test('a file has at most 400 lines, a line at most 100 columns', () => {
    const text = `// What it is for.\n${'a;\n'.repeat(400)}`;
    expect(messagesOf(text)).toEqual(['src/a.ts: 401 lines, at most 400']);
    expect(messagesOf(`\n${'é'.repeat(101)}`)).toEqual(['src/a.ts:2: 101 columns, at most 100']);
    expect(messagesOf(`${'é'.repeat(100)}\n`)).toEqual([]);
    expect(messagesOf(`// @see https://example.org/${'a'.repeat(90)}`)).toEqual([]);
  });

  test('a file of some length opens with what it is for', () => {
    expect(messagesOf('a;\n'.repeat(61))).toEqual([
      'src/a.ts:1: over 60 lines and no opening comment on what it is for',
    ]);
    expect(messagesOf(`// For this.\n${'a;\n'.repeat(61)}`)).toEqual([]);
  });
});

describe('exceptions', () => {
  const breach = { path: 'src/a.ts', rule: 'clock', message: 'src/a.ts:1: no' };
  const exception = { path: 'src/a.ts', rule: 'clock', why: 'a reason' };

  test('an exception covers one rule in one file', () => {
    expect(judge([breach], [exception])).toEqual([]);
    expect(judge([{ ...breach, rule: 'json' }, breach], [exception])).toEqual(['src/a.ts:1: no']);
  });

  test('an exception that is needed no more is refused', () => {
    expect(judge([], [exception])).toEqual([
      'src/a.ts: its exception from "clock" is needed no more',
    ]);
  });
});

/** Banned text in halves, because this file is judged too. */
function banned(first: string, second: string): string {
  return first + second;
}

function messagesOf(text: string): string[] {
  return checkSize({ path: 'src/a.ts', text }).map((breach) => breach.message);
}
