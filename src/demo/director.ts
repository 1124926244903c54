// Plays the Director over the local Discord's wire: states the objective, answers questions, picks
// an approach, approves the plan, and decides what is put to them. It knows only what a person
// sees. It never spends more than was allowed: a spent budget ends the demo.
import { delay } from '../lib/clock.ts';
import { EmbeddedError } from '../lib/errors.ts';
import type { Person, SeenChannel, SeenMessage } from '../embedded/discord/person.ts';
import { buttonsOf, headlineOf } from './seen-text.ts';
import type { SeenButton } from './seen-text.ts';
import { isDeadEnd, linesOf } from './stop-cause.ts';
import type { Seen } from './watch.ts';

export interface DirectorScript {
  guildId: string;
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
  const state: State = { triesLeft: triesMax, repairs: new Set() };
  return {
    begin: (channel) => begin(person, script, channel),
    react: async ({ channel, message }) => {
      if (message.author.bot !== true) return null;
      if (asksQuestions(channel, message)) {
        await delay(script.decisionDelayMs);
        await person.say(channel.id, answer);
        return 'answers the questions';
      }
      const line = lineFor(message, script.approach, state);
      if (line === null || decided.has(line)) return null;
      decided.add(line);
      await delay(script.decisionDelayMs);
      if (line.startsWith('/revise ')) {
        await askForRepair(person, script.guildId, message);
        return `uses ${line}`;
      }
      const isDone = await press(person, message, line);
      return isDone ? `uses ${line}` : null;
    },
  };
}

interface State {
  /** How often stuck work is tried again before the project is cancelled. */
  triesLeft: number;
  /** Decisions over plans that could not be approved and went back to be repaired. */
  repairs: Set<string>;
}

const triesMax = 2;
const repairsMax = 1;

/** What looks like a command or is too long for a message is said another way. */
async function begin(
  person: Person,
  { guildId, objective }: DirectorScript,
  { id: channelId }: SeenChannel,
): Promise<void> {
  if (objective.startsWith('/') && objective.length <= messageCharsMax) {
    await person.slash({ guildId, channelId, name: 'objective', options: { text: objective } });
  } else if (objective.length <= messageCharsMax) await person.say(channelId, objective);
  else await person.say(channelId, '', [{ name: 'message.txt', data: objective }]);
}

/** @returns false when the button is gone: somebody, or an earlier run, decided it before. */
async function press(person: Person, message: SeenMessage, button: string): Promise<boolean> {
  try {
    await person.click(message.channel_id, message.id, button);
    return true;
  } catch (error) {
    if (error instanceof EmbeddedError) return false;
    throw error;
  }
}

/** In the Director's own words, as in the modal behind the button: what the card says is wrong. */
async function askForRepair(person: Person, guildId: string, message: SeenMessage): Promise<void> {
  const text = `Please repair the plan. ${headlineOf(message, repairWordsMax)}`;
  const options = { text, decision: decisionOf(linesOf(message)) };
  await person.slash({ guildId, channelId: message.channel_id, name: 'revise', options });
}

const repairWordsMax = 1800;

function asksQuestions(channel: SeenChannel, message: SeenMessage): boolean {
  return channel.name === 'director' && /questions? for you/i.test(message.content);
}

/**
 * What the Director uses on a card: the wanted approach, else the affirmative one; stuck work is
 * tried again a few times, a faulty plan goes back once, then the project is cancelled.
 */
function lineFor(message: SeenMessage, approach: number, state: State): string | null {
  const lines = linesOf(message);
  if (isDeadEnd(lines)) {
    const decision = decisionOf(lines);
    // The same decision is shown in two places.
    if (state.repairs.has(decision)) return null;
    const wanted = state.repairs.size < repairsMax ? '/revise ' : '/cancel ';
    state.repairs.add(decision);
    return lines.find((line) => line.startsWith(wanted)) ?? null;
  }
  const buttons = buttonsOf(message).filter(({ customId }) =>
    /^\/(approve|accept) /.test(customId),
  );
  if (buttons.some(({ label }) => label.includes('Double the budget'))) return cancelOf(buttons);
  if (buttons.some(({ label }) => label.includes('Cancel the project'))) {
    state.triesLeft -= 1;
    return state.triesLeft < 0 ? cancelOf(buttons) : (buttons[0]?.customId ?? null);
  }
  const wanted = buttons.find(({ customId }) => customId.endsWith(` choice:${approach}`));
  return (wanted ?? buttons[0])?.customId ?? null;
}

function decisionOf(lines: readonly string[]): string {
  return /decision:(\S+)/.exec(lines.join(' '))?.[1] ?? '';
}

function cancelOf(buttons: readonly SeenButton[]): string | null {
  return buttons.find(({ label }) => label.includes('Cancel the project'))?.customId ?? null;
}
