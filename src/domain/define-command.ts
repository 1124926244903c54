// One declaration, all faces: a command's zod schema is the source of the slash command, of the
// text line and of the tool that LLMs are offered. Files in commands/ export one of these each.
import { z } from 'zod';
import { parseValue } from '../lib/json.ts';
import type { Json, Parsed } from '../lib/json.ts';
import type { Action, Query } from './action.ts';
import type { Actor, AgentRole, Standing } from './actor.ts';
import type { CommandLine } from './command-language.ts';
import { formatCommandLine, shortCommandLine } from './command-language.ts';

/** What a command causes. */
export type Cause = { action: Action } | { query: Query };

export interface CommandSpec<S extends z.ZodObject> {
  name: string;
  /** One line for people, and the tool description for LLMs. At most 100 characters. */
  summary: string;
  people: readonly Standing[];
  agents: readonly AgentRole[];
  args: S;
  /** Names of the arguments that values without a key go to, in order. */
  positional?: readonly (keyof z.infer<S> & string)[];
  /** The argument that a mention goes to. */
  mention?: keyof z.infer<S> & string;
  cause: (args: z.infer<S>) => Cause;
}

/** A command with its argument type closed over, so that all of them fit in one list. */
export interface Command {
  name: string;
  summary: string;
  people: readonly Standing[];
  agents: readonly AgentRole[];
  args: z.ZodObject;
  positional: readonly string[];
  /** Checks structured arguments, as tools, slash options and modals give them. */
  read(args: unknown): Parsed<ReadCommand>;
  /** Checks the arguments of a text line. */
  readLine(line: CommandLine): Parsed<ReadCommand>;
}

export interface ReadCommand {
  cause: Cause;
  /** The whole command as a line that parses back. */
  line: string;
  /** The line as a thread shows it. */
  shortLine: string;
}

export function defineCommand<S extends z.ZodObject>(spec: CommandSpec<S>): Command {
  const read = (args: unknown): Parsed<ReadCommand> => {
    const parsed = parseValue(spec.args, args);
    if (!parsed.ok) return { ok: false, reason: `/${spec.name}: ${parsed.reason}` };
    return {
      ok: true,
      value: {
        cause: spec.cause(parsed.value),
        line: formatCommandLine(spec.name, parsed.value),
        shortLine: shortCommandLine(spec.name, parsed.value),
      },
    };
  };
  const positional = spec.positional ?? [];
  return {
    name: spec.name,
    summary: spec.summary,
    people: spec.people,
    agents: spec.agents,
    args: spec.args,
    positional,
    read,
    readLine: (line) => {
      const args = argsOfLine({ schema: spec.args, positional, mention: spec.mention }, line);
      return args.ok ? read(args.value) : { ok: false, reason: `/${spec.name}: ${args.reason}` };
    },
  };
}

interface LineShape {
  schema: z.ZodObject;
  positional: readonly string[];
  mention: string | undefined;
}

/** Words become numbers and booleans where the schema wants them; everything else stays text. */
function argsOfLine(shape: LineShape, line: CommandLine): Parsed<Record<string, Json>> {
  const { schema, positional, mention } = shape;
  const args: Record<string, Json> = { ...line.named };
  const free = positional.filter((name) => !(name in args));
  const last = free.at(-1);
  for (const [at, value] of line.bare.entries()) {
    const name = free[at] ?? last;
    if (name === undefined) return { ok: false, reason: `"${value}" has no argument name` };
    // The last positional argument takes all remaining words, so that plain text needs no quotes.
    const before = args[name];
    args[name] = typeof before === 'string' ? `${before} ${value}` : value;
  }
  if (line.mentions.length > 0) {
    if (mention === undefined) return { ok: false, reason: 'it is not addressed to anyone' };
    args[mention] ??= line.mentions[0] ?? '';
  }
  const fields: Record<string, z.core.$ZodType> = schema.def.shape;
  for (const [name, value] of Object.entries(args)) {
    const field = fields[name];
    if (field !== undefined && typeof value === 'string') args[name] = fit(field, value);
  }
  return { ok: true, value: args };
}

function fit(field: z.core.$ZodType, word: string): Json {
  if (z.safeParse(field, word).success) return word;
  const candidates: Json[] = [Number(word), word === 'true', word.split(',')];
  return candidates.find((candidate) => z.safeParse(field, candidate).success) ?? word;
}

/**
 * The one authority check, for every face: slash, button, modal, text line, reaction and tool.
 * @returns null when allowed, else the refusal a person can read
 */
export function refusalOf(command: Command, actor: Actor): string | null {
  if (actor.kind === 'agent') {
    if (command.agents.includes(actor.role)) return null;
    return `/${command.name} is not a command of the ${actor.role}.`;
  }
  if (command.people.includes(actor.standing)) return null;
  const allowed = command.people.includes('specialist')
    ? 'the Director and assigned human specialists'
    : 'the Director';
  if (command.people.length === 0) return `/${command.name} is for the LLMs of the agency only.`;
  return `/${command.name} is for ${allowed}.`;
}
