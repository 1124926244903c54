// docs/configure.md against the table of variables and against what the code reads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configVariables } from '../../src/config-variables.ts';
import { repositoryFiles, repositoryPath } from '../tidy/repository-files.ts';

const text = readFileSync(join(repositoryPath, 'docs', 'configure.md'), 'utf8');
const withoutEffect = 'Read, but without effect yet';

interface Row {
  section: string;
  names: string[];
  absent: string;
}

test('every variable has its row, and no row is about something else', () => {
  const named = rows().flatMap(({ names }) => names);
  expect(named.sort()).toEqual([...configVariables.keys()].sort());
});

test('a default stands in its row as it is', () => {
  const documented = rows().flatMap(({ names, absent }) => names.map((name) => [name, absent]));
  const defaults = [...configVariables]
    .filter(([, { hasDefault }]) => hasDefault === true)
    .map(([name, { absent }]) => [name, `\`${absent}\``]);
  expect(Object.fromEntries(documented)).toMatchObject(Object.fromEntries(defaults));
});

/** What of the configuration each variable ends up in. */
const reads: readonly [string, RegExp][] = [
  ['WEB_SEARCH_URL', /\bwebSearch\b/],
  ['WEB_SEARCH_PROVIDER', /\bwebSearch\b/],
  ['WEB_SEARCH_API_KEY', /\bwebSearch\b/],
  ['MCP_SERVERS_FILE', /\bmcpServersFile\b/],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', /\botlpEndpoint\b/],
  ['BENCH_DATA', /\bbenchDataPath\b/],
];

test('what is said to have no effect is read by nothing but the configuration', () => {
  const said = rows().filter(({ section }) => section === withoutEffect);
  expect(said.flatMap(({ names }) => names).sort()).toEqual(reads.map(([name]) => name).sort());
  const code = repositoryFiles().filter(
    ({ path }) => /^src\/.*\.ts$/.test(path) && !path.startsWith('src/config'),
  );
  const readers = reads.flatMap(([name, pattern]) =>
    code.filter((file) => pattern.test(file.text)).map(({ path }) => `${path} reads ${name}`),
  );
  expect(readers).toEqual([]);
});

/** The rows of all tables, under the heading that they stand below. */
function rows(): Row[] {
  return text.split(/^#+ /m).flatMap((part) => {
    const section = part.split('\n')[0] ?? '';
    return part
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => {
        const [, first = '', , absent = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
        return { section, names: [...first.matchAll(/`([A-Z_]+)`/g)].map(nameIn), absent };
      });
  });
}

function nameIn([, name = '']: RegExpMatchArray): string {
  return name;
}
