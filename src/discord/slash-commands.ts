// The slash face of the common language, made from each command's schema: words for people who do
// not want to remember a grammar. Discord wants lower-case names with hyphens, so `openPoints` is
// `open-points` there and comes back under its own name. What Discord has no option for (objects,
// lists of objects) is left to the text line; lists of texts are written in one option.
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { z } from 'zod';
import type { CommandLine } from '../domain/command-language.ts';
import type { Command } from '../domain/define-command.ts';
import type { Json } from '../lib/json.ts';
import { discordLimits } from './discord-limits.ts';

export interface SlashOption {
  type: ApplicationCommandOptionType;
  name: string;
  description: string;
  required: boolean;
  choices?: { name: string; value: string }[];
  min_length?: number;
  max_length?: number;
  min_value?: number;
  max_value?: number;
}

export interface SlashCommand {
  type: ApplicationCommandType.ChatInput;
  name: string;
  description: string;
  options: SlashOption[];
}

/** One argument of a command, as both faces need it. */
export interface Argument {
  name: string;
  slashName: string;
  description: string;
  isRequired: boolean;
  isList: boolean;
  /** Between the items of a list: prose may hold commas, short words do not. */
  separator: ',' | ';';
  schema: JsonShape;
}

const Shape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});
type JsonShape = z.infer<typeof Shape>;

const CommandShape = z.looseObject({
  properties: z.record(z.string(), Shape).optional(),
  required: z.array(z.string()).optional(),
});

/** Commands for people; one whose required arguments have no slash form is left out. */
export function slashCommandsOf(commands: readonly Command[]): SlashCommand[] {
  return commands.filter(isOffered).map((command) => ({
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: shortened(command.summary),
    // Discord wants the required options first.
    options: argumentsOf(command)
      .sort((a, b) => Number(b.isRequired) - Number(a.isRequired))
      .slice(0, discordLimits.commandOptions)
      .map(optionOf),
  }));
}

function isOffered(command: Command): boolean {
  if (command.people.length === 0) return false;
  const offered = argumentsOf(command).map(({ name }) => name);
  return requiredOf(command).every((name) => offered.includes(name));
}

/** Arguments that have a slash form, in the order of their declaration. */
export function argumentsOf(command: Command): Argument[] {
  const { properties = {} } = shapeOf(command);
  const required = requiredOf(command);
  return Object.entries(properties).flatMap(([name, declared]) => {
    const schema = withoutNull(declared);
    const item = schema.type === 'array' ? Shape.safeParse(schema.items).data : undefined;
    const isList = item?.type === 'string';
    if (!isList && !isScalar(schema)) return [];
    return {
      name,
      slashName: name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      description: declared.description ?? schema.description ?? name,
      isRequired: required.includes(name),
      isList,
      separator: (item?.maxLength ?? 0) > 100 ? ';' : ',',
      schema,
    };
  });
}

function shapeOf(command: Command): z.infer<typeof CommandShape> {
  const document = z.toJSONSchema(command.args, { io: 'input', unrepresentable: 'any' });
  return CommandShape.parse(document);
}

function requiredOf(command: Command): string[] {
  return shapeOf(command).required ?? [];
}

/** `null` is said by leaving the option out. */
function withoutNull(schema: JsonShape): JsonShape {
  const options = schema.anyOf?.map((option) => Shape.parse(option));
  const rest = options?.filter((option) => option.type !== 'null') ?? [];
  if (rest.length === 1 && rest[0] !== undefined) return rest[0];
  if (!Array.isArray(schema.type)) return schema;
  const types = schema.type.filter((type) => type !== 'null');
  return types.length === 1 ? { ...schema, type: types[0] } : schema;
}

function isScalar(schema: JsonShape): boolean {
  return schema.type !== 'array' && optionTypes.has(String(schema.type));
}

const optionTypes = new Map([
  ['string', ApplicationCommandOptionType.String],
  ['integer', ApplicationCommandOptionType.Integer],
  ['number', ApplicationCommandOptionType.Number],
  ['boolean', ApplicationCommandOptionType.Boolean],
  ['array', ApplicationCommandOptionType.String],
]);

function optionOf(argument: Argument): SlashOption {
  const { schema, isList } = argument;
  const type = optionTypes.get(String(schema.type)) ?? ApplicationCommandOptionType.String;
  const listHint = argument.separator === ',' ? 'with commas between' : 'with ; between';
  return {
    type,
    name: argument.slashName,
    description: shortened(isList ? `${argument.description} (${listHint})` : argument.description),
    required: argument.isRequired,
    ...(isList ? {} : boundsOf(schema)),
  };
}

function boundsOf(schema: JsonShape): Partial<SlashOption> {
  if (schema.type === 'string') return stringBounds(schema);
  if (schema.type !== 'integer' && schema.type !== 'number') return {};
  const { minimum, maximum } = schema;
  const isGiven = (bound: number | undefined): bound is number =>
    // zod writes the range of safe integers where the schema gives none.
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  return {
    ...(isGiven(minimum) ? { min_value: minimum } : {}),
    ...(isGiven(maximum) ? { max_value: maximum } : {}),
  };
}

function stringBounds(schema: JsonShape): Partial<SlashOption> {
  const words = schema.enum?.filter((word) => typeof word === 'string') ?? [];
  const fit = words.every((word) => word.length <= discordLimits.choiceChars);
  if (words.length > 0 && words.length <= discordLimits.choices && fit) {
    return { choices: words.map((word) => ({ name: word, value: word })) };
  }
  const { minLength, maxLength } = schema;
  const most = discordLimits.commandStringChars;
  return {
    ...(minLength === undefined ? {} : { min_length: Math.min(minLength, most) }),
    ...(maxLength === undefined ? {} : { max_length: Math.min(maxLength, most) }),
  };
}

function shortened(text: string): string {
  const most = discordLimits.commandDescriptionChars;
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** What Discord says was typed into one option. */
export interface SlashValue {
  name: string;
  value: string | number | boolean;
}

/** The command line that a filled-in slash command stands for. */
export function lineOfSlash(command: Command, values: readonly SlashValue[]): CommandLine {
  const known = argumentsOf(command);
  const named: Record<string, Json> = {};
  for (const { name, value } of values) {
    const argument = known.find(({ slashName }) => slashName === name);
    if (argument === undefined) continue;
    named[argument.name] =
      argument.isList && typeof value === 'string' ? itemsOf(value, argument.separator) : value;
  }
  return { name: command.name, mentions: [], bare: [], named };
}

/** A text as the value of an argument: a list has one item per line. */
export function valueOfText(argument: Argument, text: string): Json {
  return argument.isList ? itemsOf(text, '\n') : text.trim();
}

function itemsOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The argument that a modal asks for: the first required one the line does not give yet. */
export function missingArgument(command: Command, line: CommandLine): Argument | undefined {
  return argumentsOf(command).find(({ name, isRequired }) => isRequired && !(name in line.named));
}
