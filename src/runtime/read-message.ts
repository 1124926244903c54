// What somebody wrote, with what they attached: text files are part of the text, because Discord's
// own clients attach what is too long. Nothing is left out in silence: what is not read is named,
// with why, to the person and to the model alike.
import type { FileRef } from '../domain/file.ts';
import { FileName } from '../domain/file.ts';
import type { HumanAttachment, HumanMessage } from '../domain/human-input.ts';
import { limits } from '../domain/limits.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { storableText } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import { saveFile } from '../store/files.ts';
import type { Store } from '../store/open-store.ts';

export interface ReadMessage {
  id: string;
  text: string;
  files: FileRef[];
  /** A line for each attachment that was not read. */
  notRead: string[];
  /** Why nothing of it can be acted on; null when it can. */
  refusal: string | null;
}

interface ReadDeps {
  store: Store;
  log: Log;
  download: (url: string, bytesMax: number) => Promise<Uint8Array>;
}

const attachmentsMax = 10;
const textKinds = '.txt, .md, .csv or .json';

export async function readMessage(deps: ReadDeps, message: HumanMessage): Promise<ReadMessage> {
  const said = storableText(message.text).trim();
  const texts = [said];
  const files: FileRef[] = [];
  const notRead: string[] = [];
  for (const [index, attachment] of message.attachments.slice(0, attachmentsMax).entries()) {
    const read = await readAttachment(deps, attachment);
    if (read.content !== null) {
      const name = safeName(attachment.name, index);
      files.push(await saveFile(deps.store.db, name, read.content));
    }
    if (read.why === null) texts.push(read.text);
    else notRead.push(`${attachment.name.slice(0, 100)}: ${read.why}`);
  }
  const heard = texts.filter((part) => part !== '').join('\n\n');
  const id = `discord.message.${message.messageId}`;
  const refusal = refusalOf(heard, notRead);
  // What is not there for the model is named to it, or it would wonder.
  const notes = notRead.map((line) => `[Attachment not read: ${line}]`);
  const text = [heard, ...notes].filter((part) => part !== '').join('\n\n');
  return { id, files, notRead, refusal, text: text.slice(0, limits.objectiveCharsMax) };
}

function refusalOf(heard: string, notRead: readonly string[]): string | null {
  if (heard === '') {
    const how = `Write what you want in words, or attach it as a text file (${textKinds}).`;
    return ['I found no text in that message.', ...notRead, how].join('\n');
  }
  const { objectiveCharsMax } = limits;
  if (heard.length <= objectiveCharsMax) return null;
  return (
    `That has ${count(heard.length)} characters, and I can take ${count(objectiveCharsMax)} at a ` +
    'time. Nothing has happened: please shorten it, or say it in several messages.'
  );
}

interface ReadAttachment {
  /** null when it was not fetched. */
  content: Uint8Array | null;
  text: string;
  /** Why its text is not part of the message; null when it is. */
  why: string | null;
}

async function readAttachment(
  deps: ReadDeps,
  attachment: HumanAttachment,
): Promise<ReadAttachment> {
  const { bytes, url } = attachment;
  const { fileBytesMax } = limits;
  if (bytes > fileBytesMax) {
    const most = megabytes(fileBytesMax);
    const why = `it has ${megabytes(bytes)} MB, and I take files up to ${most} MB`;
    return { content: null, text: '', why };
  }
  try {
    const content = await deps.download(url, fileBytesMax);
    if (!isTextual(attachment)) {
      return { content, text: '', why: `I read text files only (${textKinds})` };
    }
    if (content.includes(0)) return { content, text: '', why: 'what is in it is no text' };
    const text = storableText(new TextDecoder().decode(content)).trim();
    return { content, text, why: text === '' ? 'it is empty' : null };
  } catch (error) {
    if (!(error instanceof AppError) || error.retry !== 'never') throw error;
    deps.log.warn({ reason: messageOf(error) }, 'an attachment was not read');
    return { content: null, text: '', why: 'Discord does not give it to me' };
  }
}

function isTextual({ name, contentType }: HumanAttachment): boolean {
  return (
    /^(text\/|application\/json)/.test(contentType ?? '') || /\.(txt|md|csv|json)$/i.test(name)
  );
}

function safeName(name: string, index: number): string {
  return FileName.safeParse(name).success ? name : `attachment-${index + 1}.bin`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1).replace(/\.0$/, '');
}

function count(characters: number): string {
  return characters.toLocaleString('en-US');
}
