import { parseEnv } from 'node:util';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { blocksOf, readBlocks } from './read-blocks.ts';
import { missingLine } from './shown.ts';

const runner = readFileSync(join(import.meta.dirname, 'commands.wire.test.ts'), 'utf8');

describe('the blocks of the documents', () => {
  test('are run, shown, accepted as settings, or said to be done by hand', () => {
    const isKnown = (use: string): boolean =>
      use === 'by-hand' || use === 'settings' || isCovered(use);
    const astray = readBlocks()
      .filter(({ language, use }) => language === 'sh' || use !== '')
      .filter(({ use }) => !isKnown(use))
      .map(({ at, use }) => `${at}: ${use === '' ? 'a block of sh without a use' : use}`);
    expect(astray).toEqual([]);
  });

  test('that are settings are accepted together', () => {
    const settings = readBlocks().filter(({ use }) => use === 'settings');
    expect(settings.length).toBeGreaterThan(2);
    const refused = settings.filter(({ text }) => !readConfig(parseEnv(text)).ok);
    expect(refused).toEqual([]);
  });

  test('are found with their place, their language and their use', () => {
    const text = 'One\n\n```sh run=x\na b\n```\n\n```\nplain\n```\n';
    expect(blocksOf({ path: 'docs/a.md', text })).toEqual([
      { at: 'docs/a.md:3', language: 'sh', use: 'run=x', text: 'a b\n' },
      { at: 'docs/a.md:7', language: '', use: '', text: 'plain\n' },
    ]);
  });
});

/** Whether the test that types what documents say names it. */
function isCovered(use: string): boolean {
  const [verb, name] = use.split('=');
  if (verb === 'run') return runner.includes(`blockFor('${use}')`);
  return verb === 'shows' && runner.includes(`expectShown('${name ?? ''}'`);
}

describe('what a document shows', () => {
  const printed = 'npm says\n\na 1\nb /x:3\nc\nd\n';
  const cases: [string, string | null][] = [
    ['a 1\nb /x:3', null],
    ['a …\nb /x:3\n\nc\n', null],
    ['a 1\n…\nd', null],
    ['a 1\nc', 'c'],
    ['a 2', 'a 2'],
    ['…\nb /x:4', 'b /x:4'],
    ['d\ne', 'e'],
  ];
  test.each(cases)('%j lacks %j', (shown, missing) => {
    expect(missingLine(shown, printed)).toBe(missing);
  });
});
