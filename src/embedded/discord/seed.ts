// The world of a first start: one guild without channels, its Director, a human specialist, a
// stranger and the bot with the least permissions it needs. Never run twice on one folder.
import { randomBytes } from 'node:crypto';
import type { Change, User } from './records.ts';
import { botPermissions, everyonePermissions } from './permissions.ts';
import type { Snowflakes } from './snowflake.ts';

export function seedChanges(snowflakes: Snowflakes, now: number): Change[] {
  const guildId = snowflakes.next();
  const botRoleId = snowflakes.next();
  const bot = createUser(snowflakes.next(), { username: 'A-TEAMs', bot: true });
  const director = createUser(snowflakes.next(), {
    username: 'director',
    displayName: 'Director',
  });
  const specialist = createUser(snowflakes.next(), {
    username: 'sam.specialist',
    displayName: 'Sam Specialist',
  });
  const stranger = createUser(snowflakes.next(), {
    username: 'stranger',
    displayName: 'Stranger',
  });
  const users = [bot, director, specialist, stranger];
  return [
    {
      put: 'settings',
      value: {
        guildId,
        guildName: 'Agency (local)',
        ownerId: director.id,
        botId: bot.id,
        specialistId: specialist.id,
        strangerId: stranger.id,
        linkSecret: randomBytes(32).toString('hex'),
      },
    },
    ...users.map((value): Change => ({ put: 'user', value })),
    {
      put: 'role',
      value: {
        id: guildId,
        name: '@everyone',
        permissions: everyonePermissions.toString(),
        position: 0,
        color: 0,
        botId: null,
      },
    },
    {
      put: 'role',
      value: {
        id: botRoleId,
        name: 'A-TEAMs',
        permissions: botPermissions.toString(),
        position: 1,
        color: 0,
        botId: bot.id,
      },
    },
    ...users.map(({ id, bot: isBot }): Change => ({
      put: 'member',
      value: { id, roles: isBot ? [botRoleId] : [], joinedAt: now },
    })),
  ];
}

function createUser(
  id: string,
  { username, displayName, bot }: { username: string; displayName?: string; bot?: boolean },
): User {
  // The first part is the id, as in Discord's own tokens; the rest is the secret.
  const parts = [Buffer.from(id), randomBytes(4), randomBytes(28)];
  const token = parts.map((part) => part.toString('base64url')).join('.');
  return { id, username, displayName: displayName ?? null, bot: bot ?? false, token };
}
