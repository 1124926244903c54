import { describe, expect, test } from 'vitest';
import { createReactionIntake, reactionOf } from '../../src/discord/reactions.ts';
import type { Dispatch } from '../../src/discord/reactions.ts';
import type { HumanReaction } from '../../src/domain/human-input.ts';
import { StoreError } from '../../src/lib/errors.ts';
import { silentLog } from '../../src/lib/log.ts';

const self = { guildId: '100000000000000001', sessionId: 's1' };

/** As Discord sends it; only an addition names the member. */
function dispatch(parts: Record<string, unknown> = {}, name = 'MESSAGE_REACTION_ADD'): Dispatch {
  const user = { id: '100000000000000004', username: 'maria', global_name: 'Maria' };
  const added = { member: { user, nick: null, roles: [] }, message_author_id: '1' };
  return {
    t: name,
    s: 7,
    d: {
      user_id: user.id,
      channel_id: '100000000000000003',
      message_id: '100000000000000010',
      guild_id: self.guildId,
      emoji: { id: null, name: '👍' },
      burst: false,
      type: 0,
      ...(name === 'MESSAGE_REACTION_ADD' ? added : {}),
      ...parts,
    },
  };
}

const heard = {
  id: 'discord.reaction.s1.7',
  channelId: '100000000000000003',
  messageId: '100000000000000010',
  userId: '100000000000000004',
  userName: 'Maria',
  emoji: '👍',
  isTakenBack: false,
};

describe('a reaction', () => {
  test('is heard with who, where and which, and known again by its dispatch', () => {
    expect(reactionOf(dispatch(), self)).toEqual(heard);
    const removed = dispatch({}, 'MESSAGE_REACTION_REMOVE');
    expect(reactionOf(removed, self)).toEqual({ ...heard, userName: null, isTakenBack: true });
  });

  const unheard: { what: string; sent: Dispatch }[] = [
    { what: 'of another server', sent: dispatch({ guild_id: '100000000000000099' }) },
    { what: 'in a direct message', sent: dispatch({ guild_id: undefined }) },
    { what: 'with an emoji of a server', sent: dispatch({ emoji: { id: '9', name: '👍' } }) },
    { what: 'of a bot', sent: dispatch({ member: { user: { username: 'b', bot: true } } }) },
    { what: 'that is no reaction', sent: { t: 'MESSAGE_CREATE', s: 1, d: {} } },
    { what: 'that is no dispatch', sent: { t: null, s: null, d: null } },
    { what: 'without a message', sent: dispatch({ message_id: null }) },
  ];
  test.each(unheard)('$what is nothing', ({ sent }) => {
    expect(reactionOf(sent, self)).toBeNull();
  });
});

/** A door that fails so often before it takes anything. */
function doorFailing(times: number, retry: 'later' | 'never' = 'later') {
  const taken: HumanReaction[] = [];
  let failures = 0;
  const onReaction = (reaction: HumanReaction): Promise<void> => {
    failures += 1;
    const error = new StoreError('restarting', { code: 'store-away', retry });
    if (failures <= times) return Promise.reject(error);
    taken.push(reaction);
    return Promise.resolve();
  };
  const deps = { guildId: self.guildId, log: silentLog, pausesMs: [0, 0] };
  return { taken, take: createReactionIntake({ ...deps, input: { onReaction } }) };
}

const ready: Dispatch = { t: 'READY', s: 1, d: { session_id: 'abc' } };

describe('reactions on their way to the door', () => {
  test('keep their order on a message, even when the door stumbles', async () => {
    const { taken, take } = doorFailing(1);
    await take(ready);
    const added = dispatch();
    const removed = { ...dispatch({}, 'MESSAGE_REACTION_REMOVE'), s: 8 };
    await Promise.all([take(added), take(removed)]);
    expect(taken.map(({ id, isTakenBack }) => [id, isTakenBack])).toEqual([
      ['discord.reaction.abc.7', false],
      ['discord.reaction.abc.8', true],
    ]);
  });

  test('are given up when the door never takes them, and the next one is heard', async () => {
    const { taken, take } = doorFailing(3);
    await take(dispatch());
    await take({ ...dispatch(), s: 9 });
    expect(taken).toHaveLength(1);
  });

  test('are not offered again when that would help nothing', async () => {
    const { taken, take } = doorFailing(1, 'never');
    await take(dispatch());
    expect(taken).toEqual([]);
  });
});
