// The stand-in for CHROMA_URL: Chroma's own server over one folder, started with the program and
// stopped with it. Its index is never the only copy of anything: it can be rebuilt from Postgres.
// It listens on 127.0.0.1 only, on a port chosen at each start; when it dies it comes back there.
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { freePort } from '../processes.ts';
import { supervise } from '../supervise.ts';
import { claimData, findChromaBinding } from './binding.ts';
import { launchChroma } from './launch-server.ts';

export interface StartChroma {
  /** Absolute path of an existing folder that is ours alone; see `openDataFolder`. */
  folder: string;
  log: Log;
  clock: Clock;
}

export interface EmbeddedChroma {
  /** Base URL for Chroma's client. */
  readonly url: string;
  readonly port: number;
  /** Of the server now; another one after it died and was started again. */
  readonly pid: number;
  close(): Promise<void>;
}

/** @throws EmbeddedError whose `forPeople` says what is wrong and what to do. */
export async function startChroma({ folder, log, clock }: StartChroma): Promise<EmbeddedChroma> {
  const binding = await findChromaBinding();
  await claimData(folder, binding.version);
  let port: number | undefined;
  const server = await supervise({
    part: 'chroma',
    launch: async () => {
      const known = port;
      const choosePort = async (): Promise<number> => known ?? (await freePort());
      const launched = await launchChroma({ folder, binding, log, clock }, choosePort);
      port = launched.port;
      return launched;
    },
    log,
    clock,
  });
  const { port: first } = server.current();
  return {
    url: `http://127.0.0.1:${first}`,
    port: first,
    get pid() {
      return server.current().pid;
    },
    close: () => server.close(),
  };
}
