// Vectors without a model: every word, pair of words and triple of letters adds to one place of the
// vector, up or down by its hash. They keep Chroma's index whole when there is no embedding model;
// measured, they add nothing to BM25, so they rank nothing.
import { createHash } from 'node:crypto';
import type { Embedder } from '../domain/memory.ts';
import { wordsOf } from './read-text.ts';

const dimension = 256;

export const hashingEmbedder: Embedder = {
  id: `hashing-${dimension}`,
  ranks: false,
  embed: (texts) => Promise.resolve(texts.map(vectorOf)),
};

/** Of length 1, also for a text without words. */
export function vectorOf(text: string): number[] {
  const words = wordsOf(text);
  const vector = new Float64Array(dimension);
  const add = (feature: string, weight: number) => {
    const hash = hashOf(feature);
    const place = (hash >>> 1) % dimension;
    vector[place] = (vector[place] ?? 0) + (hash % 2 === 0 ? weight : -weight);
  };
  words.forEach((word, at) => {
    add(word, 1);
    if (at > 0) add(`${words[at - 1] ?? ''} ${word}`, 0.5);
    for (let from = 0; from + 3 <= word.length; from += 1) {
      add(`#${word.slice(from, from + 3)}`, 0.25);
    }
  });
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return Array.from(vector, (value) => (length === 0 ? value : value / length));
}

function hashOf(feature: string): number {
  return createHash('md5').update(feature).digest().readUInt32LE(0);
}
