// What rendering makes: Discord's REST payloads as plain data, so that they can be tested, compared
// and read without a client. Only what we use is declared.
import type { FileRef } from '../../domain/file.ts';

export interface EmbedField {
  name: string;
  value: string;
  inline: boolean;
}

export interface Embed {
  title?: string;
  description?: string;
  color: number;
  author?: { name: string };
  fields?: EmbedField[];
}

/** Discord's numbers: 1 filled blue, 2 grey, 3 green, 4 red. */
export const buttonStyle = { primary: 1, secondary: 2, success: 3, danger: 4 } as const;

export interface Button {
  type: 2;
  style: 1 | 2 | 3 | 4;
  label: string;
  /** A command line, or `modal ` and a command line that lacks one argument. */
  custom_id: string;
}

export interface ActionRow {
  type: 1;
  components: Button[];
}

/** A file whose content comes with the message instead of from the store. */
export interface InlineFile {
  name: string;
  text: string;
}

/** One Discord message. */
export interface Rendered {
  content: string;
  embeds: Embed[];
  components: ActionRow[];
  files: FileRef[];
  texts: InlineFile[];
}
