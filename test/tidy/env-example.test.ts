// `.env.example` is written from the table of variables: `vitest run -u test/tidy/env-example`
// writes it anew, a run without -u fails when it is out of date.
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { configVariables } from '../../src/config-variables.ts';
import type { ConfigVariable } from '../../src/config-variables.ts';
import { readConfig } from '../../src/config.ts';

const opening = `\
# Everything here is optional: without any variable the agency runs on embedded parts.
# Copy this file to .env and take the # away in front of what you set; a variable of the process
# wins over this file. A bad value stops the start, which then names every bad one at once.
`;

test('.env.example names every variable with its meaning and its default', async () => {
  await expect(envExampleText()).toMatchFileSnapshot('../../.env.example');
});

test('.env.example sets nothing as it stands', () => {
  expect(parseEnv(envExampleText())).toEqual({});
});

test('every example in it is a value that is accepted', () => {
  const all = new Map([...configVariables].map(([name, { example }]) => [name, example]));
  const { WEB_SEARCH_URL, ...others } = Object.fromEntries(all);
  expect(readConfig(others)).toMatchObject({ ok: true });
  expect(readConfig({ WEB_SEARCH_URL })).toMatchObject({ ok: true });
});

function envExampleText(): string {
  const groups = Map.groupBy(configVariables, ([, variable]) => variable.group);
  const blocks = [...groups].map(([group, entries]) => {
    const lines = entries.map(([name, variable]) => entryText(name, variable));
    return `\n# ${group}\n\n${lines.join('\n')}`;
  });
  return opening + blocks.join('');
}

function entryText(name: string, variable: ConfigVariable): string {
  const { meaning, absent, example, hasDefault } = variable;
  const fallback = hasDefault ? `Default: ${absent}.` : `Without it: ${absent}.`;
  const sentence = meaning.slice(0, 1).toUpperCase() + meaning.slice(1);
  return `# ${sentence}.\n# ${fallback}\n#${name}=${hasDefault ? absent : example}\n`;
}
