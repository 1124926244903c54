// Reads tool calls out of plain text, for models whose server takes no tools. Pure. This is the
// whole of the grammar; `text-command-words.ts` teaches it and writes it.
//
//   command = "/" name { " " key ":" value }        the line grammar of `command-language.ts`
//           | "/" name " " { JSON object }           all arguments at once
//   block   = fence " " argument { " " key ":" value } newline text newline fence
//   fence   = three or more "~" or "`"
//
// A command begins a line; quotes and brackets may run on over the lines below. Blocks follow their
// command directly. A block's text is its argument's value, or, where that is a list of objects,
// one more object of it: the keys stand on the fence, the text is the field they leave. Everything
// else is speech. Tolerated, because small models write so: list marks and code fences around
// commands, `key: value` lines below one, calls as JSON.
// The surprise: what does not parse is a call all the same, with arguments that are no JSON: their
// first line says what is wrong, so that the model is told and nobody takes it for speech.
import { z } from 'zod';
import { type CommandLine, parseCommandLine } from '../domain/command-language.ts';
import type { ToolCall, ToolOffer } from '../domain/model-port.ts';
import { type Json, parseJson } from '../lib/json.ts';
import { jsonIn } from './answer-text.ts';
import { fitValue, itemTextField, listOf, propertiesOf, requiredTexts } from './text-arguments.ts';

export interface SpokenAnswer {
  /** What is left when the commands are taken out. */
  speech: string;
  calls: Pick<ToolCall, 'name' | 'argumentsText'>[];
}

/** @param isCut the text may end anywhere, so a command that reaches its end is not whole. */
export function readSpoken(
  text: string,
  tools: readonly ToolOffer[],
  { isCut = false }: { isCut?: boolean } = {},
): SpokenAnswer {
  const answer: SpokenAnswer = { speech: '', calls: [] };
  const lines = takeTagged(text, { tools, calls: answer.calls }).split('\n');
  const speech: string[] = [];
  let wrapper: Fence | null = null;
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const fence = fenceOf(line);
    if (wrapper !== null && fence !== null && closes(wrapper, fence)) {
      wrapper = null;
      at += 1;
    } else if (wrapper === null && fence !== null && commandAt(nextLine(lines, at), tools)) {
      wrapper = fence;
      at += 1;
    } else {
      const command = commandAt(line, tools);
      const read = command === null ? null : readCommand(lines, at, { ...command, tools });
      if (read === null) speech.push(line);
      else answer.calls.push(isCut && read.end >= lines.length ? cutOff(read) : read.call);
      at = read?.end ?? at + 1;
    }
  }
  answer.speech = speech.join('\n').trim();
  return answer.calls.length > 0 ? answer : callAsJson(answer.speech, tools);
}

interface Started {
  tool: ToolOffer;
  /** The line from its slash on. */
  text: string;
}

const commandLine = /^\s*(?:(?:[-*>]|\d+\.)\s+)?(\/([a-z][\w-]*)(?=\s|$).*)$/;

/** The command of an offered name that begins on this line, which may be set in backticks. */
function commandAt(line: string, tools: readonly ToolOffer[]): Started | null {
  const [, text = '', name] = commandLine.exec(line.replace(/`(\/.*)`\s*$/, '$1')) ?? [];
  const tool = tools.find((each) => each.name === name);
  return tool === undefined ? null : { tool, text: text.trimEnd() };
}

type Call = SpokenAnswer['calls'][number];

interface ReadCommand {
  call: Call;
  /** Its own lines, without its blocks. */
  written: string;
  /** The first line that is not its. */
  end: number;
}

/** Quotes and brackets of one command may run over this many lines. */
const commandLinesMax = 400;

function readCommand(
  lines: readonly string[],
  at: number,
  { tool, text, tools }: Started & { tools: readonly ToolOffer[] },
): ReadCommand {
  let written = text;
  let end = at + 1;
  let args = readArguments(written, tool);
  // A quote or bracket that is open goes on below, but never into the next command.
  while (typeof args === 'string' && isOpen(written) && end - at < commandLinesMax) {
    const line = lines[end];
    if (line === undefined || commandAt(line, tools) !== null) break;
    written += `\n${line}`;
    end += 1;
    args = readArguments(written, tool);
  }
  if (typeof args === 'string') return { call: refused(tool, args, written), written, end };
  for (;;) {
    const more = readBelow(lines, end, { tool, args });
    if (more === null) break;
    if ('reason' in more) {
      return { call: refused(tool, more.reason, written), written, end: more.end };
    }
    end = more.end;
  }
  return { call: { name: tool.name, argumentsText: JSON.stringify(args) }, written, end };
}

/** Whether a quote or a bracket still waits for its end. */
function isOpen(written: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < written.length; at += 1) {
    const char = written[at];
    if (char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === '{' || char === '[')) depth += 1;
    else if (!isQuoted && (char === '}' || char === ']')) depth -= 1;
  }
  return isQuoted || depth > 0;
}

function refused({ name }: Pick<Call, 'name'>, reason: string, written: string): Call {
  return { name, argumentsText: `${reason}\n${written}` };
}

function cutOff({ call, written }: ReadCommand): Call {
  return refused(call, 'the answer was cut off here; write less at a time', written);
}

type Arguments = Record<string, Json>;

/** @returns the arguments on the command's own lines, or what is wrong with them */
function readArguments(written: string, tool: ToolOffer): Arguments | string {
  const rest = written.slice(tool.name.length + 1).trim();
  if (rest.startsWith('{')) {
    const parsed = parseJson(z.record(z.string(), z.json()), rest);
    return parsed.ok ? parsed.value : parsed.reason;
  }
  // The grammar's own names are narrower than those of tools.
  const parsed = parseCommandLine(`/command ${rest}`);
  if (parsed === null || !parsed.ok) return parsed?.reason ?? 'it is no command';
  return argumentsOf(parsed.line, tool);
}

function argumentsOf(line: CommandLine, tool: ToolOffer): Arguments | string {
  const properties = propertiesOf(tool.parameters);
  const args: Arguments = {};
  for (const [key, value] of Object.entries(line.named)) {
    args[key] = fitValue(value, properties[key]);
  }
  const bare: string[] = [];
  for (let at = 0; at < line.bare.length; at += 1) {
    const word = line.bare[at] ?? '';
    // The line grammar knows neither `key: value` nor `snake_case:value`.
    const [, key = '', joined = ''] = /^(\w[\w-]*):([^]*)$/.exec(word) ?? [];
    const value = joined === '' ? line.bare[at + 1] : joined;
    if (value === undefined || !Object.hasOwn(properties, key)) bare.push(word);
    else {
      args[key] = fitValue(value, properties[key]);
      if (joined === '') at += 1;
    }
  }
  const free = requiredTexts(tool.parameters).filter((name) => !Object.hasOwn(args, name));
  const values = [...line.mentions, ...(bare.length === 0 ? [] : [bare.join(' ')])];
  for (const value of values) {
    const name = free.shift();
    if (name === undefined) return `"${value}" has no argument name`;
    args[name] = value;
  }
  return args;
}

interface Building {
  tool: ToolOffer;
  args: Arguments;
}

/** Adds the block or `key: value` line at `at` to the arguments; null when there is none. */
function readBelow(
  lines: readonly string[],
  at: number,
  building: Building,
): { end: number } | { end: number; reason: string } | null {
  let start = at;
  while (lines[start]?.trim() === '') start += 1;
  const line = lines[start];
  if (line === undefined) return null;
  const fence = fenceOf(line);
  if (fence === null) return start === at ? readKeyLine(line, building, at) : null;
  const place = placeOf(fence.info, building.tool);
  if (place === null) return null;
  const end = endOfBlock(lines, start, fence);
  if (end === null) {
    const reason = `the block "${fence.info}" is not closed with ${fence.mark.repeat(fence.count)}`;
    return { end: lines.length, reason };
  }
  put(building.args, place, lines.slice(start + 1, end).join('\n'));
  return { end: end + 1 };
}

/** `key: value` on a line of its own, for a key that the command has and was not given yet. */
function readKeyLine(line: string, { tool, args }: Building, at: number): { end: number } | null {
  const [, key = '', value = ''] = /^\s*(?:[-*]\s+)?(\w[\w-]*):\s+(\S.*)$/.exec(line) ?? [];
  const properties = propertiesOf(tool.parameters);
  if (!Object.hasOwn(properties, key) || Object.hasOwn(args, key)) return null;
  const quoted = parseJson(z.string(), value);
  args[key] = fitValue(quoted.ok ? quoted.value : value.trim(), properties[key]);
  return { end: at + 1 };
}

interface Fence {
  mark: string;
  count: number;
  info: string;
}

function fenceOf(line: string): Fence | null {
  const [, marks = '', info = ''] = /^\s*(~{3,}|`{3,})([^`]*)$/.exec(line) ?? [];
  return marks === '' ? null : { mark: marks.charAt(0), count: marks.length, info: info.trim() };
}

function closes(open: Fence, fence: Fence): boolean {
  return fence.mark === open.mark && fence.count >= open.count && fence.info === '';
}

/** The line of the closing fence. Fences inside that name a language open and close in pairs. */
function endOfBlock(lines: readonly string[], start: number, open: Fence): number | null {
  let depth = 0;
  for (let at = start + 1; at < lines.length; at += 1) {
    const fence = fenceOf(lines[at] ?? '');
    if (fence === null || fence.mark !== open.mark || fence.count < open.count) continue;
    if (fence.info !== '') depth += 1;
    else if (depth === 0) return at;
    else depth -= 1;
  }
  return null;
}

/** Where a block's text goes: into an argument, or into a new object of a list. */
interface Place {
  argument: string;
  item: { field: string; keys: Arguments } | null;
}

function placeOf(info: string, tool: ToolOffer): Place | null {
  const parsed = parseCommandLine(`/block ${info}`);
  if (parsed === null || !parsed.ok) return null;
  const { bare, named } = parsed.line;
  const properties = propertiesOf(tool.parameters);
  const argument = bare.find((word) => Object.hasOwn(properties, word));
  if (argument !== undefined) {
    const field = itemTextField(properties[argument], named);
    return { argument, item: field === null ? null : { field, keys: named } };
  }
  // Many models name the file alone, as they would in a chat.
  const list = listOf(tool.parameters);
  const name = bare.findLast((word) => /\.\w{1,8}$/.test(word));
  if (list === null || name === undefined) return null;
  return { argument: list.argument, item: { field: list.text, keys: { [list.key]: name } } };
}

function put(args: Arguments, { argument, item }: Place, text: string): void {
  const before = args[argument];
  if (item === null) {
    args[argument] = text;
    return;
  }
  const items = Array.isArray(before) ? before : [];
  const { field, keys } = item;
  const known = items.find(
    (each) => isObject(each) && !Object.hasOwn(each, field) && hasAll(each, keys),
  );
  if (isObject(known)) known[field] = text;
  else items.push({ ...keys, [field]: text });
  args[argument] = items;
}

function hasAll(item: Arguments, keys: Arguments): boolean {
  return Object.entries(keys).every(([key, value]) => item[key] === value);
}

function isObject(value: Json | undefined): value is Arguments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Blank lines between a fence and its command; more are none that anybody means. */
const blankLinesMax = 10;

function nextLine(lines: readonly string[], at: number): string {
  return lines.slice(at + 1, at + 2 + blankLinesMax).find((line) => line.trim() !== '') ?? '';
}

const JsonCall = z.looseObject({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

/** Calls as some chat templates write them: JSON between tags. @returns the text without them */
function takeTagged(
  text: string,
  { tools, calls }: { tools: readonly ToolOffer[]; calls: SpokenAnswer['calls'] },
): string {
  let rest = '';
  let from = 0;
  // Not a pattern: one with a lazy middle takes the square of the time on tags that never close.
  for (;;) {
    const start = text.indexOf(openTag, from);
    const end = start === -1 ? -1 : text.indexOf(closeTag, start);
    if (end === -1) return rest + text.slice(from);
    const call = jsonCallOf(text.slice(start + openTag.length, end), tools);
    const after = end + closeTag.length;
    rest += call === null ? text.slice(from, after) : text.slice(from, start);
    if (call !== null) calls.push(call);
    from = after;
  }
}

const openTag = '<tool_call>';
const closeTag = '</tool_call>';

function callAsJson(text: string, tools: readonly ToolOffer[]): SpokenAnswer {
  const json = jsonIn(text);
  const call = json === null ? null : jsonCallOf(json, tools);
  if (json === null || call === null) return { speech: text, calls: [] };
  const speech = text.replace(json, '').replaceAll(/```(?:json)?\s*```/g, '');
  return { speech: speech.trim(), calls: [call] };
}

function jsonCallOf(json: string, tools: readonly ToolOffer[]) {
  const parsed = parseJson(JsonCall, json.trim());
  if (!parsed.ok || !tools.some(({ name }) => name === parsed.value.name)) return null;
  const args = parsed.value.arguments ?? parsed.value.parameters;
  return args ? { name: parsed.value.name, argumentsText: JSON.stringify(args) } : null;
}
