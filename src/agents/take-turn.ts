// One turn: context → prompt → model ⇄ tools → parsed output. Every model answer is journaled under
// its name before anything is done with it, so that a crash resumes the turn instead of paying
// again.
import type { Agent } from '../domain/agent.ts';
import { checkOutput } from '../domain/check-output.ts';
import type { Command } from '../domain/define-command.ts';
import type { FileRef } from '../domain/file.ts';
import { limits } from '../domain/limits.ts';
import type { ModelAnswer, ModelMessage, ModelPort, ModelRequest } from '../domain/model-port.ts';
import { ModelAnswer as ModelAnswerSchema } from '../domain/model-port.ts';
import type { Project } from '../domain/project.ts';
import { noUsage } from '../domain/turn.ts';
import type { TurnOrder, TurnOutput, TurnUsage } from '../domain/turn.ts';
import { ModelError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import { z } from 'zod';
import { toJsonSchema } from '../model/json-schema.ts';
import type { Tool } from '../tools/define-tool.ts';
import { contextOf } from './context.ts';
import type { TurnContext } from './context.ts';
import { promptOf } from './prompt.ts';
import { missingOf, readAnswer, readCall } from './step.ts';
import type { Used, Vocabulary } from './step.ts';
import type { SystemMessages, TurnMessage } from './system-message.ts';

/** Where a turn's steps are kept; the first result written under a key stands. */
export interface Journal {
  read(turnId: string): Promise<Map<string, unknown>>;
  write(entry: JournalEntry): Promise<void>;
}

export interface JournalEntry {
  order: TurnOrder;
  key: string;
  answer: ModelAnswer;
  microUsd: number;
}

/** What a turn may spend. A call is reserved under its name before it is made. */
export interface Budget {
  /** @returns null when reserved; else why not, in words for the Director */
  reserve(
    id: string,
    amount: { microUsd: number; tokens: number },
  ): Promise<{ reason: string; isAgency: boolean } | null>;
  /** The call was refused by the endpoint and cost nothing. */
  release(id: string): Promise<void>;
}

export interface TakeTurnDeps {
  model: ModelPort;
  systemMessages: SystemMessages;
  commands: readonly Command[];
  tools: readonly Tool[];
  journal: Journal;
  readText: (file: FileRef) => Promise<string>;
  saveText: (name: string, text: string) => Promise<FileRef>;
}

export interface TakeTurnInput {
  order: TurnOrder;
  project: Project;
  agent: Agent;
  signal: AbortSignal;
  budget: Budget;
}

interface Progress {
  messages: ModelMessage[];
  used: Used[];
  said: string[];
  usage: TurnUsage;
  repairs: number;
  toolCalls: number;
}

/** @throws ModelError when the endpoint fails for good, or its answers never fit */
export async function takeTurn(deps: TakeTurnDeps, input: TakeTurnInput): Promise<TurnOutput> {
  const { order, project, agent } = input;
  const turn = deps.systemMessages.turns.get(order.kind);
  const role = deps.systemMessages.roles.get(agent.role);
  if (turn === undefined || role === undefined) throw new Error(`No system message: ${order.kind}`);
  const context = await contextOf(project, order, deps.readText);
  const progress: Progress = {
    messages: promptOf({ role, agent, turn, context }),
    used: [],
    said: [],
    usage: noUsage,
    repairs: 0,
    toolCalls: 0,
  };
  const journaled = await deps.journal.read(order.id);
  const actor = { kind: 'agent' as const, agentId: agent.id, role: agent.role };
  const vocabulary = { turn, actor, commands: deps.commands, tools: deps.tools };
  for (let step = 1; step <= limits.stepsPerTurnMax; step += 1) {
    const key = `model.${step}`;
    const answer = await answerOf(deps, input, { key, turn, progress, known: journaled.get(key) });
    const isOver = await interpret({ vocabulary, context, progress }, answer);
    if (isOver) return outputOf(deps, context, progress);
  }
  throw misfit(`It did not end after ${limits.stepsPerTurnMax} model calls.`, order);
}

interface Asking {
  key: string;
  turn: TurnMessage;
  progress: Progress;
  known: unknown;
}

/** The journaled answer, else a new one, journaled before it is used. */
async function answerOf(
  deps: TakeTurnDeps,
  input: TakeTurnInput,
  { key, turn, progress, known }: Asking,
): Promise<ModelAnswer> {
  const recorded = known === undefined ? null : parseValue(ModelAnswerSchema, known);
  const isKnown = recorded?.ok === true;
  const answer = isKnown
    ? recorded.value
    : await askWithin(deps, input, requestOf(deps, input, { key, turn, progress }));
  const microUsd = deps.model.price(input.order.tier, answer.usage);
  if (!isKnown) await deps.journal.write({ order: input.order, key, answer, microUsd });
  progress.usage = {
    calls: progress.usage.calls + 1,
    inputTokens: progress.usage.inputTokens + answer.usage.inputTokens,
    outputTokens: progress.usage.outputTokens + answer.usage.outputTokens,
    microUsd: progress.usage.microUsd + microUsd,
    modelMs: progress.usage.modelMs + Math.round(answer.latencyMs),
    model: answer.model,
  };
  return answer;
}

/** Asks within the budget: the most that the call may cost is reserved before it is made. */
async function askWithin(
  { model }: TakeTurnDeps,
  { order, budget }: TakeTurnInput,
  request: ModelRequest,
): Promise<ModelAnswer> {
  const inputTokens = model.estimateTokens(request);
  const outputTokens = request.outputTokensMax;
  const most = { inputTokens, outputTokens, cachedTokens: 0, estimated: true };
  const microUsd = model.price(order.tier, most);
  const id = `${order.id}.${request.trace.step}`;
  const refusal = await budget.reserve(id, { microUsd, tokens: inputTokens + outputTokens });
  if (refusal !== null) {
    throw new ModelError(refusal.reason, {
      code: refusal.isAgency ? 'agency-budget-exhausted' : 'budget-exhausted',
      retry: 'never',
      ids: { turn: order.id },
    });
  }
  try {
    return await model.ask(request);
  } catch (error) {
    // A call that may be made again keeps its reservation; so does one that may have been paid.
    if (error instanceof ModelError && error.retry === 'never') await budget.release(id);
    throw error;
  }
}

function requestOf(
  deps: TakeTurnDeps,
  { order, agent, signal }: TakeTurnInput,
  { key, turn, progress }: Omit<Asking, 'known'>,
): ModelRequest {
  const single = deps.commands.find((command) => command.name === turn.answer);
  const offers = [
    ...deps.commands.filter((command) => turn.commands.includes(command.name)),
    ...deps.tools.filter((tool) => turn.tools.includes(tool.name)),
  ].map((one) => ({
    name: one.name,
    description: 'summary' in one ? one.summary : one.description,
    parameters: toJsonSchema(one.args),
  }));
  return {
    tier: order.tier,
    messages: progress.messages,
    tools: offers,
    outputTokensMax: turn.outputTokensMax,
    trace: { agent: agent.id, turn: order.id, step: key },
    signal,
    ...(single === undefined
      ? {}
      : { answerSchema: { name: single.name, schema: toJsonSchema(single.args) } }),
  };
}

interface Interpreting {
  vocabulary: Vocabulary;
  context: TurnContext;
  progress: Progress;
}

/** Applies one answer. @returns whether the turn is over */
async function interpret(interpreting: Interpreting, answer: ModelAnswer): Promise<boolean> {
  const { vocabulary, progress } = interpreting;
  const { turn, commands } = vocabulary;
  progress.messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.toolCalls });
  if (answer.finish === 'refusal') {
    throw new ModelError(`The model declined: ${answer.text}`, {
      code: 'model-refused',
      retry: 'never',
    });
  }
  const single = commands.find((command) => command.name === turn.answer);
  if (single !== undefined) {
    const used = readAnswer(single, answer);
    if ('reason' in used) return repair(progress, used.reason);
    progress.used.push(used);
    return true;
  }
  if (answer.text.trim() !== '') progress.said.push(answer.text.trim());
  if (answer.toolCalls.length > 0) {
    const refused = await useCalls(interpreting, answer);
    if (refused > 0) countRepair(progress, 'Its commands did not fit.');
    const missing = missingOf(turn.needs, progress.used);
    return refused === 0 && missing === null && turn.ends === 'first';
  }
  if (turn.answer === 'text') {
    return answer.text.trim() === '' ? repair(progress, 'Answer with text.') : true;
  }
  const missing = missingOf(turn.needs, progress.used);
  return missing === null ? true : repair(progress, missing);
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
      const result = await outcome.tool.use(outcome.args, {
        files: context.files,
        criteria: context.criteria,
      });
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
function repair(progress: Progress, reason: string): boolean {
  countRepair(progress, reason);
  progress.messages.push({ role: 'user', text: reason });
  return false;
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
  const submitted = progress.used.findLast(({ name }) => name === 'submit');
  const contents = submitted === undefined ? [] : SubmittedFiles.parse(submitted.args).files;
  const files: FileRef[] = [];
  for (const { name, content } of contents) files.push(await deps.saveText(name, content));
  const drafts = contents.map(({ name, content }) => ({ name, text: content }));
  return {
    said: progress.said.join('\n\n').slice(0, 8000),
    commands: progress.used.flatMap(({ read }) =>
      'action' in read.cause ? [{ action: read.cause.action, line: read.shortLine }] : [],
    ),
    files,
    checks: submitted === undefined ? [] : checkOutput(context.criteria, drafts),
    usage: progress.usage,
  };
}
