// One declaration, all faces: a command's zod schema is the source of the slash command, of the
// text line and of the tool that LLMs are offered. Files in commands/ export one of these each.
import { z } from 'zod';
import { parseValue } from '../lib/json.ts';
import type { Json, Parsed } from '../lib/json.ts';
import type { Action, Query } from './action.ts';
import type { Actor, AgentRole, Standing } from './actor.ts';
import type { CommandLine } from './command-language.ts';
import { formatCommandLine, shortCommandLine } from './command-language.ts';

/** What a command causes; `isForAll`: in every open project, one after the other. */
export type Cause = { action: Action; isForAll?: boolean } | { query: Query };

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

type Fields = Record<string, z.core.$ZodType>;

/** Words become numbers, booleans and lists where the schema wants them; others stay text. */
function argsOfLine(shape: LineShape, line: CommandLine): Parsed<Record<string, Json>> {
  const { positional, mention } = shape;
  const fields: Fields = shape.schema.def.shape;
  const args: Record<string, Json> = { ...line.named };
  const plain = plainTextOf(shape, line);
  if (plain !== null) return { ok: true, value: plain };
  if (line.fault !== undefined) return { ok: false, reason: line.fault };
  for (const value of line.bare) {
    const free = positional.filter((name) => !Object.hasOwn(args, name));
    const name = free.find((one) => takes(fields, one, value)) ?? positional.at(-1);
    if (name === undefined) return { ok: false, reason: `"${value}" has no argument name` };
    // The last positional argument takes all remaining words, so that plain text needs no quotes.
    const before = Object.hasOwn(args, name) ? args[name] : undefined;
    args[name] = typeof before === 'string' ? `${before} ${value}` : value;
  }
  if (line.mentions.length > 0) {
    if (mention === undefined) return { ok: false, reason: 'it is not addressed to anyone' };
    args[mention] ??= line.mentions[0] ?? '';
  }
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === 'string') args[name] = fit(fields, name, value);
  }
  return { ok: true, value: args };
}

/**
 * What was written after a command that takes nothing but one text: all of it, as it is, unless one
 * of the command's arguments is named in it.
 */
function plainTextOf({ schema, positional, mention }: LineShape, line: CommandLine) {
  const [name] = positional;
  if (name === undefined || positional.length > 1 || mention !== undefined) return null;
  const keys = Object.keys(line.named);
  const isNamed = keys.some((key) => Object.hasOwn(schema.def.shape, key));
  const { text = '', fault } = line;
  const items = line.bare.length + line.mentions.length + keys.length;
  const isOneValue = fault === undefined && line.bare.length === 1 && items === 1;
  return isNamed || isOneValue || text === '' ? null : { [name]: text };
}

function takes(fields: Fields, name: string, word: string): boolean {
  const field = fields[name];
  return field !== undefined && z.safeParse(field, fit(fields, name, word)).success;
}

/** A list of texts takes a word as its only item; a list of ids is split at its commas. */
function fit(fields: Fields, name: string, word: string): Json {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined || z.safeParse(field, word).success) return word;
  const flags: Json[] = word === 'true' || word === 'false' ? [word === 'true'] : [];
  const parts = word.split(',').map((part) => part.trim());
  const candidates: Json[] = [Number(word), ...flags, [word], parts];
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
