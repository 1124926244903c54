// One project of the demo, from the objective (or from where a project was left) to its end.
import { join } from 'node:path';
import { focusOf } from '../domain/agency.ts';
import { criteriaOf } from '../domain/plan.ts';
import { hasEnded } from '../domain/project.ts';
import type { Project } from '../domain/project.ts';
import { noUsage } from '../domain/turn.ts';
import { createPerson } from '../embedded/discord/person.ts';
import { delay, systemClock } from '../lib/clock.ts';
import { EmbeddedError } from '../lib/errors.ts';
import type { Agency } from '../wiring.ts';
import type { DemoArguments } from './arguments.ts';
import { createDirector } from './director.ts';
import type { ScriptedDirector } from './director.ts';
import { buttonsOf, headlineOf, textOf } from './seen-text.ts';
import { createStopCause } from './stop-cause.ts';
import type { StopCause } from './stop-cause.ts';
import { discordTranscript } from './transcript.ts';
import { watchDiscord } from './watch.ts';
import type { Seen, Watch } from './watch.ts';

interface Stopped {
  turn: string;
  cause: string;
}

export interface DemoResult {
  project: string;
  exit: 0 | 1 | 2;
  bundle: string | null;
  seconds: number;
  costUsd: number;
  tokens: number;
  posts: number;
  transcript: string;
  /** The turn at which the work stopped, and why; null when it came to its end. */
  stopped: Stopped | null;
  /** What the terminal shows at the end. */
  summary: string[];
}

/** The project that is being played; null until it is opened. */
type ReadProject = () => Promise<Project | null>;

interface ProjectRun {
  agency: Agency;
  args: DemoArguments;
  print: (line: string) => void;
  /** Tests have less of it. */
  patience?: Patience;
}

const pollMs = 150;
/** How long nothing new may happen before the demo gives up. */
export interface Patience {
  silenceMs: number;
  /** The last thing said was that somebody has to wait for the model: nobody will mend it. */
  waitMs: number;
}

// A model that hangs is left and asked again after two minutes, of which half of one had passed.
const usualPatience: Patience = { silenceMs: 5 * 60_000, waitMs: 100_000 };
const lineWidth = 110;

export async function runProject(run: ProjectRun): Promise<DemoResult> {
  const { agency, args, print, patience = usualPatience } = run;
  const { local } = agency;
  if (local === null) throw new EmbeddedError('No local Discord', { code: 'demo', retry: 'never' });
  const person = createPerson({ apiUrl: local.apiUrl, token: local.directorToken });
  const director = createDirector(person, { ...args, guildId: local.guildId });
  const unfinished = await unfinishedProject(agency);
  const index = (await agency.readAgency()).projects.length;
  const watch = await watchDiscord(person, local.guildId, unfinished === null);
  print(`Watch it live: ${local.url}/#token=${local.directorToken}\n`);
  if (unfinished === null) await beginProject({ watch, director, print, args });
  else print(`Going on with ${unfinished}, which was not finished.`);
  const began = systemClock.monotonic();
  const readProject = async () => {
    const id = unfinished ?? (await agency.readAgency()).projects[index]?.id;
    return id === undefined ? null : agency.readProject(id);
  };
  const cause = createStopCause();
  const playing = { agency, readProject, watch, director, print, cause, patience };
  const posts = await playUntilEnd(playing);
  const project = await readProject();
  const seconds = Math.round((systemClock.monotonic() - began) / 100) / 10;
  const transcript = await discordTranscript(person, local.guildId);
  const stopped = await stoppedAt(agency, cause.found(project));
  return resultOf({ agency, project, posts, stopped, seconds, transcript });
}

/** The turns by id and kind, for people. */
async function stoppedAt(
  agency: Agency,
  { turnIds, cause }: ReturnType<StopCause['found']>,
): Promise<Stopped> {
  const names = await Promise.all(
    turnIds.map(async (id) => `${id} (${(await agency.turnKind(id)) ?? 'unknown'})`),
  );
  return { turn: names.join(', ') || 'none was ordered', cause };
}

interface Beginning {
  watch: Watch;
  director: ScriptedDirector;
  print: (line: string) => void;
  args: DemoArguments;
}

async function beginProject({ watch, director, print, args }: Beginning): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const channel = watch.channels().find((one) => one.name === 'director');
    if (channel !== undefined) {
      print(`Director    ${headline(args.objective)}`);
      return director.begin(channel);
    }
    await delay(pollMs);
    await watch.news();
  }
  throw new EmbeddedError('#director did not appear', { code: 'demo', retry: 'never' });
}

function headline(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= lineWidth ? line : `${line.slice(0, lineWidth - 1)}…`;
}

interface Playing {
  agency: Agency;
  readProject: ReadProject;
  watch: Watch;
  director: ScriptedDirector;
  print: (line: string) => void;
  cause: StopCause;
  patience: Patience;
}

/**
 * Until the project has ended, or nothing goes on any more.
 * @returns how many posts the agency made
 */
async function playUntilEnd(playing: Playing): Promise<number> {
  const { watch, director, print, cause, patience } = playing;
  let posts = 0;
  let isWaiting = false;
  let lastNews = systemClock.monotonic();
  for (;;) {
    const news = await watch.news();
    if (news.length > 0) lastNews = systemClock.monotonic();
    for (const seen of news) {
      cause.hear(seen);
      if (seen.message.author.bot === true) {
        posts += 1;
        isWaiting = textOf(seen.message).includes('has to wait');
      }
      if (isSaid(seen)) print(lineOf(seen, watch));
      if (isAnswered(seen, news)) continue;
      const done = await director.react(seen);
      if (done !== null) print(`Director    ${done}`);
    }
    if (news.length === 0 && (await isOver(playing))) return posts;
    const silentMs = systemClock.monotonic() - lastNews;
    if (silentMs > (isWaiting ? patience.waitMs : patience.silenceMs)) return posts;
    await delay(pollMs);
  }
}

/** After a restart the demo reads everything again: what a person has replied to is dealt with. */
function isAnswered({ channel, message }: Seen, news: readonly Seen[]): boolean {
  if (buttonsOf(message).length > 0) return false;
  return news.some(
    (later) =>
      later.channel.id === channel.id &&
      later.message.author.bot !== true &&
      BigInt(later.message.id) > BigInt(message.id),
  );
}

/** Discord's own notes about pins and new threads say nothing that the next line does not. */
function isSaid({ message }: Seen): boolean {
  const ordinary = [0, 19, 20];
  return ordinary.includes(message.type);
}

function lineOf({ channel, message }: Seen, watch: Watch): string {
  const parent = watch.channels().find((one) => one.id === channel.parent_id);
  const isThread = channel.type === 11;
  const where = isThread
    ? `#${parent?.name ?? ''} › ${channel.name ?? ''}`
    : `#${channel.name ?? ''}`;
  return `${where.padEnd(34).slice(0, 34)} ${headlineOf(message, lineWidth)}`;
}

async function unfinishedProject(agency: Agency): Promise<string | null> {
  return focusOf(await agency.readAgency());
}

/** Ended, studied, and everything about it is said. */
async function isOver({ agency, readProject }: Playing): Promise<boolean> {
  const project = await readProject();
  if (project === null || !hasEnded(project.phase)) return false;
  return Object.keys(project.turns).length === 0 && (await agency.countOpenEffects()) === 0;
}

interface Ended {
  agency: Agency;
  project: Project | null;
  posts: number;
  stopped: Stopped;
  seconds: number;
  transcript: string;
}

function resultOf({ agency, project, posts, stopped, seconds, transcript }: Ended): DemoResult {
  const usage = project?.usage ?? noUsage;
  const costUsd = usage.microUsd / 1e6;
  const tokens = usage.inputTokens + usage.outputTokens;
  const shared = { seconds, costUsd, tokens, posts, transcript };
  if (project === null || project.phase !== 'done') {
    const id = project?.id ?? 'nothing';
    const summary = [
      stateLine(project),
      `Turn        ${stopped.turn}`,
      `Cause       ${stopped.cause}`,
    ];
    return { project: id, exit: 2, bundle: null, ...shared, stopped, summary };
  }
  const bundle = join(agency.homePath, 'handover', project.id);
  const { unmet, lines } = criteriaLines(project);
  const took = `${seconds} s, ${posts} posts, ${tokens} tokens, $${costUsd.toFixed(4)}`;
  return {
    project: project.id,
    exit: unmet === 0 ? 0 : 1,
    bundle,
    ...shared,
    stopped: null,
    summary: [
      `${project.id} ${project.title}: done in ${took}`,
      ...lines,
      `Hand-over   ${bundle} (and .zip)`,
    ],
  };
}

function stateLine(project: Project | null): string {
  if (project === null) return 'The work stopped before a project was opened.';
  const { id, phase } = project;
  if (phase === 'closed') return `The work stopped: ${id} was taken for talk and answered.`;
  if (hasEnded(phase)) return `The work stopped: ${id} is ${phase}.`;
  const waits = Object.values(project.decisions).map((decision) => decision.title);
  const open = waits.length === 0 ? '' : ` Open: ${waits.join(', ')}.`;
  return `The work stopped: ${id} stands still in ${phase}.${open}`;
}

/** How many criteria were not met, and what the terminal says about them. */
function criteriaLines({ plan, handOver }: Project): { unmet: number; lines: string[] } {
  const results = handOver?.results ?? [];
  const unmet = results.filter((result) => !result.met);
  const count = plan === null ? 0 : criteriaOf(plan).length;
  const byCode = results.filter((result) => result.checkedBy === 'code').length;
  const met = results.length - unmet.length;
  return {
    unmet: count - met,
    lines: [
      `Criteria    ${met} of ${count} met, ${byCode} checked by code`,
      ...unmet.map((result) => `  not met   ${result.criterion}: ${result.evidence}`),
    ],
  };
}
