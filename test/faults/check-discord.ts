// What Discord shows against what the database says was said: every message of ours that people
// see is recorded for exactly one post, everything recorded is seen, in the order it was decided
// in, as it was decided; and every word of a person was heard.
import { renderPost } from '../../src/discord/render/render-post.ts';
import { Post } from '../../src/domain/post.ts';
import type { Person, SeenChannel, SeenMessage } from '../../src/embedded/discord/person.ts';
import { headlineOf } from '../../src/demo/seen-text.ts';
import { parseValue } from '../../src/lib/json.ts';
import type { Posted } from './discord-proxy.ts';
import type { Findings } from './findings.ts';
import type { Told } from './read-told.ts';

const textChannel = 0;
const publicThread = 11;
/** An ordinary message and a reply; Discord's own notes are of other kinds. */
const ordinary = [0, 19];

export interface Shown {
  channels: SeenChannel[];
  /** Everything anybody said, by id. */
  messages: Map<string, SeenMessage>;
}

/** Everything that the Director can see. */
export async function readShown(person: Person, guildId: string): Promise<Shown> {
  const channels = await person.channels(guildId);
  const messages = new Map<string, SeenMessage>();
  for (const { id, type } of channels) {
    if (type !== textChannel && type !== publicThread) continue;
    for (const message of await person.readAll(id)) {
      if (ordinary.includes(message.type)) messages.set(message.id, message);
    }
  }
  return { channels, messages };
}

interface Compared {
  shown: Shown;
  told: Told;
  posted: readonly Posted[];
}

export function checkDiscord(findings: Findings, compared: Compared): void {
  checkPosts(findings, compared);
  checkReplies(findings, compared);
  checkStrangers(findings, compared);
  checkOrder(findings, compared);
  checkHeard(findings, compared);
  checkChannels(findings, compared.shown.channels);
}

/** Every post that was decided is said, once and in full. */
function checkPosts(findings: Findings, { shown, told }: Compared): void {
  const edited = new Set(told.edited);
  for (const { id, payload, status } of told.said) {
    // Called off before it was said, or while it was.
    if (status === 'cancelled') continue;
    const messageIds = told.messageIds.get(id);
    if (messageIds === undefined) {
      findings.lost.push(`post ${id} was decided and never recorded as said`);
      continue;
    }
    const gone = messageIds.filter((one) => !shown.messages.has(one));
    for (const one of gone) findings.lost.push(`post ${id}: its message ${one} is not to be seen`);
    const post = parseValue(Post, payload);
    if (!post.ok || edited.has(id) || gone.length > 0) continue;
    const wanted = renderPost(post.value).map(wordsOf).join('\n');
    const seen = messageIds.map((one) => wordsOf(shown.messages.get(one))).join('\n');
    if (wanted === seen) continue;
    findings.lost.push(`post ${id} reads “${seen}” and not “${wanted}”`);
  }
}

interface Worded {
  content: string;
  embeds: { title?: string | null | undefined; description?: string | null | undefined }[];
}

/** What is said in words, without what Discord does to spaces. */
function wordsOf(message: Worded | undefined): string {
  if (message === undefined) return '';
  const cards = message.embeds.flatMap(({ title, description }) => [
    title ?? '',
    description ?? '',
  ]);
  return [message.content, ...cards].join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** Commands that were typed are answered; that they are answered once follows from the posts. */
function checkReplies(findings: Findings, { shown, told }: Compared): void {
  for (const { id, content, channel_id: channelId } of peoplesOf(shown)) {
    if (!content.startsWith('/') || !told.places.has(channelId)) continue;
    if (told.messageIds.has(`reply.${id}`)) continue;
    findings.lost.push(`no answer to “${content.slice(0, 40)}” (${id})`);
  }
}

/** Messages of ours that no post knows of, or that two do. */
function checkStrangers(findings: Findings, { shown, told, posted }: Compared): void {
  const owners = new Map<string, string[]>();
  for (const [post, ids] of told.messageIds) {
    for (const id of ids) owners.set(id, [...(owners.get(id) ?? []), post]);
  }
  const made = new Map<string, string[]>();
  for (const { nonce, messageId } of posted) {
    if (messageId !== null) made.set(messageId, [...(made.get(messageId) ?? []), nonce]);
  }
  for (const message of oursOf(shown)) {
    const of = owners.get(message.id) ?? [];
    if (of.length > 1) findings.duplicates.push(`message ${message.id} is of ${of.join(', ')}`);
    if (of.length > 0) continue;
    const nonces = [...new Set(made.get(message.id))].join(', ');
    findings.duplicates.push(
      `message ${message.id} (${nonces}) is of no post: ${headlineOf(message, 80)}`,
    );
  }
}

/**
 * What one project, or the agency, says in one place is said in the order it was decided in. A
 * pause puts what is held behind what is said meanwhile, unless it was already on its way.
 */
function checkOrder(findings: Findings, { told }: Compared): void {
  const lanes = Map.groupBy(told.said, ({ lane, aggregateId }) => `${lane} ${aggregateId ?? ''}`);
  for (const said of lanes.values()) {
    const shown = said
      .flatMap((row) => {
        const first = told.messageIds.get(row.id)?.[0];
        return first === undefined ? [] : [{ row, messageId: BigInt(first) }];
      })
      .sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
    for (const [at, { row }] of shown.entries()) {
      const next = shown[at + 1]?.row;
      if (next === undefined || row.seq < next.seq || row.firstSeq < next.firstSeq) continue;
      findings.disorder.push(`${row.id} stands before ${next.id} in ${row.lane}`);
    }
  }
}

/** Every message of a person in a place of ours was heard; what it asked for was decided. */
function checkHeard(findings: Findings, { shown, told }: Compared): void {
  for (const message of peoplesOf(shown)) {
    if (!told.places.has(message.channel_id)) continue;
    const about = `“${message.content.slice(0, 40)}” (${message.id})`;
    if (!told.heard.has(message.id)) findings.lost.push(`${about} was never heard`);
    const isQuery = /^\/(?:status|help)\b/.test(message.content);
    if (!isQuery && !told.inbox.has(`discord.message.${message.id}`)) {
      findings.lost.push(`${about} was never decided over`);
    }
  }
}

/** One channel for one place. */
function checkChannels(findings: Findings, channels: readonly SeenChannel[]): void {
  const seen = new Set<string>();
  for (const { type, name, parent_id: parent, topic } of channels) {
    const mark = /\[ag:[^\]]+\]/.exec(topic ?? '')?.[0];
    const key = mark ?? `${type} ${parent ?? ''} ${name}`;
    if (seen.has(key)) findings.duplicates.push(`#${name} (${key}) exists twice`);
    seen.add(key);
  }
}

export function oursOf({ messages }: Shown): SeenMessage[] {
  return [...messages.values()].filter(({ author }) => author.bot === true);
}

export function peoplesOf({ messages }: Shown): SeenMessage[] {
  return [...messages.values()].filter(({ author }) => author.bot !== true);
}
