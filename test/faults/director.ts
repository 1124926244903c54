// Plays the Director of a run from outside, over Discord's wire: opens projects, answers, decides,
// and writes to people at the worst of times. Discord itself may be away at any moment, so whatever
// fails is looked at again the next time round; nothing here remembers more than a person would.
import type { Person, SeenChannel, SeenMessage } from '../../src/embedded/discord/person.ts';
import { buttonsOf } from '../../src/demo/seen-text.ts';
import type { Agency } from '../../src/domain/agency.ts';
import { hasEnded, isAgreeing } from '../../src/domain/project.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Dice } from './dice.ts';

export interface RunDirector {
  /** One look around, and what is to be done then. Never rejects. */
  look(): Promise<void>;
  /** Says something while nobody may be listening. Never rejects. */
  sayMeanwhile(nth: number): Promise<void>;
  /** From here on no project is opened. */
  rest(): void;
  readonly opened: number;
  readonly clicks: readonly Click[];
  readonly errors: number;
}

export interface Click {
  interactionId: string;
  line: string;
}

export interface RunDirectorDeps {
  person: Person;
  guildId: string;
  dice: Dice;
  readAgency: () => Promise<Agency>;
  /** Projects at work at the same time, and to open altogether. */
  projectsMax: number;
  projects: number;
}

const objectives = [
  'Write a short guide to cycling in Lisbon: one page and a checklist. No questions.',
  'Prepare a budget table and two announcements for our bike-repair evening. No questions.',
  'Write a launch plan for a small library of things, and a letter to the neighbours.',
  'Make a schedule and a packing list for a weekend walk with children. No questions.',
];
const answer = 'Use your judgement: it is for the general public, keep it short. Please go ahead.';
/** After a click a card is left alone for so long; whoever heard it may have died. */
const clickAgainMs = 5000;
/** An objective that nothing came of for so long is given again. */
const patienceMs = 45_000;

interface State {
  opened: number;
  resting: boolean;
  errors: number;
  clickedAt: Map<string, number>;
  clicks: Click[];
  /** Where a project was paused that is to go on again. */
  pausedIn: string | null;
  /** How many projects there were when the last one was asked for, and when that was. */
  asked: { known: number; at: number } | null;
}

export function createRunDirector(deps: RunDirectorDeps): RunDirector {
  const state: State = {
    opened: 0,
    resting: false,
    errors: 0,
    clickedAt: new Map(),
    clicks: [],
    pausedIn: null,
    asked: null,
  };
  const enduring = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch {
      // Discord, or what a card shows, is not there at the moment.
      state.errors += 1;
    }
  };
  return {
    look: () =>
      enduring(async () => {
        await resume(deps, state);
        const channels = await deps.person.channels(deps.guildId);
        await decideCards(deps, state, named(channels, 'decisions'));
        await answerQuestions(deps, named(channels, 'director'));
        await openProject(deps, state, named(channels, 'director'));
      }),
    sayMeanwhile: (nth) => enduring(() => sayMeanwhile(deps, state, nth)),
    rest: () => {
      state.resting = true;
    },
    get opened() {
      return state.opened;
    },
    clicks: state.clicks,
    get errors() {
      return state.errors;
    },
  };
}

function named(channels: readonly SeenChannel[], name: string): SeenChannel | null {
  return channels.find((channel) => channel.name === name) ?? null;
}

async function decideCards(
  { person }: RunDirectorDeps,
  state: State,
  channel: SeenChannel | null,
): Promise<void> {
  if (channel === null) return;
  const now = systemClock.monotonic();
  for (const message of await person.read(channel.id)) {
    const line = lineFor(message);
    if (line === null) continue;
    const key = `${message.id} ${line}`;
    if (now - (state.clickedAt.get(key) ?? -Infinity) < clickAgainMs) continue;
    state.clickedAt.set(key, now);
    const interactionId = await person.click(channel.id, message.id, line);
    state.clicks.push({ interactionId, line });
  }
}

/** Whatever leads on: the first approach, the plan as it is, work tried once more. */
function lineFor(message: SeenMessage): string | null {
  if (message.author.bot !== true) return null;
  const lines = buttonsOf(message).filter(({ customId }) => /^\/(approve|accept) /.test(customId));
  const doubled = lines.find(({ label }) => label.includes('Double the budget'));
  return (doubled ?? lines[0])?.customId ?? null;
}

async function answerQuestions(
  { person }: RunDirectorDeps,
  channel: SeenChannel | null,
): Promise<void> {
  if (channel === null) return;
  const messages = await person.read(channel.id);
  const asked = messages.findLastIndex(
    ({ author, content }) => author.bot === true && /questions? for you/i.test(content),
  );
  if (asked < 0) return;
  const isAnswered = messages
    .slice(asked + 1)
    .some(({ author, content }) => author.bot !== true && !content.startsWith('/'));
  if (!isAnswered) await person.say(channel.id, answer);
}

/** One project is agreed upon at a time, because what is said in #director is about that one. */
async function openProject(
  { person, guildId, readAgency, projectsMax, projects: wanted }: RunDirectorDeps,
  state: State,
  channel: SeenChannel | null,
): Promise<void> {
  if (channel === null || state.resting) return;
  const { projects } = await readAgency();
  const isPending = state.asked !== null && projects.length <= state.asked.known;
  const at = systemClock.monotonic();
  if (isPending && state.asked !== null && at - state.asked.at < patienceMs) return;
  if (projects.length >= wanted) return;
  const open = projects.filter(({ phase }) => !hasEnded(phase));
  if (open.length >= projectsMax || open.some(({ phase }) => isAgreeing(phase))) return;
  const objective = objectives[state.opened % objectives.length] ?? '';
  const ways = [
    () => person.say(channel.id, objective),
    () => person.say(channel.id, `/objective ${objective}`),
    () =>
      person.slash({
        guildId,
        channelId: channel.id,
        name: 'objective',
        options: { text: objective },
      }),
  ];
  state.asked = { known: projects.length, at };
  await ways[state.opened % ways.length]?.();
  state.opened += 1;
}

const textChannel = 0;
const publicThread = 11;

/** A project that was paused stands still for one look around. */
async function resume({ person }: RunDirectorDeps, state: State): Promise<void> {
  const { pausedIn } = state;
  if (pausedIn === null) return;
  await person.say(pausedIn, '/resume');
  state.pausedIn = null;
}

/** Talk that starts turns, a pause, questions with an answer at once, a word in the wrong place. */
async function sayMeanwhile(
  { person, guildId, dice }: RunDirectorDeps,
  state: State,
  nth: number,
): Promise<void> {
  const channels = await person.channels(guildId);
  const pick = (fits: (channel: SeenChannel) => boolean): SeenChannel | null => {
    const fitting = channels.filter(fits);
    return fitting[Math.floor(dice('channel', nth) * fitting.length)] ?? null;
  };
  const sayings = [
    { in: pick(({ name }) => name === 'director'), text: '/status' },
    { in: pick(({ name }) => name === 'overview'), text: 'How is it going?' },
    { in: pick(({ name }) => name === 'overview'), text: '/pause' },
    { in: pick(({ type }) => type === publicThread), text: 'Please keep it short.' },
    { in: pick(({ name, type }) => name === 'decisions' && type === textChannel), text: 'Noted.' },
    { in: pick(({ name }) => name === 'director'), text: '/help' },
  ];
  const saying = sayings[Math.floor(dice('saying', nth) * sayings.length)];
  const channel = saying?.in ?? null;
  if (saying === undefined || channel === null) return;
  try {
    await person.say(channel.id, saying.text);
  } finally {
    // It may have been said though nobody told us so.
    if (saying.text === '/pause') state.pausedIn = channel.id;
  }
}
