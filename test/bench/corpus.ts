// The set that retrieval is measured on: questions, and messages with the evidence marked.
//
// How it was made. Every text in corpus/ was written by hand for this bench: twelve projects with
// ten stories each, a story being a short dialogue that holds a fact, at times in two parts told on
// different days or corrected later. `a>` marks the lines that prove an answer. Questions (`?`)
// were written from the story's meaning, as somebody would ask who remembers it vaguely: other
// words for the same things (`regatta` for `sailing race`), names and numbers only where a person
// would still know them. Nothing of them was changed after the first measurement. The seeded
// program below scatters the stories over three threads and about nine weeks of each project,
// between dialogues of filler.txt, which talk about the same things, firms and people without
// saying anything about them; now and then somebody interrupts a story.
//
// Kinds of questions: `single` (the evidence speaks for itself), `follow` (it is an answer that
// means little without what was asked before), `multi` (two pieces), `current` and `former`
// (something that was corrected), `time` (asks by the day it was said).
//
// Limits. One author wrote stories and questions, so they share a style; 3,000 messages are few;
// filler repeats itself more than people do; all is English. The figures rank methods on this set
// and promise nothing about another. Stories are split into halves, `dev` to tune and `test` to
// report; what is read in `test` must never decide anything.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from '../../src/lib/load-folder.ts';
import { seededRandom } from './seeded-random.ts';
import type { Random } from './seeded-random.ts';

export interface Said {
  id: string;
  place: string;
  scope: string;
  speaker: string;
  text: string;
  at: number;
}

export interface Asked {
  text: string;
  kind: string;
  by: 'outsider' | 'team';
  scope: string;
  half: 'dev' | 'test';
  /** Ids of the messages that prove the answer. */
  evidence: string[];
}

export interface Corpus {
  messages: Said[];
  questions: Asked[];
  unanswerable: string[];
}

interface Line {
  /** `-` for a line that proves nothing. */
  mark: string;
  speaker: string;
  text: string;
}

interface Story {
  name: string;
  /** Told one after the other, with days between them. */
  parts: Line[][];
  questions: (Pick<Asked, 'kind' | 'by' | 'text'> & { marks: string })[];
}

interface ProjectText {
  cast: string[];
  things: string[];
  firms: string[];
  stories: Story[];
}

const folder = join(import.meta.dirname, 'corpus');
const threads = 3;
const linesPerProject = 265;
const firstDay = Date.UTC(2026, 2, 2, 8);
const dayMs = 86_400_000;

export async function makeCorpus(seed = 7): Promise<Corpus> {
  const random = seededRandom(seed);
  const files = await listFolder(folder, '.txt');
  const texts = new Map(
    await Promise.all(
      files.map(async ({ name, path }) => [name, await readFile(path, 'utf8')] as const),
    ),
  );
  const filler = storiesIn(texts.get('filler.txt') ?? '');
  const unanswerable = (texts.get('unanswerable.txt') ?? '').trim().split('\n');
  const projects = [...texts].filter(([, text]) => text.startsWith('title: '));
  const made = projects.map(([, text], at) =>
    makeProject({ text: projectIn(text), filler, random, scope: `P${at + 1}` }),
  );
  return {
    messages: made.flatMap(({ messages }) => messages),
    questions: made.flatMap(({ questions }) => questions),
    unanswerable,
  };
}

function projectIn(text: string): ProjectText {
  const list = (name: string) =>
    (new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '').split(', ');
  return {
    cast: list('cast'),
    things: list('things'),
    firms: list('firms'),
    stories: storiesIn(text),
  };
}

function storiesIn(text: string): Story[] {
  const chunks = text.split(/^= /m).slice(1);
  return chunks.map((chunk) => {
    const [name = '', ...lines] = chunk.trimEnd().split('\n');
    const story: Story = { name, parts: [[]], questions: [] };
    for (const line of lines) readLine(story, line);
    return story;
  });
}

function readLine(story: Story, line: string): void {
  if (line === '---') {
    story.parts.push([]);
    return;
  }
  const asked = /^([?!]) (\w+) (\w+): (.*)$/.exec(line);
  if (asked !== null) {
    const [, sign, marks = '', kind = '', text = ''] = asked;
    story.questions.push({ marks, kind, text, by: sign === '?' ? 'outsider' : 'team' });
    return;
  }
  const said = /^(-|\w>) ([^:]+): (.*)$/.exec(line);
  if (said === null) throw new Error(`unreadable line in ${story.name}: ${line}`);
  const [, mark = '', speaker = '', text = ''] = said;
  story.parts.at(-1)?.push({ mark: mark.replace('>', ''), speaker, text });
}

interface Making {
  text: ProjectText;
  filler: readonly Story[];
  random: Random;
  scope: string;
}

/** A piece of dialogue in its place in time; `story` is null for filler. */
interface Block {
  story: Story | null;
  lines: Line[];
  thread: number;
}

function makeProject(making: Making): { messages: Said[]; questions: Asked[] } {
  const { text, random, scope } = making;
  const messages: Said[] = [];
  const marked = new Map<string, Said>();
  let at = firstDay + random.below(20) * dayMs;
  for (const block of blocksOf(making)) {
    at += random.below(18) * 600_000;
    for (const { mark, speaker, text: words } of block.lines) {
      at += 20_000 + random.below(300) * 1_000;
      const number = BigInt(scope.slice(1)) * 1_000_000n + BigInt(messages.length);
      const id = String(1_000_000_000_000_000_000n + number);
      const place = `${scope}.S${block.thread + 1}`;
      const said = { id, place, scope, speaker, text: words, at };
      messages.push(said);
      if (mark !== '-') marked.set(`${block.story?.name ?? ''}.${mark}`, said);
    }
  }
  const questions = text.stories.flatMap((story, index) =>
    story.questions.map(({ marks, kind, by, text: words }) => {
      const proofs = marks.split('').map((mark) => proofOf(marked, `${story.name}.${mark}`));
      const dated = words.replaceAll(/\{day (\w)\}/g, (_all, mark: string) =>
        dayName(proofOf(marked, `${story.name}.${mark}`).at),
      );
      const half = index % 2 === 0 ? ('dev' as const) : ('test' as const);
      return { text: dated, kind, by, scope, half, evidence: proofs.map(({ id }) => id) };
    }),
  );
  return { messages, questions };
}

function proofOf(marked: ReadonlyMap<string, Said>, key: string): Said {
  const said = marked.get(key);
  if (said === undefined) throw new Error(`no line ${key}`);
  return said;
}

/** Parts of stories in their order, between filler, at random places. */
function blocksOf({ text, filler, random }: Making): Block[] {
  const blocks: Block[] = [];
  let lines = text.stories.flatMap((story) => story.parts.flat()).length;
  while (lines < linesPerProject) {
    const { parts } = random.one(filler);
    const block = { story: null, lines: filled(parts.flat(), text, random) };
    blocks.push({ ...block, thread: random.below(threads) });
    lines += block.lines.length;
  }
  for (const story of text.stories) {
    const thread = random.below(threads);
    const places = story.parts.map(() => random.below(blocks.length + 1)).sort((a, b) => b - a);
    // From the last to the first, so that earlier places stay where they are.
    [...story.parts].reverse().forEach((part, at) => {
      const block = { story, thread, lines: interrupted(part, text, random) };
      blocks.splice(places[at] ?? 0, 0, block);
    });
  }
  return blocks;
}

function interrupted(lines: Line[], text: ProjectText, random: Random): Line[] {
  if (lines.length < 2 || random.below(4) !== 0) return lines;
  const aside = filled(
    [
      {
        mark: '-',
        speaker: '{a}',
        text: random.one(['Thanks, noted.', 'On {thing}: later today.']),
      },
    ],
    text,
    random,
  );
  const at = 1 + random.below(lines.length - 1);
  return [...lines.slice(0, at), ...aside, ...lines.slice(at)];
}

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

/** Filler with names and things of this project; the same ones all through one dialogue. */
function filled(lines: readonly Line[], text: ProjectText, random: Random): Line[] {
  const a = random.one(text.cast);
  const b = random.one(text.cast.filter((name) => name !== a));
  const thing = random.one(text.things);
  const firm = random.one(text.firms);
  const large = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
  const fill = (words: string) =>
    words.replaceAll(/\{(\w+)\}/g, (_all, slot: string) => {
      if (slot === 'a' || slot === 'b') return slot === 'a' ? a : b;
      if (slot.toLowerCase() === 'thing') return slot === 'Thing' ? large(thing) : thing;
      if (slot.toLowerCase() === 'firm') return slot === 'Firm' ? large(firm) : firm;
      if (slot.toLowerCase() === 'weekday') return random.one(days);
      if (slot === 'hour') return `${8 + random.below(10)}:${random.one(['00', '15', '30'])}`;
      return String(slot === 'small' ? 2 + random.below(8) : 40 + random.below(2_000));
    });
  return lines.map((line) => ({ ...line, speaker: fill(line.speaker), text: fill(line.text) }));
}

function dayName(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
}
