// What the agency remembers, for a person who asks: each item with who said it, when, how far it is
// trusted and where to read on. People judge themselves, so nothing is left out for being unlikely
// or from outside; whose scopes they may see is decided here, by their standing.
import type { Query } from '../domain/action.ts';
import type { Human } from '../domain/actor.ts';
import type { Agency } from '../domain/agency.ts';
import { proofText } from '../domain/decide/forgetting.ts';
import type { Receipt } from '../domain/decision.ts';
import { MemoryKind, lastingKinds } from '../domain/memory.ts';
import type { Remembered, Trust } from '../domain/memory.ts';
import { clip } from '../domain/prose.ts';
import type { Store } from '../store/open-store.ts';
import { channelsOfPlaces } from '../store/places.ts';
import { readAgency } from '../store/record.ts';

/** What people need of memory; `src/memory` has it. */
export interface MemoryLook {
  recall(query: {
    text: string;
    scopes: readonly string[];
    kinds: readonly MemoryKind[];
    trustMax: Trust;
    withSuperseded: boolean;
    itemsMax: number;
    tokensMax: number;
    coverageMin: number;
  }): Promise<{ items: readonly Remembered[]; degraded: string | null }>;
  show(scopes: readonly string[], ids: readonly string[]): Promise<Remembered[]>;
}

export interface MemoryAnswerDeps {
  store: Store;
  memory: MemoryLook;
}

type SearchQuery = Extract<Query, { type: 'search-memory' }>;

const itemsMax = 8;
const tokensMax = 2_500;
const shownCharsMax = 400;

export async function searchMemory(
  { store, memory }: MemoryAnswerDeps,
  query: SearchQuery,
  by: Human,
): Promise<Receipt> {
  if (query.text.trim() === '') {
    return { ok: false, reason: 'Say what to look for: `/memory search what did we say of X`.' };
  }
  const agency = await readAgency(store.db);
  const scopes = scopesOf(agency, by).filter(
    (scope) => query.project === null || scope === query.project,
  );
  const kinds = { messages: ['message'], lasting: lastingKinds, all: MemoryKind.options } as const;
  const { items, degraded } = await memory.recall({
    text: query.text,
    scopes,
    kinds: kinds[query.in],
    trustMax: 'T4',
    withSuperseded: true,
    itemsMax,
    tokensMax,
    // A person sees at a glance what does not fit.
    coverageMin: 0,
  });
  const note = degraded === null ? '' : `\n⚠️ Memory is degraded: ${clip(degraded, 200)}`;
  if (items.length === 0) {
    const more = query.in === 'lasting' ? ' `in:messages` looks at what was said in Discord.' : '';
    return { ok: true, text: `I find nothing about that.${more}${note}` };
  }
  const lines = await shownItems({ store, agency }, items, shownCharsMax);
  const text = [`What I find about that, the likeliest first:`, ...lines].join('\n');
  return { ok: true, text: `${text}${note}` };
}

export async function showMemory(
  { store, memory }: MemoryAnswerDeps,
  id: string,
  by: Human,
): Promise<Receipt> {
  const agency = await readAgency(store.db);
  const erasure = agency.erasures.find((one) => one.id === id);
  if (erasure !== undefined) {
    const { state, proof } = erasure;
    const text = proof === null ? `${id} is ${state}.` : proofText(proof, agency.guildId);
    return { ok: true, text: `**${id}**, asked for by ${erasure.by}\n${text}` };
  }
  const wanted = [id, `message.${id.split('/').at(-1) ?? id}`];
  const [item] = await memory.show(scopesOf(agency, by), wanted);
  if (item === undefined) {
    return { ok: false, reason: `I remember nothing as \`${clip(id, 100)}\`, or no longer.` };
  }
  const lines = await shownItems({ store, agency }, [item], Number.POSITIVE_INFINITY);
  return { ok: true, text: lines.join('\n') };
}

/** The Director sees everything; human specialists are assigned in a later version. */
function scopesOf(agency: Agency, by: Human): string[] {
  if (by.standing !== 'director') return [];
  return ['agency', ...agency.projects.map(({ id }) => id)];
}

interface Showing {
  store: Store;
  agency: Agency;
}

async function shownItems(
  { store, agency }: Showing,
  items: readonly Remembered[],
  charsMax: number,
): Promise<string[]> {
  const places = items.flatMap(({ place }) => (place === null ? [] : [place]));
  const channels = await channelsOfPlaces(store.db, places);
  return items.map((item, at) => {
    const { text, kind, trust, source, place, superseded } = item;
    const cut = text.length > charsMax ? `${clip(text, charsMax)} …` : text;
    const channelId = place === null ? undefined : channels.get(place);
    const { messageId, turnId } = source;
    const facts = [
      `${item.speaker ?? 'the agency'} (${trustWords[trust]})`,
      `<t:${Math.floor(item.at / 1000)}:f>`,
      kind === 'message' ? 'said in Discord' : kind,
      item.scope,
      superseded === null ? null : supersededWords[superseded.as],
      turnId,
      messageId !== null && channelId !== undefined && agency.guildId !== null
        ? `https://discord.com/channels/${agency.guildId}/${channelId}/${messageId}`
        : null,
      `\`${item.id}\``,
    ];
    const about = facts.filter((fact) => fact !== null).join(' · ');
    return `**${at + 1}.** ${cut.replaceAll('\n', '\n> ')}\n-# ${about}`;
  });
}

const trustWords: Readonly<Record<Trust, string>> = {
  T0: 'the program',
  T1: 'the Director',
  T2: 'a human specialist',
  T3: 'an LLM',
  T4: 'from outside',
};

const supersededWords = {
  merged: 'said again since',
  replaced: 'replaced since',
} as const;
