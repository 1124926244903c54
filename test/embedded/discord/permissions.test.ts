import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  channelPermissions,
  everyPermission,
  guildPermissions,
  has,
  permission,
  sumOf,
} from '../../../src/embedded/discord/permissions.ts';
import type { PermissionName, Standing } from '../../../src/embedded/discord/permissions.ts';
import type { Overwrite } from '../../../src/embedded/discord/records.ts';

const guildId = '1';
const ownerId = '2';
const memberId = '3';
const roleId = '4';

function standing(given: {
  everyone: PermissionName[];
  role?: PermissionName[];
  userId?: string;
}): Standing {
  const role = (id: string, names: PermissionName[]) => ({
    id,
    name: id,
    permissions: sumOf(names).toString(),
    position: 0,
    color: 0,
    botId: null,
  });
  return {
    guildId,
    ownerId,
    roles: new Map([
      [guildId, role(guildId, given.everyone)],
      [roleId, role(roleId, given.role ?? [])],
    ]),
    member: { id: given.userId ?? memberId, roles: given.role ? [roleId] : [], joinedAt: 0 },
  };
}

function overwrite(
  id: string,
  { allow = [], deny = [] }: { allow?: PermissionName[]; deny?: PermissionName[] },
): Overwrite {
  const type = id === memberId ? 1 : 0;
  return { id, type, allow: sumOf(allow).toString(), deny: sumOf(deny).toString() };
}

describe('permissions', () => {
  const reader = standing({ everyone: ['VIEW_CHANNEL', 'SEND_MESSAGES'], role: ['ADD_REACTIONS'] });

  const cases: [string, Overwrite[], PermissionName[], PermissionName[]][] = [
    ['roles add up', [], ['VIEW_CHANNEL', 'SEND_MESSAGES', 'ADD_REACTIONS'], ['MANAGE_ROLES']],
    [
      'what everyone loses a role gives back',
      [
        overwrite(guildId, { deny: ['VIEW_CHANNEL'] }),
        overwrite(roleId, { allow: ['VIEW_CHANNEL'] }),
      ],
      ['VIEW_CHANNEL', 'SEND_MESSAGES'],
      [],
    ],
    [
      "a member's own overwrite wins over that of a role",
      [
        overwrite(roleId, { allow: ['ATTACH_FILES'] }),
        overwrite(memberId, { deny: ['ATTACH_FILES'] }),
      ],
      ['VIEW_CHANNEL'],
      ['ATTACH_FILES'],
    ],
    [
      'a hidden channel leaves nothing',
      [overwrite(guildId, { deny: ['VIEW_CHANNEL'] })],
      [],
      ['VIEW_CHANNEL', 'SEND_MESSAGES', 'ADD_REACTIONS'],
    ],
    [
      'who may not write may not attach either',
      [overwrite(guildId, { deny: ['SEND_MESSAGES'], allow: ['ATTACH_FILES'] })],
      ['VIEW_CHANNEL'],
      ['SEND_MESSAGES', 'ATTACH_FILES'],
    ],
  ];
  test.each(cases)('%s', (_sentence, overwrites, granted, refused) => {
    const result = channelPermissions(reader, overwrites);
    expect(granted.filter((name) => !has(result, name))).toEqual([]);
    expect(refused.filter((name) => has(result, name))).toEqual([]);
  });

  test('the owner and an administrator may do everything, whatever a channel says', () => {
    const hidden = [overwrite(guildId, { deny: ['VIEW_CHANNEL'] })];
    const owner = standing({ everyone: [], userId: ownerId });
    const administrator = standing({ everyone: [], role: ['ADMINISTRATOR'] });
    expect(channelPermissions(owner, hidden)).toBe(everyPermission);
    expect(channelPermissions(administrator, hidden)).toBe(everyPermission);
  });

  test('a channel without overwrites gives what the guild gives', () => {
    const names = fc.subarray(Object.keys(permission) as PermissionName[]); // the object's own keys
    fc.assert(
      fc.property(names, (role) => {
        const one = standing({ everyone: ['VIEW_CHANNEL', 'SEND_MESSAGES'], role });
        expect(channelPermissions(one, [])).toBe(guildPermissions(one));
      }),
    );
  });
});
