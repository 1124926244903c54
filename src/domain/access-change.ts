// Something in the server has changed by which what was closed to us may be open now.
export type AccessChange =
  /** Our rights everywhere. */
  | { about: 'everything' }
  /** There is room for another channel or thread. */
  | { about: 'room' }
  /** A channel or thread, or another one that people have marked as a place's own. */
  | { about: 'place'; channelId: string; key: string | null }
  /** A category, which has no room for a mark. */
  | { about: 'category'; name: string };
