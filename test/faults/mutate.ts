// Loaded into a process of the agency before its program (`--import`): changes modules as they are
// loaded, by the edition that the query of this file's own URL names. Nothing on disk changes.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { edited, editions } from './mutants.ts';

const root = join(import.meta.dirname, '../..');
const name = new URL(import.meta.url).searchParams.get('edition') ?? '';
const edition = editions.find((one) => one.name === name);
if (edition === undefined) throw new Error(`There is no edition ${name}.`);
const edits = Map.groupBy(edition.edits, ({ file }) => pathToFileURL(join(root, file)).href);

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const wanted = edits.get(url);
    if (wanted === undefined) return loaded;
    const { source } = loaded;
    if (source === undefined || source === null) throw new Error(`${url} came without its source.`);
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    return { ...loaded, source: edited(edition, wanted, text) };
  },
});
