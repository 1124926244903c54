// Folds one fact into a project's state. No judgement here: a fact already is the conclusion.
import { evolvePlanning } from './evolve-planning.ts';
import { evolveTask } from './evolve-task.ts';
import type { LifeFact, ProjectFact } from './fact.ts';
import { limits } from './limits.ts';
import { hasEnded } from './project.ts';
import type { DialogueLine, OpenTurn, Project } from './project.ts';
import { noUsage } from './turn.ts';
import { addUsage } from './usage.ts';

/** @param project null before the first fact, which must be `project-begun` */
export function evolveProject(project: Project | null, fact: ProjectFact): Project {
  if (fact.type === 'project-begun') return beginProject(fact);
  if (project === null) throw new Error(`The first fact of a project is ${fact.type}.`);
  switch (fact.type) {
    case 'dialogue-continued':
    case 'remark-made':
    case 'objective-understood':
    case 'phase-entered':
    case 'turn-ordered':
    case 'turn-closed':
    case 'turn-put-off':
    case 'turn-went-on':
    case 'decision-opened':
    case 'decision-closed':
    case 'whole-assembled':
    case 'bundle-recorded':
    case 'note-taken':
    case 'project-paused':
    case 'project-resumed':
    case 'pause-told':
    case 'end-told':
      return evolveLife(project, fact);
    case 'turn-held':
    case 'turn-resumed':
    case 'budget-raised':
    case 'turns-held':
    case 'ceilings-raised':
      return evolveHolding(project, fact);
    case 'roster-noted':
    case 'approaches-proposed':
    case 'approach-chosen':
    case 'plan-drafted':
    case 'plan-repair-asked':
    case 'plan-approved':
    case 'stream-created':
    case 'stream-introduced':
    case 'thread-opened':
    case 'stream-completed':
    case 'member-joined':
    case 'message-learned':
      return evolvePlanning(project, fact);
    case 'task-given':
    case 'task-assigned':
    case 'task-started':
    case 'colleague-asked':
    case 'output-submitted':
    case 'changes-requested':
    case 'tier-raised':
    case 'output-passed':
    case 'output-accepted':
    case 'task-stuck':
    case 'task-resumed':
    case 'handed-over':
    case 'feedback-given':
    case 'feedback-taken-back':
      return evolveTask(project, fact);
  }
}

type BegunFact = Extract<LifeFact, { type: 'project-begun' }>;
type HoldingFact = Extract<
  LifeFact,
  { type: 'turn-held' | 'turn-resumed' | 'budget-raised' | 'turns-held' | 'ceilings-raised' }
>;

function evolveLife(project: Project, fact: Exclude<LifeFact, BegunFact | HoldingFact>): Project {
  switch (fact.type) {
    case 'dialogue-continued':
      return { ...project, dialogue: keepLast(project.dialogue, fact.line) };
    case 'remark-made':
      return { ...project, remarks: keepLast(project.remarks, fact.remark) };
    case 'objective-understood':
      return {
        ...project,
        title: fact.title,
        understanding: fact.understanding,
        questions: fact.questions,
      };
    case 'phase-entered':
      return enterPhase(project, fact.phase, fact.at);
    case 'turn-ordered':
      return {
        ...project,
        turns: { ...project.turns, [fact.turnId]: fact.turn },
        turnCount: project.turnCount + 1,
      };
    case 'turn-closed':
      return {
        ...project,
        turns: without<OpenTurn>(project.turns, fact.turnId),
        held: project.held.filter(({ turnId }) => turnId !== fact.turnId),
        usage: addUsage(project.usage, fact.usage),
      };
    case 'turn-put-off':
      return changeTurn(project, fact.turnId, (turn) => ({ ...turn, wait: fact.wait }));
    case 'turn-went-on':
      return changeTurn(project, fact.turnId, ({ wait: _wait, ...turn }) => ({
        ...turn,
        waited: true,
      }));
    case 'decision-opened':
      return {
        ...project,
        decisions: { ...project.decisions, [fact.decision.id]: fact.decision },
        decisionCount: project.decisionCount + 1,
        // What the Director sees is settled: the next plan may be repaired as often as this one.
        planRepairs: fact.decision.kind === 'plan' ? 0 : project.planRepairs,
      };
    case 'decision-closed':
      return { ...project, decisions: without(project.decisions, fact.decision) };
    case 'whole-assembled': {
      const { summary, results, openRisks, lessons } = fact;
      return { ...project, handOver: { summary, results, openRisks, lessons, bundle: null } };
    }
    case 'project-paused':
      return { ...project, paused: { by: fact.by, at: fact.at, told: [] } };
    case 'project-resumed':
      return { ...project, paused: null };
    case 'pause-told': {
      const { paused } = project;
      const told = [...(paused?.told ?? []), fact.place];
      return { ...project, paused: paused === null ? null : { ...paused, told } };
    }
    case 'end-told':
      return { ...project, endTold: [...project.endTold, fact.place] };
    case 'note-taken':
      return project;
    case 'bundle-recorded': {
      const bundle = { file: fact.file, path: fact.path };
      const { handOver } = project;
      return { ...project, handOver: handOver === null ? null : { ...handOver, bundle } };
    }
  }
}

function evolveHolding(project: Project, fact: HoldingFact): Project {
  switch (fact.type) {
    case 'turn-held': {
      const { turnId, because, usage } = fact;
      const turn = project.turns[turnId];
      if (turn === undefined) throw new Error(`${turnId} is held, and is not open.`);
      const counted = addUsage(turn.counted ?? noUsage, usage);
      return {
        ...project,
        turns: without<OpenTurn>(project.turns, turnId),
        held: [...project.held, { ...turn, counted, turnId, because }],
        usage: addUsage(project.usage, usage),
      };
    }
    case 'turn-resumed': {
      const found = project.held.find(({ turnId }) => turnId === fact.turnId);
      if (found === undefined) throw new Error(`${fact.turnId} goes on, and is not held.`);
      const { turnId: _turnId, because: _because, ...turn } = found;
      return {
        ...project,
        turns: { ...project.turns, [fact.turnId]: turn },
        held: project.held.filter((one) => one !== found),
      };
    }
    case 'budget-raised': {
      const { type: _type, ...ceilings } = fact;
      return { ...project, terms: { ...project.terms, ...ceilings } };
    }
    case 'turns-held': {
      const older = fact.turns.map((turn) => ({
        ...turn,
        turnId: null,
        because: 'budget' as const,
      }));
      return { ...project, held: [...project.held, ...older] };
    }
    case 'ceilings-raised': {
      const { type: _type, ...ceilings } = fact;
      // Whatever has no id was ordered anew by the facts that follow.
      const held = project.held.filter(({ turnId }) => turnId !== null);
      return { ...project, terms: { ...project.terms, ...ceilings }, held };
    }
  }
}

function beginProject(fact: BegunFact): Project {
  return {
    id: fact.projectId,
    phase: 'intake',
    title: '',
    objective: fact.objective,
    files: fact.files,
    terms: fact.terms,
    roster: fact.roster,
    director: fact.director,
    openedAt: fact.at,
    endedAt: null,
    understanding: '',
    questions: [],
    dialogue: [],
    approaches: [],
    chosen: null,
    plan: null,
    planFaults: [],
    planRepairs: 0,
    streams: {},
    team: [],
    tasks: {},
    handoffs: [],
    remarks: [],
    feedback: [],
    returns: [],
    decisions: {},
    decisionCount: 0,
    turns: {},
    held: [],
    paused: null,
    endTold: [],
    turnCount: 0,
    handOver: null,
    usage: noUsage,
  };
}

function enterPhase(project: Project, phase: Project['phase'], at: number): Project {
  const isOver = hasEnded(phase);
  const paused = isOver ? null : project.paused;
  return { ...project, phase, paused, planRepairs: 0, endedAt: isOver ? at : null };
}

/** A turn that is not open any more stays as it is. */
function changeTurn(project: Project, id: string, change: (turn: OpenTurn) => OpenTurn): Project {
  const turn = project.turns[id];
  return turn === undefined
    ? project
    : { ...project, turns: { ...project.turns, [id]: change(turn) } };
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key));
}

function keepLast<T extends DialogueLine>(lines: T[], line: T): T[] {
  return [...lines, line].slice(-limits.dialogueLinesMax);
}
