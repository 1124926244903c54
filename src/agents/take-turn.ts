// One turn: context → prompt → model ⇄ tools → parsed output. Every model answer is journaled under
// its name before anything is done with it (ask-model.ts), so that a crash resumes the turn instead
// of paying again. A turn that gets nowhere is stopped by counting.
import type { Agent } from '../domain/agent.ts';
import { checkOutput } from '../domain/check-output.ts';
import type { Command } from '../domain/define-command.ts';
import type { FileRef } from '../domain/file.ts';
import { limits } from '../domain/limits.ts';
import { lastingKinds } from '../domain/memory.ts';
import type { ModelAnswer, ModelMessage, ModelPort } from '../domain/model-port.ts';
import type { Project } from '../domain/project.ts';
import { noUsage } from '../domain/turn.ts';
import type { TurnOrder, TurnOutput, TurnUsage } from '../domain/turn.ts';
import { ModelError } from '../lib/errors.ts';
import { z } from 'zod';
import type { Tool, ToolContext } from '../tools/define-tool.ts';
import { answerFromMemory, recollect } from './recollect.ts';
import type { Recall } from './recollect.ts';
import type { Asking, Budget, Journal } from './ask-model.ts';
import { askInOtherWords } from './ask-in-other-words.ts';
import type { Manner } from './ask-in-other-words.ts';
import { contextOf } from './context.ts';
import type { TurnContext } from './context.ts';
import { historyAt, sectionsAt } from './context-levels.ts';
import type { ContextLevel } from './context-levels.ts';
import { leftToDo } from './left-to-do.ts';
import type { LeftToDo } from './left-to-do.ts';
import { promptOf } from './prompt.ts';
import { missingOf, readAnswer, readCall } from './step.ts';
import type { Used, Vocabulary } from './step.ts';
import { studyContext } from './study-sections.ts';
import type { StudyMaterial } from './study-sections.ts';
import type { SystemMessages, TurnMessage } from './system-message.ts';

export interface TakeTurnDeps {
  model: ModelPort;
  systemMessages: SystemMessages;
  commands: readonly Command[];
  tools: readonly Tool[];
  journal: Journal;
  readText: (file: FileRef) => Promise<string>;
  saveText: (name: string, text: string) => Promise<FileRef>;
  /** Absent: nothing is remembered. */
  recall?: Recall;
  /** How long a model may say nothing until somebody is told; `limits.silenceMs` when absent. */
  silenceMs?: number;
}

export interface TakeTurnInput {
  order: TurnOrder;
  project: Project;
  agent: Agent;
  signal: AbortSignal;
  /** Whether the turn is certainly still ours; absent: nobody else can have it. */
  isCurrent?: () => boolean;
  budget: Budget;
  /** Besides the project, for a turn that studies how the work went. */
  study?: StudyMaterial;
  /** Told at most once, when the model leaves the turn waiting. */
  onDelay?: (reason: string) => Promise<void>;
}

interface Progress {
  /** What was said after the prompt. */
  messages: ModelMessage[];
  used: Used[];
  said: string[];
  usage: TurnUsage;
  repairs: number;
  toolCalls: number;
}

/** @throws ModelError when the endpoint fails for good, or its answers never fit */
export async function takeTurn(deps: TakeTurnDeps, input: TakeTurnInput): Promise<TurnOutput> {
  const { order, agent } = input;
  const turn = deps.systemMessages.turns.get(order.kind);
  // Whose instructions apply is a matter of the turn: the PM may take a Collaborator's.
  const role = turn && deps.systemMessages.roles.get(turn.role);
  if (turn === undefined || role === undefined) throw new Error(`No system message: ${order.kind}`);
  const context = await contextFor(deps, input);
  const progress: Progress = {
    messages: [],
    used: [],
    said: [],
    usage: noUsage,
    repairs: 0,
    toolCalls: 0,
  };
  const asking = await askingOf(deps, input, { turn, progress });
  const actor = { kind: 'agent' as const, agentId: agent.id, role: turn.role };
  const vocabulary = { turn, actor, commands: deps.commands, tools: deps.tools };
  const interpreting = { vocabulary, context, progress, left: leftIn(input) };
  const manner: Manner = { level: 'whole', hasRephrased: false };
  const messagesAt = (level: ContextLevel) => [
    ...promptOf({ role, agent, turn, sections: sectionsAt(context, level) }),
    ...historyAt(progress.messages, level),
  ];
  let idle = 0;
  for (let number = 1; number <= limits.callsPerTurnMax; number += 1) {
    const answer = await askInOtherWords(asking, { number, manner, messagesAt });
    const outcome = await interpret(interpreting, answer);
    if (outcome === 'over') return outputOf(deps, context, progress);
    // Where a server gives one command per answer, a long list takes as many answers.
    if (outcome !== 'further') idle += 1;
    if (idle >= limits.stepsPerTurnMax) break;
  }
  throw misfit(`It did not end after ${limits.stepsPerTurnMax} model calls.`, order);
}

async function contextFor(
  { readText, recall }: TakeTurnDeps,
  { project, order, study }: TakeTurnInput,
): Promise<TurnContext & Pick<ToolContext, 'recall'>> {
  const context =
    study === undefined
      ? await contextOf(project, order, readText)
      : studyContext(project, order, study);
  if (recall === undefined) return { ...context, recall: async () => 'Nothing is remembered.' };
  const memories = await recollect(recall, project, order);
  const sections = memories === null ? context.sections : [...context.sections, memories];
  const ask: ToolContext['recall'] = (question, where) => {
    const kinds = where === 'messages' ? (['message'] as const) : lastingKinds;
    return answerFromMemory(recall, project, { question, kinds });
  };
  return { ...context, sections, recall: ask };
}

function leftIn({ order, project }: TakeTurnInput): Interpreting['left'] {
  return (used) => leftToDo(order.kind, project, used);
}

interface Taking {
  turn: TurnMessage;
  progress: Progress;
}

async function askingOf(
  deps: TakeTurnDeps,
  { order, agent, signal, isCurrent = () => true, budget, onDelay }: TakeTurnInput,
  { turn, progress }: Taking,
): Promise<Asking> {
  const { model, journal, commands, tools, silenceMs = limits.silenceMs } = deps;
  let wasTold = false;
  return {
    model,
    journal,
    budget,
    commands,
    tools,
    order,
    agent,
    turn,
    signal,
    isCurrent,
    silenceMs,
    journaled: await journal.read(order.id),
    spend: (add) => {
      progress.usage = add(progress.usage);
    },
    onDelay: async (reason) => {
      if (wasTold) return;
      wasTold = true;
      await onDelay?.(reason);
    },
  };
}

interface Interpreting {
  vocabulary: Vocabulary;
  context: TurnContext & Pick<ToolContext, 'recall'>;
  progress: Progress;
  left: (used: readonly Used[]) => LeftToDo | null;
}

/** `further`: it used commands that it had not used yet, and nothing was refused. */
type Outcome = 'over' | 'further' | 'on';

/** Applies one answer. */
async function interpret(interpreting: Interpreting, answer: ModelAnswer): Promise<Outcome> {
  const { vocabulary, progress } = interpreting;
  const { turn, commands } = vocabulary;
  const { text, toolCalls, replay } = answer;
  const kept = replay === undefined ? {} : { replay };
  progress.messages.push({ role: 'assistant', text, toolCalls, ...kept });
  const single = commands.find((command) => command.name === turn.answer);
  if (single !== undefined) {
    const used = readAnswer(single, answer);
    if ('reason' in used) return repair(progress, used.reason);
    progress.used.push(used);
    return 'over';
  }
  if (answer.text.trim() !== '') progress.said.push(answer.text.trim());
  if (answer.toolCalls.length > 0) return applyCalls(interpreting, answer);
  if (turn.answer === 'text') {
    return answer.text.trim() === '' ? repair(progress, 'Answer with text.') : 'over';
  }
  const missing = missingNow(interpreting);
  return missing === null ? 'over' : repair(progress, missing);
}

/** What keeps the turn from ending, in words for the model. */
function missingNow({ vocabulary, progress, left }: Interpreting): string | null {
  const needed = left(progress.used)?.needed ?? [];
  if (needed.length > 0) return `Still needed: ${needed.join(', ')}.`;
  return missingOf(vocabulary.turn.needs, progress.used);
}

async function applyCalls(interpreting: Interpreting, answer: ModelAnswer): Promise<Outcome> {
  const { vocabulary, progress, left } = interpreting;
  const known = new Set(progress.used.map(lineOf));
  const refused = await useCalls(interpreting, answer);
  const remaining = left(progress.used);
  if (remaining !== null && remaining.all.length === 0) return 'over';
  if (refused > 0) countRepair(progress, 'Its commands did not fit.');
  else if (vocabulary.turn.ends === 'first' && missingNow(interpreting) === null) return 'over';
  if (remaining !== null) addToLast(progress, `Still to do: ${remaining.all.join(', ')}.`);
  const isFurther = progress.used.some((used) => !known.has(lineOf(used)));
  return refused === 0 && isFurther ? 'further' : 'on';
}

function lineOf({ read }: Used): string {
  return read.line;
}

/** The last result of this answer carries what the model should know next. */
function addToLast({ messages }: Progress, text: string): void {
  const last = messages.at(-1);
  if (last?.role !== 'tool') return;
  messages[messages.length - 1] = { ...last, text: `${last.text} ${text}` };
}

/** Carries out the calls of one answer, in order. @returns how many were refused */
async function useCalls(
  { vocabulary, context, progress }: Interpreting,
  answer: ModelAnswer,
): Promise<number> {
  let refused = 0;
  for (const call of answer.toolCalls) {
    const outcome = readCall(vocabulary, call);
    if (outcome.is !== 'command') progress.toolCalls += 1;
    checkCounts(progress);
    const reply = (text: string) =>
      progress.messages.push({ role: 'tool', callId: call.id, name: call.name, text });
    if (outcome.is === 'refused') {
      refused += 1;
      reply(`Refused: ${outcome.reason}`);
    } else if (outcome.is === 'command') {
      progress.used.push(outcome.used);
      reply('Done.');
    } else {
      const { files, criteria, recall } = context;
      const result = await outcome.tool.use(outcome.args, { files, criteria, recall });
      if (!result.ok) refused += 1;
      reply(result.ok ? result.value : `Refused: ${result.reason}`);
    }
  }
  return refused;
}

/** A turn that goes on and on is stopped by counting, not by judging. */
function checkCounts({ toolCalls, used }: Progress): void {
  if (toolCalls > limits.toolCallsPerTurnMax) {
    throw misfit(`It used more than ${limits.toolCallsPerTurnMax} tools.`, null);
  }
  if (used.length >= limits.commandsPerTurnMax) {
    throw misfit(`It used more than ${limits.commandsPerTurnMax} commands.`, null);
  }
}

/** Tells the model what is wrong, a bounded number of times. */
function repair(progress: Progress, reason: string): Outcome {
  countRepair(progress, reason);
  progress.messages.push({ role: 'user', text: reason });
  return 'on';
}

function countRepair(progress: Progress, reason: string): void {
  progress.repairs += 1;
  if (progress.repairs > limits.repairsPerTurnMax) throw misfit(reason, null);
}

function misfit(reason: string, order: TurnOrder | null): ModelError {
  return new ModelError(`The model's answer could not be used: ${reason}`, {
    code: 'model-misfit',
    retry: 'never',
    ids: order === null ? {} : { turn: order.id },
  });
}

const SubmittedFiles = z.object({
  files: z.array(z.object({ name: z.string(), content: z.string() })),
});

/** Stores what was submitted and checks it, so that the decision needs no document. */
async function outputOf(
  deps: TakeTurnDeps,
  context: TurnContext,
  progress: Progress,
): Promise<TurnOutput> {
  // Whoever submits twice means the last; the rest of the turn must not show the first.
  const submitted = progress.used.findLast(({ name }) => name === 'submit');
  const used = progress.used.filter((one) => one.name !== 'submit' || one === submitted);
  const contents = submitted === undefined ? [] : SubmittedFiles.parse(submitted.args).files;
  const files: FileRef[] = [];
  for (const { name, content } of contents) files.push(await deps.saveText(name, content));
  const drafts = contents.map(({ name, content }) => ({ name, text: content }));
  return {
    said: progress.said.join('\n\n').slice(0, 8000),
    commands: used.flatMap(({ read }) =>
      'action' in read.cause ? [{ action: read.cause.action, line: read.shortLine }] : [],
    ),
    files,
    checks: submitted === undefined ? [] : checkOutput(context.criteria, drafts),
    usage: progress.usage,
  };
}
