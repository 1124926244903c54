// The two shapes of what a turn comes to. Speech carries a discreet mark, so that nobody ever takes
// a rehearsal for a model's work.

export interface PlayedCall {
  name: string;
  args: Record<string, unknown>;
}

/** Text and tool calls of one answer; `json` where the answer itself is a command's arguments. */
export interface Played {
  text: string;
  calls: readonly PlayedCall[];
  json?: { command: string; args: Record<string, unknown> };
}

export function marked(text: string): string {
  return `${text.trim()} (rehearsal)`;
}

/** Speech without a command. */
export function speech(text: string): Played {
  return { text: marked(text), calls: [] };
}
