// The local Discord behind a proxy, with what an owner can set up wrongly: intents, permissions,
// roles. What is overridden stands in what Discord would answer.
import { startLocalDiscord } from '../../src/embedded/discord/server.ts';
import type { LocalDiscord } from '../../src/embedded/discord/server.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { startFaultProxy } from '../discord/fault-proxy.ts';
import type { FaultProxy } from '../discord/fault-proxy.ts';
import { temporaryFolder } from '../embedded/temporary-folder.ts';

export interface OwnDiscord extends AsyncDisposable {
  local: LocalDiscord;
  proxy: FaultProxy;
  /** What a right set-up says of it. */
  env: Record<string, string>;
  /** The intent is switched off, until it is switched on again. */
  setIntent(isOn: boolean): void;
  /** The bot's roles grant this, guild-wide. */
  grant(permissions: bigint): Promise<void>;
}

export async function startOwnDiscord(): Promise<OwnDiscord> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const local = await startLocalDiscord({
    folder: folder.path,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    log: silentLog,
  });
  parts.defer(() => local.close());
  const proxy = parts.use(await startFaultProxy(local.url));
  const answers = new Map<string, object>();
  proxy.rule = ({ method, path }) => {
    const body = method === 'GET' ? answers.get(path) : undefined;
    return body === undefined ? null : { status: 200, body };
  };
  const guildPath = `/guilds/${local.guildId}`;
  const kept = parts.move();
  return {
    local,
    proxy,
    env: {
      DISCORD_API_URL: proxy.apiUrl,
      DISCORD_TOKEN: local.botToken,
      DISCORD_GUILD_ID: local.guildId,
    },
    setIntent(isOn) {
      answers.delete('/applications/@me');
      if (isOn) return;
      const application = { id: local.applicationId, name: 'A-TEAMs', flags: 0 };
      answers.set('/applications/@me', application);
    },
    async grant(permissions) {
      const response = await fetch(`${local.apiUrl}/v10${guildPath}`, {
        headers: { authorization: `Bot ${local.botToken}` },
      });
      // The stand-in's own answer, of which one thing is changed.
      const guild = (await response.json()) as { roles: { id: string; permissions: string }[] };
      const roles = guild.roles.map((role) => ({
        ...role,
        permissions: role.id === local.guildId ? '0' : permissions.toString(),
      }));
      answers.set(guildPath, { ...guild, roles });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
