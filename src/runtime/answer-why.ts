// How a version of an output came about, for whoever asks: what was asked for, who made it and why
// they, from what, with which model and tools, what it cost, who judged it and what people think.
// All of it is on record already; here it is only put into words.
import { projectManager } from '../domain/agent.ts';
import type { Receipt } from '../domain/decision.ts';
import type { Outcome } from '../domain/feedback.ts';
import type { PlaceKey } from '../domain/place.ts';
import { agentsOf } from '../domain/project.ts';
import type { Project } from '../domain/project.ts';
import { clip } from '../domain/prose.ts';
import { taskInPlan } from '../domain/task-in-plan.ts';
import type { TaskInPlan } from '../domain/task-in-plan.ts';
import { nameOfOutput, outputsMeant } from '../domain/which-output.ts';
import type { OutputVersion } from '../domain/which-output.ts';
import type { Store } from '../store/open-store.ts';
import { readOutcomes } from '../store/outcomes.ts';
import { readAgency, readProject } from '../store/record.ts';
import { callsOf } from '../store/turns.ts';
import { dollars } from './dollars.ts';

interface Asked {
  project: string | null;
  task: string | null;
  revision: number | null;
  /** The project that is meant when none is named. */
  focus: string | null;
  place: PlaceKey | null;
}

export async function answerWhy({ db }: Pick<Store, 'db'>, asked: Asked): Promise<Receipt> {
  const newest = async () => (await readAgency(db)).projects.at(-1)?.id ?? null;
  const id = asked.project ?? asked.focus ?? (await newest());
  const project = id === null ? null : await readProject(db, id);
  if (project === null) return { ok: false, reason: 'There is no such project.' };
  const found = outputsMeant(project, asked);
  if (typeof found === 'string') return { ok: false, reason: found };
  const outcomes = await readOutcomes(db, { projectId: project.id });
  const texts: string[] = [];
  for (const output of found) {
    const { revision, turnId } = output.version;
    const outcome = outcomes.find((one) => one.task === output.task && one.revision === revision);
    const calls = turnId === null ? [] : await callsOf(db, turnId);
    texts.push(whyText(project, { output, outcome, calls }));
  }
  return { ok: true, text: texts.join('\n\n') };
}

interface Story {
  output: OutputVersion;
  outcome: Outcome | undefined;
  calls: readonly { name: string; times: number }[];
}

function whyText(project: Project, { output, outcome, calls }: Story): string {
  const inPlan = taskInPlan(project, output.task);
  const lines = [`**${output.task} · ${nameOfOutput(project, output)}**`];
  if (inPlan !== null) lines.push(...briefLines(project, inPlan));
  if (outcome !== undefined) {
    lines.push(...makingLines(outcome, inPlan), ...callLines(calls));
    lines.push(...verdictLines(project, outcome, inPlan), ...opinionLines(outcome));
  }
  return lines.join('\n');
}

function briefLines(project: Project, { task, planned }: TaskInPlan): string[] {
  const handed = project.handoffs.filter(({ to }) => to.includes(task.id));
  const sources = handed.map(({ from }) => {
    const submission = project.tasks[from]?.submission ?? null;
    const files = submission?.files.map(({ name }) => name).join(', ') ?? '';
    return `${from} by ${nameOf(project, project.tasks[from]?.assignee ?? 'pm')} (${files})`;
  });
  return [
    line('Brief', clip(planned.brief, 600)),
    line('Why this Specialist', task.assignedWhy),
    line('Built on', sources.length === 0 ? 'the brief alone' : sources.join('; ')),
  ];
}

function makingLines(outcome: Outcome, inPlan: TaskInPlan | null): string[] {
  const { model, tier, personaVersion, microUsd, latencyMs, asked } = outcome;
  const planned = inPlan?.planned.tier ?? tier;
  const reason =
    planned === tier
      ? 'as the plan says'
      : `the plan said ${planned}; it went up when the work was sent back or stuck`;
  const questions = asked === 0 ? '' : ` · ${asked} questions to colleagues`;
  return [
    line('Model', `${model ?? 'not on record'}, ${tier} tier: ${reason}`),
    line('System message', `version ${personaVersion}`),
    line(
      'Cost',
      `${dollars(microUsd, 4)} · ${(latencyMs / 1000).toFixed(1)} s of model time${questions}`,
    ),
  ];
}

function callLines(calls: Story['calls']): string[] {
  if (calls.length === 0) return [];
  const words = calls.map(({ name, times }) => (times === 1 ? name : `${name} ×${times}`));
  return [line('Used', words.join(', '))];
}

function verdictLines(project: Project, outcome: Outcome, inPlan: TaskInPlan | null): string[] {
  const { accepted, judgedBy, reasons, revision } = outcome;
  if (accepted === null || judgedBy === null) return [line('Judged by', 'nobody yet')];
  const who = judgedBy === 'code' ? 'the checks by code' : nameOf(project, judgedBy);
  const verdict = accepted ? 'accepted' : 'sent back';
  const isNewest = inPlan?.task.submission?.revision === revision;
  const results = isNewest ? (inPlan?.task.results ?? []) : [];
  return [
    line('Judged by', `${who}: ${verdict}`),
    ...reasons.map((reason) => `  ↳ ${clip(reason, 300)}`),
    ...results.map(
      ({ met, criterion, evidence }) =>
        `  ${met ? '✅' : '❌'} ${criterion} ${clip(evidence, 200)}`,
    ),
  ];
}

function opinionLines({ feedback }: Outcome): string[] {
  return feedback.map(({ by, rating, text, kind }) => {
    const score = rating === null ? kind : `${rating} of 5`;
    return line(by, text === null ? score : `${score}: ${clip(text, 300)}`);
  });
}

function line(name: string, text: string): string {
  return `**${name}** ${text}`;
}

/** A person is known by name. */
function nameOf(project: Project, by: string): string {
  return [...agentsOf(project), projectManager].find(({ id }) => id === by)?.name ?? by;
}
