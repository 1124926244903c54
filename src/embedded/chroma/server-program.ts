// The child process that is the Chroma server. Arguments: the library's path, the folder of the
// data, the port. The library's `cli` never returns and blocks the JavaScript thread, so nothing
// can be asked of this process any more but to end; `watch-parent.ts` ends it when we are killed.
import { createRequire } from 'node:module';

/** Told apart by the parent from a server that started and failed. */
const cannotLoad = 78;

const [library = '', data = '', port = ''] = process.argv.slice(2);

/** No schema library here: what is loaded in this process stays loaded as long as it serves. */
function hasCli(loaded: unknown): loaded is { cli: (args: string[]) => void } {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'cli' in loaded &&
    typeof loaded.cli === 'function'
  );
}

function load(): { cli: (args: string[]) => void } {
  try {
    const loaded: unknown = createRequire(import.meta.url)(library);
    if (hasCli(loaded)) return loaded;
    throw new Error(`${library} has no function cli`);
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    process.exit(cannotLoad);
  }
}

load().cli(['chroma', 'run', '--path', data, '--host', '127.0.0.1', '--port', port]);
