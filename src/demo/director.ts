// Plays the Director over the local Discord's wire: states the objective, answers questions, picks
// an approach, approves the plan, and decides what is put to them. It knows only what a person
// sees.
import { delay } from '../lib/clock.ts';
import type { Person, SeenChannel, SeenMessage } from '../embedded/discord/person.ts';
import { buttonsOf } from './seen-text.ts';
import type { Seen } from './watch.ts';

export interface DirectorScript {
  objective: string;
  approach: number;
  decisionDelayMs: number;
}

export interface ScriptedDirector {
  begin(channel: SeenChannel): Promise<void>;
  /** Does what a message asks of the Director, if anything; @returns what was done, in words */
  react(seen: Seen): Promise<string | null>;
}

/** Longer messages are attached, as Discord's own clients do. */
const messageCharsMax = 2000;

const answer =
  'Use your judgement: it is for the general public, keep it practical and short, ' +
  'and what matters most is that people can act on it right away. Please go ahead.';

export function createDirector(person: Person, script: DirectorScript): ScriptedDirector {
  const decided = new Set<string>();
  return {
    begin: async ({ id }) => {
      const { objective } = script;
      if (objective.length <= messageCharsMax) await person.say(id, objective);
      else await person.say(id, '', [{ name: 'message.txt', data: objective }]);
    },
    react: async ({ channel, message }) => {
      if (message.author.bot !== true) return null;
      if (asksQuestions(channel, message)) {
        await delay(script.decisionDelayMs);
        await person.say(channel.id, answer);
        return 'answers the questions';
      }
      const button = buttonFor(message, script.approach);
      if (button === null || decided.has(button)) return null;
      decided.add(button);
      await delay(script.decisionDelayMs);
      await person.click(channel.id, message.id, button);
      return `uses ${button}`;
    },
  };
}

function asksQuestions(channel: SeenChannel, message: SeenMessage): boolean {
  return channel.name === 'director' && /questions? for you/i.test(message.content);
}

/** The button the Director uses on a card: the wanted approach, else the affirmative one. */
function buttonFor(message: SeenMessage, approach: number): string | null {
  const lines = buttonsOf(message).map(({ customId }) => customId);
  const approvals = lines.filter((line) => /^\/(approve|accept) /.test(line));
  const choices = approvals.filter((line) => / choice:\d/.test(line));
  const wanted = choices.find((line) => line.endsWith(` choice:${approach}`)) ?? choices[0];
  return wanted ?? approvals[0] ?? null;
}
