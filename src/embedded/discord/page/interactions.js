// Uses of commands, components and modals: sent with a nonce, settled by the gateway event that
// carries it. Discord's own client does the same.
import { Refused } from './connection.js';

/** A little longer than the three seconds that a bot has. */
const patienceMs = 4_500;

export function createInteractions(rest, guildId) {
  const waiting = new Map();
  let count = 0;

  const send = async (form, files) => {
    count += 1;
    const nonce = `${Date.now()}${count}`;
    const settled = new Promise((resolve) => {
      waiting.set(nonce, resolve);
      setTimeout(() => resolve({ isDone: false }), patienceMs);
    });
    try {
      await rest('POST', '/interactions', { body: { ...form, guild_id: guildId(), nonce }, files });
      return await settled;
    } finally {
      waiting.delete(nonce);
    }
  };

  return {
    /** @returns whether the bot answered. */
    async interact(form) {
      try {
        return (await send(form)).isDone;
      } catch (error) {
        if (error instanceof Refused) return false;
        throw error;
      }
    },
    /** @returns a text for the person when it did not work. */
    async invoke(channelId, data, files) {
      try {
        const { isDone } = await send({ type: 2, channel_id: channelId, data }, files);
        return isDone ? undefined : 'The application did not respond';
      } catch (error) {
        if (error instanceof Refused) return `Refused: ${error.message} (${error.code})`;
        throw error;
      }
    },
    async complete(channelId, data) {
      try {
        return (await send({ type: 4, channel_id: channelId, data })).choices ?? [];
      } catch (error) {
        if (error instanceof Refused) return [];
        throw error;
      }
    },
    /** Takes the gateway's word on an interaction. */
    settle(name, { nonce, choices }) {
      waiting.get(nonce)?.({ isDone: name !== 'INTERACTION_FAILURE', choices });
    },
  };
}
