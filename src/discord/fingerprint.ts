// What a message says, in a form that is the same before it is sent and in Discord's history, which
// does not give the nonce back. Discord trims, strips and renames; so of texts only letters and
// digits count, of file names the plain ones, beside their sizes.
//
// Two messages may well say the same. That the right one is recognised rests on three things
// besides: a lane sends in order, so whatever was said there before is recorded with its id;
// recorded messages are left out of the search; and the search begins with the first try.
import { prefixOf } from '../domain/agent.ts';
import type { Post } from '../domain/post.ts';
import type { Rendered } from './render/rendered.ts';

/** A message as far as it is compared; Discord's history has at least this. */
export interface Said {
  content: string;
  embeds: readonly SaidEmbed[];
  attachments: readonly { filename: string; size: number }[];
}

interface SaidEmbed {
  title?: string | null | undefined;
  description?: string | null | undefined;
  author?: { name?: string | null | undefined } | null | undefined;
  footer?: { text?: string | null | undefined } | null | undefined;
  fields?: readonly { name: string; value: string }[] | null | undefined;
}

export type Recognise = (said: Said) => boolean;

/** Recognises one message of a post. */
export function recogniser(post: Post, message: Rendered): Recognise {
  const opening = lastingOpeningOf(post);
  if (opening !== null && squeezed(message.content).startsWith(opening)) {
    return ({ content }) => squeezed(content).startsWith(opening);
  }
  const wanted = fingerprintOf(saidBy(message));
  return (said) => fingerprintOf(said) === wanted;
}

/**
 * How the living message of a project begins. Rendered anew for each try, it may say something else
 * by the next; there is one per project, and nothing else begins like it.
 */
function lastingOpeningOf({ speaker, body }: Post): string | null {
  return body.type === 'status' ? `${prefixOf(speaker)} ${body.view.projectId} · ` : null;
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

export function fingerprintOf({ content, embeds, attachments }: Said): string {
  const texts = embeds.flatMap(({ title, description, author, footer, fields }) => [
    author?.name,
    title,
    description,
    footer?.text,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ]);
  const files = attachments.map(({ filename, size }) => `${plainName(filename)}:${size}`);
  return JSON.stringify([[content, ...texts].map((text) => lettersOf(text ?? '')), files]);
}

function saidBy({ content, embeds, files, texts }: Rendered): Said {
  return {
    content,
    embeds,
    attachments: [
      ...files.map(({ name, bytes }) => ({ filename: name, size: bytes })),
      ...texts.map(({ name, text }) => ({ filename: name, size: Buffer.byteLength(text) })),
    ],
  };
}

function lettersOf(text: string): string {
  return text.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}
