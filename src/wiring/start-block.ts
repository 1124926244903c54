// The one block that a start prints: what is real, what is a stand-in, where to go, where data is.
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { LocalDiscord } from '../embedded/discord/server.ts';

interface Started {
  local: LocalDiscord | null;
  url: string;
  isRehearsal: boolean;
  memoryFault: string | null;
  isStandby: () => boolean;
  homePath: string;
}

export function startBlock(config: Config, started: Started): string {
  const { url, isRehearsal, memoryFault, homePath } = started;
  const rows: [string, string][] = [
    ['Discord', discordRow(config)],
    ['Model', isRehearsal ? 'rehearsal: an offline stand-in plays every role' : 'your endpoint'],
    ['Database', config.database.kind === 'embedded' ? 'embedded Postgres' : 'your Postgres'],
    ['Queue', config.queue.kind === 'redis' ? 'your Redis' : 'on Postgres'],
    ['Memory', memoryRow(config, memoryFault)],
    ['Data', homePath],
    ['Health', `${url}/readyz`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`);
  return ['', 'A-TEAMs is ready.', ...lines, '', whatNext(config, started), ''].join('\n');
}

function memoryRow({ memory }: Config, fault: string | null): string {
  // The first line says what is wrong; what to do about it follows in the log.
  if (fault !== null) return `not available (${fault.split('\n')[0] ?? ''})`;
  return memory.kind === 'embedded' ? 'embedded Chroma' : 'your Chroma';
}

function discordRow({ role, discord }: Config): string {
  if (role === 'worker') return 'none: this process takes turns only';
  return discord.kind === 'local' ? 'local stand-in (no account needed)' : 'your server';
}

function whatNext({ role }: Config, { local, url, homePath, isStandby }: Started): string {
  if (role === 'worker') return 'It works for the gateway on the same database.';
  if (isStandby()) return 'Standby: another gateway is active; this one takes over when it stops.';
  if (local === null) return 'Write your objective in #director of your Discord server.';
  return (
    `Open ${url}/#token=${local.directorToken}\nand write your objective in #director. ` +
    `Other people's tokens: ${join(homePath, 'local-discord.json')}`
  );
}
