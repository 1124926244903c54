// Questions that change nothing: answered at once, to whoever asked.
import type { Agency } from '../domain/agency.ts';
import type { Query } from '../domain/action.ts';
import type { Human } from '../domain/actor.ts';
import type { Receipt } from '../domain/decision.ts';
import type { Command } from '../domain/define-command.ts';
import { refusalOf } from '../domain/define-command.ts';
import type { PlaceKey } from '../domain/place.ts';
import { statusView } from '../domain/status.ts';
import type { StatusView } from '../domain/post.ts';
import { clip } from '../domain/prose.ts';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/open-store.ts';
import { readUnsaid } from '../store/outbox.ts';
import type { Unsaid } from '../store/outbox.ts';
import { readAgency, readProject } from '../store/record.ts';
import { waitingUntil } from '../store/turns.ts';
import { answerDiff, answerHistory } from './answer-learning.ts';
import { searchMemory, showMemory } from './answer-memory.ts';
import type { MemoryLook } from './answer-memory.ts';
import { answerWhy } from './answer-why.ts';
import { dollars } from './dollars.ts';

const unsaidShownMax = 3;

interface QueryDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
  commands: readonly Command[];
  /** The project that is meant when none is named. */
  focus: string | null;
  /** Where it is asked; null where that is none of our places. */
  place: PlaceKey | null;
  /** What is wrong with the agency's surroundings, and what to do about it. */
  askDoctor: () => Promise<string>;
  /** Why memory is degraded; null when it is whole. */
  memoryFault: () => Promise<string | null>;
  memory: MemoryLook;
}

export async function answerQuery(deps: QueryDeps, query: Query, by: Human): Promise<Receipt> {
  switch (query.type) {
    case 'status':
      return answerStatus(deps, query.project);
    case 'help':
      return answerHelp(deps, query.command, by);
    case 'why':
      return answerWhy(deps.store, { ...query, ...deps });
    case 'doctor':
      return { ok: true, text: await deps.askDoctor() };
    case 'learning-history':
      return answerHistory(await readAgency(deps.store.db), query);
    case 'learning-diff':
      return answerDiff(await readAgency(deps.store.db), query);
    case 'search-memory':
      return searchMemory(deps, query, by);
    case 'show-memory':
      return showMemory(deps, query.id, by);
  }
}

async function answerStatus(deps: QueryDeps, wanted: string | null): Promise<Receipt> {
  const agency = await readAgency(deps.store.db);
  const unsaid = unsaidText(await readUnsaid(deps.store.db));
  const id = wanted ?? deps.focus ?? agency.projects.at(-1)?.id ?? null;
  if (id === null) {
    const text = `There is no project yet. Write your objective in #director.${unsaid}`;
    return { ok: true, text };
  }
  const project = await readProject(deps.store.db, id);
  if (project === null) return { ok: false, reason: `There is no project ${id}.` };
  const view = statusView(project, await waitingUntil(deps.store.db, id));
  const proposed = proposedText(agency);
  const text = `${statusText(view)}${proposed}${unsaid}${await memoryText(deps)}`;
  return { ok: true, text };
}

/** Changes of system messages that wait for the Director. */
function proposedText({ learning }: Agency): string {
  const ids = learning.rewrites.filter(({ state }) => state === 'open').map(({ id }) => id);
  if (ids.length === 0) return '';
  const waits = ids.length === 1 ? 'waits' : 'wait';
  const known = clip(ids.join(', '), 200);
  return `\n🎓 ${known} ${waits} for you in #decisions; \`/learn diff ${ids[0]}\` shows what`;
}

/** What could not be said anywhere, with what to do about it. */
function unsaidText(unsaid: readonly Unsaid[]): string {
  const lines = unsaid
    .slice(0, unsaidShownMax)
    .map(({ reason, effects }) => `⚠️ ${effects} not delivered: ${clip(reason, 300)}`);
  const more = unsaid.length - lines.length;
  if (more > 0) lines.push(`⚠️ and ${more} more reasons; #agency-log has them all`);
  return lines.map((line) => `\n${line}`).join('');
}

async function memoryText({ memoryFault }: QueryDeps): Promise<string> {
  const fault = await memoryFault();
  if (fault === null) return '';
  return `\n⚠️ memory is degraded, the work goes on: ${clip(fault, 300)}`;
}

/** The same numbers as the living message, as text. */
export function statusText(view: StatusView): string {
  const done = view.tasks.filter((task) => task.state === 'accepted').length;
  const lines = [
    `**${view.projectId} ${view.title}** · ${view.phase}`,
    view.tasks.length === 0 ? 'No tasks yet.' : `${done} of ${view.tasks.length} tasks accepted`,
    ...view.working.map(({ agent, what }) => `▶ ${agent} ${what}`),
    ...pauseLines(view),
    ...view.waiting.map(({ id, title }) => `⏳ waiting for you: ${id} ${title}`),
    `Spent ${dollars(view.spentMicroUsd, 4)} of ${dollars(view.ceilingMicroUsd, 2)}`,
    `${view.tokens.toLocaleString('en')} tokens`,
  ];
  return lines.join('\n');
}

function pauseLines({ paused, held, projectId }: StatusView): string[] {
  const turns = held === 1 ? '1 turn' : `${held} turns`;
  if (paused === null) return held === 0 ? [] : [`⏸ ${turns} held until more may be spent`];
  const since = `<t:${Math.floor(paused.at / 1000)}:R>`;
  return [
    `⏸ paused by ${paused.by} ${since} · ${turns} held · \`/resume project:${projectId}\` goes on`,
  ];
}

function answerHelp(deps: QueryDeps, name: string | null, by: Human): Receipt {
  const known = deps.commands.filter((command) => refusalOf(command, by) === null);
  if (name !== null) {
    const command = known.find((one) => one.name === name.replace(/^\//, ''));
    if (command === undefined) return { ok: false, reason: `You have no command /${name}.` };
    return {
      ok: true,
      text: [`**/${command.name}** ${command.summary}`, ...args(command)].join('\n'),
    };
  }
  const lines = known.map((command) => `\`/${command.name}\` ${command.summary}`);
  const hint = 'Write in #director in plain words, or reply in any thread. `@Name` reaches an LLM.';
  return { ok: true, text: [hint, ...lines].join('\n') };
}

function args(command: Command): string[] {
  return Object.entries(command.args.shape).map(([name, field]) => {
    // zod types the fields of an arbitrary object loosely.
    const { description } = field as { description?: string };
    return `\`${name}\` ${description ?? ''}`;
  });
}
