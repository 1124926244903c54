// Questions and answers in a terminal, or from a script that pipes the answers in: lines are kept
// until they are asked for, so nothing that came early is lost. A secret is not shown while it is
// typed. Whoever breaks off ends the program at once: until the last moment nothing is written.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Readable } from 'node:stream';
import { AppError } from '../lib/errors.ts';

export interface Terminal {
  say(text: string): void;
  /** @throws AppError `answers-ended` when there is no more input */
  ask(question: string): Promise<string>;
  askHidden(question: string): Promise<string>;
  close(): void;
}

interface TerminalOptions {
  input: Readable & { isTTY?: boolean };
  output: Writable;
  /** Ctrl-C, at any time. */
  onBreak: () => void;
}

export function createTerminal({ input, output, onBreak }: TerminalOptions): Terminal {
  const isTty = input.isTTY === true;
  const state = { isHidden: false, isClosed: false };
  // The library repeats what is typed on its output; this is where that can be held back.
  const screen = new Writable({
    write(chunk, _encoding, done) {
      if (!state.isHidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: screen, terminal: isTty, historySize: 0 });
  lines.once('close', () => {
    state.isClosed = true;
  });
  lines.on('SIGINT', () => {
    lines.close();
    onBreak();
  });
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (question: string, isHidden: boolean): Promise<string> => {
    // Piped input may be at its end while lines of it still wait to be asked for.
    if (state.isClosed) output.write(question);
    else {
      lines.setPrompt(question);
      lines.prompt();
    }
    state.isHidden = isHidden;
    const answer = await answers.next();
    state.isHidden = false;
    // Enter was not repeated, or there was none.
    if (isHidden || !isTty) output.write('\n');
    if (answer.done === true) {
      throw new AppError('The answers ended before the questions did.', {
        code: 'answers-ended',
        retry: 'never',
      });
    }
    return answer.value.trim();
  };
  return {
    say: (text) => output.write(`${text}\n`),
    ask: (question) => ask(question, false),
    askHidden: (question) => ask(question, true),
    close: () => lines.close(),
  };
}
