// The living message of a project: how far, who works on what, what waits for the Director, what it
// has cost. Instants are Discord's own time marks, which every reader's client keeps up to date.
import type { Phase, TaskState } from '../../domain/project.ts';
import type { PostBodyOf, StatusView } from '../../domain/post.ts';
import { count, duration, money, progressBar } from './amounts.ts';
import { button, rows } from './buttons.ts';
import { tone } from './palette.ts';
import type { Button } from './rendered.ts';
import { card, paragraphs, section, sheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

const phases: Record<Phase, string> = {
  intake: '💬 understanding the objective',
  approaches: '🧭 you choose an approach',
  planning: '📝 planning',
  staffing: '🧑‍🤝‍🧑 building the team',
  running: '🔨 working',
  assembling: '🧩 assembling the result',
  done: '🏁 done',
  closed: 'closed',
  cancelled: '🛑 cancelled',
  stopped: '🛑 stopped',
};

/** In the order of attention: what needs someone first, what is done last. */
const states: readonly { state: TaskState; heading: string }[] = [
  { state: 'for-director', heading: '🙋 Waits for you' },
  { state: 'stuck', heading: '⛔ Stuck' },
  { state: 'working', heading: '🔨 In work' },
  { state: 'in-review', heading: '🔍 In review' },
  { state: 'waiting', heading: '⏳ Next' },
  { state: 'accepted', heading: '✅ Accepted' },
];

export function renderStatus({ view }: PostBodyOf<'status'>): Sheet {
  const done = view.tasks.filter((task) => task.state === 'accepted').length;
  const all = view.tasks.length;
  const progress = all === 0 ? '' : `${progressBar(done, all)} ${done} of ${all} tasks`;
  return sheet({
    headline: `${view.projectId} · ${view.paused === null ? phases[view.phase] : '⏸ paused'}`,
    cards: [
      card({
        title: view.title,
        text: paragraphs([
          progress,
          pauseLine(view),
          section('Waiting for you', waitingList(view)),
          section(
            'Working',
            view.working.map(({ agent, what }) => `${agent} · ${what}`).join('\n'),
          ),
          ...headingsOf(view).map(({ states: of, heading }) =>
            section(heading, taskList(view, of)),
          ),
        ]),
        facts: [
          {
            name: 'Spent',
            value: `${money(view.spentMicroUsd)} of ${money(view.ceilingMicroUsd)}`,
          },
          { name: 'Tokens', value: count(view.tokens) },
          { name: view.endedAt === null ? 'Started' : 'Took', value: timeOf(view) },
        ],
        colour: colourOfPhase(view),
      }),
    ],
    rows: view.endedAt === null ? rows([pauseButton(view)]) : [],
  });
}

function pauseLine({ paused, held, projectId }: StatusView): string {
  const turns = held === 1 ? '1 turn is held' : `${held} turns are held`;
  if (paused === null) return held === 0 ? '' : `⏸ ${turns} until more may be spent.`;
  const since = `<t:${Math.floor(paused.at / 1000)}:R>`;
  return `⏸ Paused by ${paused.by} ${since}. ${turns}; \`/resume project:${projectId}\` goes on.`;
}

function pauseButton({ paused, projectId: project }: StatusView): Button {
  return paused === null
    ? button('Pause', 'secondary', { name: 'pause', args: { project } })
    : button('Resume', 'success', { name: 'resume', args: { project } });
}

function waitingList({ waiting }: StatusView): string {
  return waiting.map(({ id, title, where }) => `🙋 ${id} · ${title} · in #${where}`).join('\n');
}

interface Heading {
  states: readonly TaskState[];
  heading: string;
}

/** A project that ended without a hand-over waits for nobody: what is left is not finished. */
function headingsOf({ phase }: StatusView): Heading[] {
  const isOver = phase === 'cancelled' || phase === 'stopped' || phase === 'closed';
  if (!isOver) return states.map(({ state, heading }) => ({ states: [state], heading }));
  const open = states.map(({ state }) => state).filter((state) => state !== 'accepted');
  return [
    { states: ['accepted'], heading: '✅ Accepted' },
    { states: open, heading: '▫️ Not finished' },
  ];
}

function taskList({ tasks }: StatusView, of: readonly TaskState[]): string {
  return tasks
    .filter((task) => of.includes(task.state))
    .map(
      ({ id, title, assignee }) => `${id} · ${title}${assignee === null ? '' : ` · ${assignee}`}`,
    )
    .join('\n');
}

function timeOf({ startedAt, endedAt }: StatusView): string {
  if (endedAt !== null) return duration(endedAt - startedAt);
  return `<t:${Math.floor(startedAt / 1000)}:R>`;
}

function colourOfPhase({ phase, waiting, paused }: StatusView): number | null {
  if (phase === 'done') return tone.good;
  if (phase === 'cancelled' || phase === 'stopped' || phase === 'closed') return tone.done;
  return waiting.length > 0 || paused !== null ? tone.warning : null;
}
