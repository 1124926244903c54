// What a model's answer means for the turn, as data: the loop in take-turn only carries it out.
// Pure.
import type { Actor } from '../domain/actor.ts';
import { refusalOf } from '../domain/define-command.ts';
import type { Command, ReadCommand } from '../domain/define-command.ts';
import type { ModelAnswer, ToolCall } from '../domain/model-port.ts';
import { dropNulls } from '../model/drop-nulls.ts';
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { Need, TurnMessage } from './system-message.ts';

/** A command that the turn used, with its arguments as the model gave them. */
export interface Used {
  name: string;
  read: ReadCommand;
  args: unknown;
}

/** What to do about one tool call. */
export type CallOutcome =
  | { is: 'command'; callId: string; used: Used }
  | { is: 'tool'; callId: string; tool: Tool; args: unknown }
  | { is: 'refused'; callId: string; name: string; reason: string };

export interface Vocabulary {
  turn: TurnMessage;
  actor: Actor;
  commands: readonly Command[];
  tools: readonly Tool[];
}

/** Reads one tool call against the commands and tools that this turn may use. */
export function readCall(vocabulary: Vocabulary, call: ToolCall): CallOutcome {
  const { turn, actor, commands, tools } = vocabulary;
  const refuse = (reason: string): CallOutcome => {
    return { is: 'refused', callId: call.id, name: call.name, reason };
  };
  const parsed = parseJson(z.json(), call.argumentsText === '' ? '{}' : call.argumentsText);
  if (!parsed.ok) return refuse(`The arguments are ${parsed.reason}`);
  const tool = tools.find((one) => one.name === call.name && turn.tools.includes(one.name));
  if (tool !== undefined) {
    return { is: 'tool', callId: call.id, tool, args: dropNulls(tool.args, parsed.value) };
  }
  const command = commands.find((one) => one.name === call.name);
  if (command === undefined || !turn.commands.includes(command.name)) {
    return refuse(`There is no ${call.name} in this turn.`);
  }
  const refusal = refusalOf(command, actor);
  if (refusal !== null) return refuse(refusal);
  const args = dropNulls(command.args, parsed.value);
  const read = command.read(args);
  if (!read.ok) return refuse(read.reason);
  return { is: 'command', callId: call.id, used: { name: command.name, read: read.value, args } };
}

/** The answer's text as the arguments of the one command that the turn answers with. */
export function readAnswer(command: Command, answer: ModelAnswer): Used | { reason: string } {
  const text = answer.text.trim().replaceAll(/^```(?:json)?\s*|\s*```$/g, '');
  const parsed = parseJson(z.json(), text);
  if (!parsed.ok) return { reason: `Answer with one JSON object. Yours is ${parsed.reason}` };
  const args = dropNulls(command.args, parsed.value);
  const read = command.read(args);
  return read.ok ? { name: command.name, read: read.value, args } : { reason: read.reason };
}

/** @returns what is still missing before the turn may end, in words for the model; null: nothing */
export function missingOf(needs: readonly Need[], used: readonly Used[]): string | null {
  for (const need of needs) {
    const count = used.filter(({ name }) => need.any.includes(name)).length;
    if (count >= need.times) continue;
    const times = need.times === 1 ? '' : ` at least ${need.times} times (so far ${count})`;
    return `Use ${need.any.join(' or ')}${times}.`;
  }
  return null;
}
