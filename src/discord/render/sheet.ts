// What a post wants to show, in cards and of any length; layout.ts fits it into messages. Bodies
// are rendered to sheets so that none of them has to know a limit of Discord.
import type { Agent } from '../../domain/agent.ts';
import type { FileRef } from '../../domain/file.ts';
import { discordLimits } from '../discord-limits.ts';
import { bytes } from './amounts.ts';
import type { ActionRow } from './rendered.ts';

/** A short value beside its name; several stand in one line where there is room. */
export interface Fact {
  name: string;
  value: string;
}

export interface Card {
  title: string;
  text: string;
  facts: Fact[];
  /** The speaker's colour when null. */
  colour: number | null;
}

export interface Sheet {
  /** Stands after the prefix, outside any card: what a phone's notification shows. */
  headline: string;
  cards: Card[];
  rows: ActionRow[];
  files: FileRef[];
}

export type Speaker = Pick<Agent, 'id' | 'name' | 'title'>;

export function sheet(parts: Partial<Sheet>): Sheet {
  return { headline: '', cards: [], rows: [], files: [], ...parts };
}

export function card(parts: Partial<Card>): Card {
  return { title: '', text: '', facts: [], colour: null, ...parts };
}

/** Paragraphs with an empty line between them; blank ones are left out. */
export function paragraphs(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A bold heading above a text; nothing at all when the text is blank. */
export function section(heading: string, text: string): string {
  return text.trim() === '' ? '' : `**${heading}**\n${text.trim()}`;
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `• ${item}`).join('\n');
}

/**
 * What Discord takes as an upload; a larger file stays in the data folder, and its line says so.
 */
export function fitsUpload(file: FileRef): boolean {
  return file.bytes <= discordLimits.fileBytes;
}

export function fileList(files: readonly FileRef[]): string {
  return files.map(fileLine).join('\n');
}

function fileLine(file: FileRef): string {
  const line = `📄 ${file.name} · ${bytes(file.bytes)}`;
  return fitsUpload(file) ? line : `${line} · too large for Discord: take it from the data folder`;
}
