// The one block that a start prints: what is real, what is a stand-in, where to go, where data is.
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { LocalDiscord } from '../embedded/discord/server.ts';

interface Started {
  local: LocalDiscord | null;
  url: string;
  isRehearsal: boolean;
  homePath: string;
}

export function startBlock(config: Config, { local, url, isRehearsal, homePath }: Started): string {
  const rows: [string, string][] = [
    ['Discord', local === null ? 'your server' : 'local stand-in (no account needed)'],
    ['Model', isRehearsal ? 'rehearsal: an offline stand-in plays every role' : 'your endpoint'],
    ['Database', config.database.kind === 'embedded' ? 'embedded Postgres' : 'your Postgres'],
    ['Queue', config.queue.kind === 'redis' ? 'your Redis' : 'on Postgres'],
    ['Memory', config.memory.kind === 'embedded' ? 'embedded Chroma' : 'your Chroma'],
    ['Data', homePath],
    ['Health', `${url}/readyz`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`);
  const open =
    local === null
      ? 'Write your objective in #director of your Discord server.'
      : `Open ${url}/#token=${local.directorToken}\nand write your objective in #director. ` +
        `Other people's tokens: ${join(homePath, 'local-discord.json')}`;
  return ['', 'A-TEAMs is ready.', ...lines, '', open, ''].join('\n');
}
