// `npm run smoke:discord -- --yes`: tries the configured Discord server out, see smoke-discord.ts.
// Exit 0: all went well; 1: something did not; 64: it was not said that it may; 78: no server.
import { randomBytes } from 'node:crypto';
import { configFromProcess, faultsText } from '../config.ts';
import { createRestClient } from '../discord/rest-client.ts';
import { smokeDiscord } from './smoke-discord.ts';

const usageExit = 64;
const configExit = 78;

async function main(): Promise<number> {
  const read = configFromProcess();
  if (!read.ok) return refuse(faultsText(read.faults), configExit);
  const { discord } = read.config;
  if (discord.kind === 'local') {
    return refuse('Set DISCORD_TOKEN and DISCORD_GUILD_ID: there is no server to try.', configExit);
  }
  if (!process.argv.includes('--yes')) {
    const words =
      `This makes a category, a channel, a thread and a message in the server ` +
      `${discord.guildId},\nhidden from everyone but administrators, and removes them. ` +
      'If that is what you want:\n' +
      '  npm run smoke:discord -- --yes';
    return refuse(words, usageExit);
  }
  const stopping = new AbortController();
  // What was made until then is removed all the same.
  process.once('SIGINT', () => stopping.abort(new Error('broken off')));
  const name = `A-TEAMs trial ${randomBytes(4).toString('hex')}`;
  const isWell = await smokeDiscord({
    client: createRestClient(discord, true),
    guildId: discord.guildId,
    name,
    say: (line) => process.stdout.write(`${line}\n`),
    signal: stopping.signal,
  });
  process.stdout.write(
    isWell ? 'Discord does what the agency relies on.\n' : 'It did not go well.\n',
  );
  return isWell ? 0 : 1;
}

function refuse(words: string, exit: number): number {
  process.stderr.write(`${words}\n`);
  return exit;
}

process.exitCode = await main();
