// The server as a process of its own, so that a test can kill it. Prints URL, guild and a token.
import { startLocalDiscord } from '../../../src/embedded/discord/server.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/lib/log.ts';

const discord = await startLocalDiscord({
  folder: process.argv[2] ?? '',
  host: '127.0.0.1',
  port: 0,
  clock: systemClock,
  log: silentLog,
});
process.stdout.write(`${discord.url} ${discord.guildId} ${discord.directorToken}\n`);
