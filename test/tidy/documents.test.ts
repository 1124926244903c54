import { describe, expect, test } from 'vitest';
import { checkDocument, isDocument } from './documents.ts';
import { readManifest } from './packages.ts';
import { repositoryFiles, repositoryPaths } from './repository-files.ts';

describe('the documents', () => {
  test('name only scripts, files and variables that exist', () => {
    const scripts = new Set(Object.keys(readManifest().scripts));
    const facts = { scripts, paths: repositoryPaths() };
    const documents = repositoryFiles().filter(isDocument);
    expect(documents.flatMap((file) => checkDocument(file, facts))).toEqual([]);
  });

  const facts = {
    scripts: new Set(['start', 'check', 'db:migrate']),
    paths: ['README.md', 'docs/decisions/0001-one-door.md', 'docs/door.svg', 'src/main.ts'],
  };
  const planted: [string, string][] = [
    ['Call `npm run\u0020bench` first.', '1: no script "bench" in package.json'],
    ['\n\n    npm ci && npm test', '3: no script "test" in package.json'],
    ['See [the plan](plan.md#top).', '1: link to plan.md#top leads nowhere'],
    ['See\n![door](../door.svg "The door")', '2: link to ../door.svg leads nowhere'],
    ['See [one][1].\n\n[1]: ./two.md', '3: link to ./two.md leads nowhere'],
    ['<img src="door.png">', '1: link to door.png leads nowhere'],
    ['Set `DISCORD_GUILD=1`.', '1: no environment variable DISCORD_GUILD'],
    ['Set MODEL_CHEAP_PRICE_IN.', '1: no environment variable MODEL_CHEAP_PRICE_IN'],
  ];
  test.each(planted)('%j is refused', (text, end) => {
    const file = { path: 'docs/guide.md', text };
    expect(checkDocument(file, facts)).toEqual([`docs/guide.md:${end}`]);
  });

  test('what exists, belongs to others or is an example may be named', () => {
    const text = [
      '`npm run db:migrate`, `npm start`, `npm ci`, `npm run check`',
      '[a](decisions/) [b](decisions/0001-one-door.md#why) [c](../src/main.ts) [d](#here)',
      '[e](https://example.org/x.md) ![f](door.svg) `[g](x.md)`',
      '```md\n[h](nowhere.md)\n```',
      'MODEL_<TIER>_PRICE_IN, DISCORD_*, MODEL_PREMIUM, NODE_OPTIONS, MANAGE_CHANNELS',
    ].join('\n');
    expect(checkDocument({ path: 'docs/guide.md', text }, facts)).toEqual([]);
  });
});
