// The local Discord alone, as a process of its own, so that it can be stopped, killed and started
// apart from the program that uses it. Says on one line of JSON where it is and who is who. Its
// data is the folder's alone: the same folder and port again is the same server, with the same
// tokens.
import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { AppError, ConfigError, messageOf } from '../../lib/errors.ts';
import { createLog } from '../../lib/log.ts';
import { startLocalDiscord } from './server.ts';
import type { LocalDiscordOptions } from './server.ts';

const usage = `node src/embedded/discord/main.ts --folder FOLDER [options]
  --host HOST               where to listen (127.0.0.1)
  --port PORT               0 takes any free one (0)
  --nonce-window-ms MS      how long a nonce makes the same message (180000)
  --identifies-per-day N    sessions that a bot may open in a day (1000)
  --log LEVEL               of standard error (warn)
`;

const numbers = ['port', 'nonce-window-ms', 'identifies-per-day'] as const;

function readOptions(words: string[]): LocalDiscordOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      folder: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      'nonce-window-ms': { type: 'string' },
      'identifies-per-day': { type: 'string' },
      log: { type: 'string', default: 'warn' },
    },
  });
  if (values.folder === undefined) throw wrong('--folder is missing');
  const [port, nonceWindowMs, identifiesPerDay] = numbers.map((name) =>
    numberOf(name, values[name]),
  );
  return {
    folder: values.folder,
    host: values.host,
    port: port ?? 0,
    clock: systemClock,
    log: createLog(values.log),
    ...(nonceWindowMs === undefined ? {} : { nonceWindowMs }),
    ...(identifiesPerDay === undefined ? {} : { identifiesPerDay }),
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw wrong(`--${name} wants a whole number`);
}

function wrong(message: string): ConfigError {
  return new ConfigError(message, { code: 'arguments', retry: 'never' });
}

async function main(): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  try {
    const discord = await startLocalDiscord(readOptions(process.argv.slice(2)));
    const { url, apiUrl, guildId, applicationId, directorId, specialistId, strangerId } = discord;
    const { botToken, directorToken, specialistToken, strangerToken } = discord;
    const ids = { guildId, applicationId, directorId, specialistId, strangerId };
    const tokens = { botToken, directorToken, specialistToken, strangerToken };
    process.stdout.write(`${JSON.stringify({ url, apiUrl, ...ids, ...tokens })}\n`);
    await stopped;
    await discord.close();
  } catch (error) {
    const text = error instanceof AppError ? error.forPeople : `${messageOf(error)}\n${usage}`;
    process.stderr.write(`${text}\n`);
    process.exitCode = 78;
  }
}

await main();
