// One question to the model inside a turn: reserved before it is asked, journaled before it is
// used. An answer cut off at its length is asked for once more with twice the room: words go on
// where they stopped, everything else is said anew, because half a command is none.
import type { Agent } from '../domain/agent.ts';
import type { Command } from '../domain/define-command.ts';
import { limits } from '../domain/limits.ts';
import type { ModelAnswer, ModelMessage, ModelPort, ModelRequest } from '../domain/model-port.ts';
import { ModelAnswer as ModelAnswerSchema } from '../domain/model-port.ts';
import type { TurnOrder, TurnUsage } from '../domain/turn.ts';
import { delay } from '../lib/clock.ts';
import { ModelError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import { toJsonSchema } from '../model/json-schema.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { TurnMessage } from './system-message.ts';
import { reach } from '../lib/points.ts';
import { lostCall } from './lost-call.ts';
import type { LostCall } from './lost-call.ts';

/** Where a turn's steps are kept; the first result written under a key stands. */
export interface Journal {
  read(turnId: string): Promise<Map<string, unknown>>;
  write(entry: JournalEntry): Promise<void>;
  /** No answer came; what was reserved for the question is replaced by what it cost. */
  writeLost(calls: LostCalls): Promise<void>;
}

export interface JournalEntry extends LostCalls {
  answer: ModelAnswer;
  microUsd: number;
}

/** Attempts at one question that came to nothing and may have been paid all the same. */
export interface LostCalls {
  order: TurnOrder;
  key: string;
  lost: readonly LostCall[];
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

export interface Asking {
  model: ModelPort;
  journal: Journal;
  budget: Budget;
  commands: readonly Command[];
  tools: readonly Tool[];
  order: TurnOrder;
  agent: Agent;
  turn: TurnMessage;
  signal: AbortSignal;
  /** Whether the turn is certainly still ours. */
  isCurrent: () => boolean;
  /** Answers of an earlier attempt at this turn. */
  journaled: ReadonlyMap<string, unknown>;
  /** Called once, when the model leaves a question of the turn unanswered for long. */
  onDelay: (reason: string) => Promise<void>;
  silenceMs: number;
  /** What the turn has cost so far; each answer is added here. */
  spend: (add: (usage: TurnUsage) => TurnUsage) => void;
}

export interface Question {
  key: string;
  messages: readonly ModelMessage[];
  outputTokensMax: number;
}

/** @throws ModelError when the endpoint fails for good, or the answer is cut off twice */
export async function askModel(
  asking: Asking,
  key: string,
  messages: readonly ModelMessage[],
): Promise<ModelAnswer> {
  const { turn } = asking;
  const outputTokensMax = turn.outputTokensMax + limits.reasoningTokens;
  const answer = await answerOf(asking, { key, messages, outputTokensMax });
  if (answer.finish !== 'length') return answer;
  const more = outputTokensMax * 2;
  const isSpeech = turn.answer === 'text' && answer.toolCalls.length === 0;
  const goesOn = isSpeech && answer.text.trim() !== '';
  const again = await answerOf(asking, {
    key: `${key}.longer`,
    messages: [...messages, ...(goesOn ? goOnAfter(answer.text) : [sayAgain(outputTokensMax)])],
    outputTokensMax: more,
  });
  if (again.finish === 'length') {
    throw new ModelError(
      `The model's answer was cut off twice, the second time at ${more} tokens. ` +
        'The task may be too large for one answer, or the model may think too long.',
      { code: 'model-cut-off', retry: 'never', ids: { turn: asking.order.id } },
    );
  }
  return goesOn ? { ...again, text: `${answer.text}${again.text}` } : again;
}

function goOnAfter(text: string): ModelMessage[] {
  return [
    { role: 'assistant', text, toolCalls: [] },
    {
      role: 'user',
      text: 'You were cut off. Go on exactly where you stopped and repeat nothing.',
    },
  ];
}

function sayAgain(outputTokensMax: number): ModelMessage {
  return {
    role: 'user',
    text:
      `Your answer was cut off after ${outputTokensMax} tokens and nothing of it was used. ` +
      'Give the whole answer again; there is twice the room now.',
  };
}

/** The journaled answer, else a new one, journaled before it is used. */
async function answerOf(asking: Asking, question: Question): Promise<ModelAnswer> {
  const { model, journal, order, journaled } = asking;
  const { key } = question;
  const known = journaled.get(key);
  const recorded = known === undefined ? null : parseValue(ModelAnswerSchema, known);
  const isKnown = recorded?.ok === true;
  const { answer, lost } = isKnown
    ? { answer: recorded.value, lost: [] }
    : await askWithin(asking, question);
  const microUsd = model.price(order.tier, answer.usage);
  if (!isKnown) {
    await journal.write({ order, key, answer, microUsd, lost });
    reach('call.journaled');
  }
  spendLost(asking, lost);
  asking.spend((usage) => ({
    calls: usage.calls + 1,
    inputTokens: usage.inputTokens + answer.usage.inputTokens,
    outputTokens: usage.outputTokens + answer.usage.outputTokens,
    microUsd: usage.microUsd + microUsd,
    modelMs: usage.modelMs + Math.round(answer.latencyMs),
    model: answer.model,
  }));
  return answer;
}

/** Asks within the budget: the most that the call may cost is reserved before it is made. */
async function askWithin(asking: Asking, question: Question): Promise<Answered> {
  const { model, order, budget } = asking;
  const request = requestOf(asking, question);
  const inputTokens = model.estimateTokens(request);
  const outputTokens = request.outputTokensMax;
  const most = { inputTokens, outputTokens, cachedTokens: 0, estimated: true };
  const microUsd = model.price(order.tier, most);
  const id = `${order.id}.${question.key}`;
  const refusal = await budget.reserve(id, { microUsd, tokens: inputTokens + outputTokens });
  if (refusal !== null) {
    throw new ModelError(refusal.reason, {
      code: refusal.isAgency ? 'agency-budget-exhausted' : 'budget-exhausted',
      retry: 'never',
      ids: { turn: order.id },
    });
  }
  reach('call.reserved');
  const lost: LostCall[] = [];
  const onLost = (chars: number) => {
    lost.push(lostCall(model, order.tier, { most, chars }));
  };
  try {
    const answer = await askAloud(asking, { ...request, onLost });
    reach('call.answered');
    return { answer, lost };
  } catch (error) {
    const { key } = question;
    if (lost.length > 0) await asking.journal.writeLost({ order, key, lost });
    // A call that may be made again keeps its reservation, as it may yet have been paid.
    else if (error instanceof ModelError && error.retry === 'never') await budget.release(id);
    throw error;
  }
}

interface Answered {
  answer: ModelAnswer;
  lost: readonly LostCall[];
}

function spendLost({ spend }: Asking, lost: readonly LostCall[]): void {
  for (const { usage: cost, microUsd } of lost) {
    spend((usage) => ({
      ...usage,
      calls: usage.calls + 1,
      inputTokens: usage.inputTokens + cost.inputTokens,
      outputTokens: usage.outputTokens + cost.outputTokens,
      microUsd: usage.microUsd + microUsd,
    }));
  }
}

/** Says so when there is no sign of an answer for long; the waiting goes on all the same. */
async function askAloud(asking: Asking, request: ModelRequest): Promise<ModelAnswer> {
  const { model, order, silenceMs, onDelay } = asking;
  const sign = new AbortController();
  const seconds = Math.round(silenceMs / 1000);
  const reason = `${model.modelName(order.tier)} has not answered for ${seconds} seconds.`;
  // A notice that cannot be given must not cost the answer.
  const silence = delay(silenceMs, sign.signal).then(() => onDelay(reason));
  silence.catch(() => undefined);
  try {
    const onText = () => {
      reach('call.begun');
      sign.abort();
    };
    return await model.ask({ ...request, onText });
  } finally {
    sign.abort();
  }
}

/** The request that a question becomes. */
export function requestOf(
  asking: Asking,
  { key, messages, outputTokensMax }: Question,
): ModelRequest {
  const { order, agent, turn, signal, isCurrent, commands, tools } = asking;
  const single = commands.find((command) => command.name === turn.answer);
  const offers = [
    ...commands.filter((command) => turn.commands.includes(command.name)),
    ...tools.filter((tool) => turn.tools.includes(tool.name)),
  ].map((one) => ({
    name: one.name,
    description: 'summary' in one ? one.summary : one.description,
    parameters: toJsonSchema(one.args),
  }));
  return {
    tier: order.tier,
    messages,
    tools: offers,
    outputTokensMax,
    trace: { agent: agent.id, turn: order.id, step: key },
    signal,
    isCurrent,
    ...(single === undefined
      ? {}
      : { answerSchema: { name: single.name, schema: toJsonSchema(single.args) } }),
  };
}
