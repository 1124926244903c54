// The same chunk of the same post always carries the same nonce, so Discord makes one message of
// any number of attempts. Nonces count per author, not per channel, hence the post's id inside.
import { createHash } from 'node:crypto';
import { discordLimits } from './discord-limits.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** @param chunk which message of the post, or what it stands for when posted anew */
export function nonceOf(postId: string, chunk: number | string): string {
  const digest = createHash('sha256').update(`${postId}.${chunk}`).digest();
  return base32(digest).slice(0, discordLimits.nonceChars);
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet.charAt((pending << (5 - bits)) & 31);
}
