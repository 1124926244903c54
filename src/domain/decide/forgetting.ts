// Forgetting, as people ask for it: what it would erase is shown first, a button says yes, and what
// was erased is proven at the end. Its surprise: the words that are asked for are part of what is
// erased, so the record tells that something was forgotten, and never what.
import type { ActionOf } from '../action.ts';
import type { EventOf } from '../event.ts';
import { formatCommandLine } from '../command-language.ts';
import { isEmpty, selectionOf } from '../forgetting.ts';
import type { Erasure, ErasureProof, ErasureTarget, Findings } from '../forgetting.ts';
import { Snowflake } from '../ids.ts';
import { weaknessOf } from '../passage.ts';
import { agencyPlaces } from '../place.ts';
import { clip } from '../prose.ts';
import { record, say } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';

type Acting = EventOf<'action-taken'>;

export function forget(draft: AgencyDraft, action: ActionOf<'forget'>, event: Acting): void {
  if (event.by.kind !== 'human' || event.by.standing !== 'director') {
    return refuse(draft, 'Only the Director has something forgotten.');
  }
  if (action.erasure !== null) return answer(draft, action, action.erasure);
  const { target, isConfirmed, found } = action;
  if (selectionOf(target) === null) {
    return refuse(
      draft,
      'Say what to forget: `words:"…"`, `id:` of a memory, `message:`, `project:` or `source:`.',
    );
  }
  const weakness = target.words === null ? null : weaknessOf(target.words);
  if (weakness !== null) return refuse(draft, weakness);
  if (isConfirmed !== true && (found === null || isEmpty(found))) {
    return acknowledge(draft, 'I find nothing of that anywhere, so nothing was changed.');
  }
  const id = `E${draft.agency.erasureCount + 1}`;
  const { name: by } = event.by;
  record(draft, {
    type: 'forgetting-asked',
    id,
    target,
    by,
    asking: askingOf(event),
    at: event.at,
  });
  if (isConfirmed === true) return begin(draft, id);
  if (found === null) return;
  draft.out.receipt = { ok: true, text: preview(id, target, found), buttons: buttonsFor(id) };
}

function askingOf({ id, place }: Acting): Erasure['asking'] {
  const messageId = /^discord\.message\.(\d+)$/.exec(id)?.[1];
  if (place === null || !Snowflake.safeParse(messageId).success) return null;
  return { place, messageId: messageId ?? '' };
}

/** The Director has seen what would go, and says yes or no. */
function answer(draft: AgencyDraft, { isConfirmed }: ActionOf<'forget'>, id: string): void {
  const erasure = draft.agency.erasures.find((one) => one.id === id);
  if (erasure === undefined) return refuse(draft, `Nobody asked for ${id}, or long ago.`);
  if (erasure.state === 'dropped') return refuse(draft, `${id} was called off. Ask once more.`);
  if (erasure.state !== 'asked') {
    const how = erasure.state === 'done' ? 'is done' : 'is under way';
    return acknowledge(draft, `${id} ${how}. \`/memory show id:${id}\` shows its proof.`);
  }
  if (isConfirmed === null) {
    return refuse(draft, `Say \`confirm:true\` or \`confirm:false\` with ${id}.`);
  }
  if (isConfirmed) return begin(draft, id);
  record(draft, { type: 'forgetting-dropped', id });
  acknowledge(draft, `${id} is called off. Nothing was changed.`);
}

function begin(draft: AgencyDraft, id: string): void {
  record(draft, { type: 'forgetting-begun', id });
  const erasure = draft.agency.erasures.find((one) => one.id === id);
  if (erasure === undefined) return;
  const { target, asking } = erasure;
  draft.out.erasures.push({ id: `forget.${id}`, erasure: id, target, asking });
  acknowledge(draft, `${id} has begun. The proof of what was erased comes in #director.`);
}

function buttonsFor(id: string) {
  const line = (isConfirmed: boolean) =>
    formatCommandLine('memory', { do: 'forget', id, confirm: isConfirmed });
  return [
    { label: 'Forget it', style: 'danger' as const, line: line(true) },
    { label: 'Keep it', style: 'secondary' as const, line: line(false) },
  ];
}

const idsShownMax = 10;

function preview(id: string, target: ErasureTarget, found: Findings): string {
  const { memories, messagesOfPeople, messagesOfOurs, files, rows, tables } = found;
  const ids = memories.slice(0, idsShownMax).map((one) => `\`${one}\``);
  const more = memories.length - ids.length;
  const which = ids.length === 0 ? '' : `: ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const how =
    target.words === null
      ? 'These memories go whole, and their words wherever else they stand.'
      : 'Those words go wherever they stand; what stands around them stays.';
  return [
    `**${id}: this would be forgotten for ever**`,
    `• ${count(memories.length, 'memory', 'memories')}${which}`,
    `• ${count(messagesOfPeople, 'message')} of people: deleted in Discord where I may`,
    `• ${count(messagesOfOurs, 'message')} of ours: changed in Discord`,
    `• ${count(files, 'file')}, bundles among them: written anew`,
    `• ${count(rows, 'row')} of ${count(tables, 'table')} in the database`,
    `${how} The record keeps that something was forgotten, and never what.`,
  ].join('\n');
}

function count(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`;
}

/** Everything is erased, and looked through once more. */
export function proveForgotten(draft: AgencyDraft, event: EventOf<'forgetting-finished'>): void {
  const { erasure: id, proof } = event;
  record(draft, { type: 'memory-forgotten', id, proof, at: event.at });
  const remains = proof.messages.filter(({ outcome }) => outcome === 'remains');
  say(draft, agencyPlaces.director, {
    type: 'notice',
    tone: remains.length + proof.kept.length === 0 ? 'good' : 'warning',
    title: remains.length === 0 ? `${id} is forgotten` : `${id} is forgotten but in Discord`,
    text: clip(proofText(proof, draft.agency.guildId), 3000),
  });
}

const linksShownMax = 12;

/** Where it was, what became of it, and what is left. */
export function proofText(proof: ErasureProof, guildId: string | null): string {
  const links = (outcome: string) => {
    const all = proof.messages.filter((one) => one.outcome === outcome);
    const shown = all.slice(0, linksShownMax).map((one) => linkTo(guildId, one));
    const more = all.length - shown.length;
    return { many: all.length, text: `${shown.join(' ')}${more > 0 ? ` and ${more} more` : ''}` };
  };
  const [changed, deleted, gone, remains] = ['changed', 'deleted', 'gone', 'remains'].map(links);
  const lines = [
    some(remains, 'messages remain: I may not delete what others wrote. Please delete them'),
    part(
      'kept, as the record would break without it',
      proof.kept.map(({ table, column, count: many }) => `${table}.${column} ${many}`),
    ),
    part(
      'memories',
      proof.memories.map(({ id }) => `\`${id}\``),
    ),
    part(
      'columns of tables, with the rows that held it',
      proof.rows.map(({ table, column, count: many }) => `${table}.${column} ${many}`),
    ),
    some(changed, 'of our messages were changed'),
    some(deleted, 'messages were deleted'),
    some(gone, 'messages were gone already'),
    part(
      'channels and threads',
      proof.places.map((one) => `${one.place} ${one.outcome}`),
    ),
    part(
      'files in the database',
      proof.files.map((hash) => hash.slice(0, 12)),
    ),
    part('files on disk', proof.paths),
    indexWords[proof.index],
    proof.database === 'rewritten'
      ? 'The tables were written anew; the write-ahead log goes with time.'
      : 'The database overwrites what it freed with time: see docs/secure.md.',
    `Looked through ${proof.passes} times; the last time nothing was found.`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

const indexWords: Readonly<Record<ErasureProof['index'], string>> = {
  erased: 'Its vectors are gone from Chroma.',
  later: 'Its vectors go from Chroma as soon as that answers.',
  none: '',
};

const itemsShownMax = 20;

function part(what: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const more = items.length - itemsShownMax;
  const shown = items.slice(0, itemsShownMax).join(', ');
  return `**${items.length} ${what}:** ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function some(links: { many: number; text: string } | undefined, what: string): string {
  return links === undefined || links.many === 0 ? '' : `**${links.many} ${what}:** ${links.text}`;
}

function linkTo(guildId: string | null, shown: ErasureProof['messages'][number]): string {
  const { place, channelId, messageId } = shown;
  if (guildId === null || channelId === null) return `\`${place ?? ''} ${messageId}\``;
  return `https://discord.com/channels/${guildId}/${channelId}/${messageId}`;
}

function refuse(draft: AgencyDraft, reason: string): void {
  draft.out.receipt = { ok: false, reason };
}

function acknowledge(draft: AgencyDraft, text: string): void {
  draft.out.receipt = { ok: true, text };
}
