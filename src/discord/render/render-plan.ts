// The plan as the Director approves it: what will be made, where, by whom, in which order, at what
// cost. One card each for outputs, tasks and team, so that a phone shows them under each other.
import { projectOfDecision } from '../../domain/ids.ts';
import { coordinatingManager, projectManager } from '../../domain/agent.ts';
import { sharesIn } from '../../domain/coordination.ts';
import type {
  Coordination,
  Oversight,
  Plan,
  PlannedStream,
  PlannedTask,
} from '../../domain/plan.ts';
import type { PostBodyOf } from '../../domain/post.ts';
import { costRange, counted, finishRange } from './amounts.ts';
import { planButtons, rows } from './buttons.ts';
import type { Button } from './rendered.ts';
import { criteriaList } from './criteria.ts';
import { drawGraph } from './render-graph.ts';
import { tone } from './palette.ts';
import { bullets, card, paragraphs, section, sheet } from './sheet.ts';
import type { Card, Sheet } from './sheet.ts';

type PlanBody = PostBodyOf<'plan'>;

export function renderPlan(body: PlanBody): Sheet {
  const { decision, plan, faults } = body;
  return sheet({
    headline: decision === null ? 'The plan' : `The plan · ${decision} waits for you`,
    cards: [
      summaryCard(body),
      ...(faults.length === 0
        ? []
        : [
            card({
              title: '⚠️ What is wrong with it',
              text: bullets(faults),
              colour: tone.warning,
            }),
          ]),
      outputsCard(plan),
      tasksCard(body),
      teamCard(body),
    ],
    rows: decision === null ? [] : rows(buttonsOf(decision, faults)),
  });
}

/** A plan with faults can be revised or dropped, not approved. */
function buttonsOf(decision: string, faults: readonly string[]): Button[] {
  const project = projectOfDecision(decision);
  return planButtons(decision, { project, isApprovable: faults.length === 0 });
}

function summaryCard({ plan, forecast }: PlanBody): Card {
  return card({
    title: plan.title,
    text: plan.summary,
    facts: [
      { name: 'Cost', value: costRange(forecast) },
      { name: 'Time', value: finishRange(forecast) },
      { name: 'Work', value: counted(plan.tasks.length, 'task') },
    ],
  });
}

function outputsCard(plan: Plan): Card {
  const outputs = plan.outputs.map((output) => {
    const use = output.deliver ? '' : ' · working material';
    const heading = `${output.id} · ${output.title}${use}`;
    return section(heading, `📄 ${output.files.join(', ')}\n${criteriaList(output.criteria, [])}`);
  });
  return card({ title: 'Outputs and their criteria', text: paragraphs(outputs) });
}

const oversights: Record<Oversight, string> = {
  autonomous: 'runs on its own',
  milestones: 'you see its milestones',
  'every-output': 'you decide on every output',
};

function tasksCard(body: PlanBody): Card {
  const { plan, seats, criticalPath } = body;
  const nameOf = (key: string): string =>
    seats.find((seat) => seat.key === key)?.label ?? approverName(key);
  const lineOf = (task: PlannedTask): string =>
    taskLine(task, (key) => (key === 'collaborator' ? collaboratorName(plan, task) : nameOf(key)));
  const streams = plan.streams.map((stream) =>
    section(
      `${stream.id} · ${stream.title}`,
      [
        stream.purpose,
        `👁 ${oversights[stream.oversight]}`,
        ...coordinationLines(body, stream),
        ...plan.tasks.filter((task) => task.stream === stream.id).map(lineOf),
      ].join('\n'),
    ),
  );
  const known = new Set(plan.streams.map((stream) => stream.id));
  const astray = plan.tasks.filter((task) => !known.has(task.stream)).map(lineOf);
  return card({
    title: 'Work streams and tasks',
    text: paragraphs([
      ...streams,
      section('In no stream', astray.join('\n')),
      section('Order', `\`\`\`\n${drawGraph(plan.tasks, criticalPath)}\n\`\`\``),
      criticalPath.length === 0 ? '' : `**Critical path** ${criticalPath.join(' → ')}`,
    ]),
  });
}

/** Who coordinates a stream and why; where two do, who of the team is with which of them. */
function coordinationLines({ plan, seats }: PlanBody, stream: PlannedStream): string[] {
  const { coordination } = stream;
  if (coordination === null) return [];
  const line = `🤝 ${coordinators[coordination.by]}\n↳ ${coordination.why}`;
  if (coordination.by !== 'two-collaborators') return [line];
  const { first, second } = sharesIn(plan, stream.id);
  const names = (keys: string[]): string =>
    keys.map((key) => whoIn(seats.find((seat) => seat.key === key)) ?? key).join(', ');
  return [line, `↳ one for ${names(first)}\n↳ one for ${names(second)}`];
}

/** `Ada · Writer`, or only `Writer` where nobody has the seat yet. */
function whoIn(seat: PlanBody['seats'][number] | undefined): string | undefined {
  return seat?.label.replace(/^new · /, '');
}

const coordinators: Record<Coordination['by'], string> = {
  'project-manager': `${projectManager.name} coordinates it himself, as Collaborator`,
  collaborator: 'a Collaborator coordinates it',
  'two-collaborators': 'two Collaborators coordinate it',
};

function collaboratorName({ streams }: Plan, task: PlannedTask): string {
  const stream = streams.find(({ id }) => id === task.stream);
  const isManager = stream?.coordination?.by === 'project-manager';
  return isManager ? coordinatingManager.title : 'Collaborator';
}

/** `T3 ← T1, T2 · title` and below it `doer → approver · tier`. */
function taskLine(task: PlannedTask, nameOf: (key: string) => string): string {
  const after = task.after.length === 0 ? '' : ` ← ${task.after.join(', ')}`;
  const hands = `${nameOf(task.doer)} → ${nameOf(task.approver)}`;
  return `**${task.id}**${after} · ${task.title}\n↳ ${hands} · ${task.tier}`;
}

function approverName(key: string): string {
  return key === 'director' ? 'you' : key;
}

function teamCard({ seats }: PlanBody): Card {
  const lines = seats.map(({ label, reused, why, sameAs }) => {
    const holder = seats.find(({ key }) => key === sameAs);
    const other = holder === undefined ? null : `🎭 the same LLM as ${whoIn(holder)}`;
    const state = other ?? (reused ? '♻️ reused' : '🆕 new');
    return `**${label}** · ${state}\n↳ ${why}`;
  });
  return card({ title: 'Team', text: lines.join('\n') });
}
