// Teaches a model the grammar of `text-commands.ts`, and writes in it what was called before, so
// that a conversation with tools reads as one without. Pure. What is written here reads back as the
// same calls.
import { z } from 'zod';
import { formatCommandLine } from '../domain/command-language.ts';
import {
  JsonSchema,
  type ModelMessage,
  type ModelRequest,
  type ToolCall,
  type ToolOffer,
} from '../domain/model-port.ts';
import { type Json, parseJson, parseValue } from '../lib/json.ts';
import { saidFirst } from './prompt-words.ts';
import { itemTextField, propertiesOf, typesOf } from './text-arguments.ts';

/** The messages of a request as a model without tools may read them, the grammar said first. */
export function toSpokenMessages(
  request: Pick<ModelRequest, 'messages' | 'tools' | 'toolChoice'>,
): ModelMessage[] {
  const spoken: ModelMessage[] = [];
  const calls = new Map<string, ToolCall>();
  for (const message of request.messages) {
    if (message.role === 'assistant') {
      for (const call of message.toolCalls) calls.set(call.id, call);
      const lines = message.toolCalls.map((call) => writeCall(call, request.tools));
      const text = [message.text, ...lines].filter((part) => part !== '').join('\n');
      spoken.push({ role: 'assistant', text, toolCalls: [] });
    } else if (message.role === 'tool') {
      addAsUser(spoken, resultInWords(message, calls.get(message.callId)));
    } else if (message.role === 'user') addAsUser(spoken, message.text);
    else spoken.push(message);
  }
  return saidFirst(spoken, grammarInWords(request));
}

/** Turns of user and assistant alternate: many chat templates refuse anything else. */
function addAsUser(spoken: ModelMessage[], text: string): void {
  const last = spoken.at(-1);
  if (last?.role === 'user') {
    spoken[spoken.length - 1] = { role: 'user', text: `${last.text}\n\n${text}` };
  } else spoken.push({ role: 'user', text });
}

function resultInWords(
  { name, text }: Extract<ModelMessage, { role: 'tool' }>,
  call: ToolCall | undefined,
): string {
  // What could not be read begins with why; see `text-commands.ts`.
  const [reason = ''] = call?.argumentsText.split('\n') ?? [];
  const isReadable = call === undefined || readObject(call.argumentsText) !== null;
  return [`Result of /${name}:`, text, ...(isReadable ? [] : [`(${reason})`])].join('\n');
}

/** Text longer than this, or of several lines, is written as a block. */
const inlineCharsMax = 120;

/** One call as a command with its blocks. */
export function writeCall(call: ToolCall, tools: readonly ToolOffer[]): string {
  const args = readObject(call.argumentsText);
  if (args === null) return call.argumentsText.split('\n').slice(1).join('\n') || `/${call.name}`;
  if (!Object.keys(args).every(isPlainKey)) return `/${call.name} ${JSON.stringify(args)}`;
  const tool = tools.find(({ name }) => name === call.name);
  const properties = propertiesOf(tool?.parameters);
  const inline: Record<string, Json> = {};
  const blocks: string[] = [];
  for (const [key, value] of Object.entries(args)) {
    const written = blocksOf(key, value, itemTextField(properties[key], {}));
    if (written === null) inline[key] = value;
    else blocks.push(...written);
  }
  return [formatCommandLine(call.name, inline), ...blocks].join('\n');
}

/** What the line grammar takes for a key. */
function isPlainKey(name: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9-]{0,38}$/.test(name);
}

function blocksOf(key: string, value: Json, field: string | null): string[] | null {
  if (typeof value === 'string') return isLong(value) ? [block(key, value)] : null;
  if (field === null || !Array.isArray(value)) return null;
  const items = value.map((item) => itemOf(item, field));
  if (!items.some((item) => item !== null && isLong(item.text))) return null;
  // All or none of a list, so that its order stays.
  if (items.includes(null)) return null;
  return items.flatMap((item) => {
    if (item === null) return [];
    // The grammar writes names and values alike for commands and for blocks.
    const info = formatCommandLine(key, item.others).slice(1);
    return [block(info, item.text)];
  });
}

function itemOf(item: Json, field: string): { text: string; others: Record<string, Json> } | null {
  const object = parseValue(z.record(z.string(), z.json()), item);
  if (!object.ok) return null;
  const { [field]: text, ...others } = object.value;
  return typeof text === 'string' ? { text, others } : null;
}

function isLong(text: string): boolean {
  return text.length > inlineCharsMax || text.includes('\n');
}

function block(info: string, text: string): string {
  const inside = [...text.matchAll(/^\s*(~{3,})/gm)].map(([, marks = '']) => marks.length);
  const fence = '~'.repeat(Math.max(3, ...inside.map((count) => count + 1)));
  return `${fence} ${info}\n${text}\n${fence}`;
}

function readObject(text: string): Record<string, Json> | null {
  const parsed = parseJson(z.record(z.string(), z.json()), text === '' ? '{}' : text);
  return parsed.ok ? parsed.value : null;
}

/** The grammar and the commands on offer, for the prompt. */
export function grammarInWords({
  tools,
  toolChoice,
}: Pick<ModelRequest, 'tools' | 'toolChoice'>): string {
  return [
    '# Commands',
    'You act by writing commands in your answer. A command is a line that begins with a slash:',
    '/name key:word key:"several words" key:7 key:["a", "list"]',
    'Values are a word, a text in double quotes (as in JSON), or JSON.',
    'Text of several lines goes into a block directly below its command, between two lines',
    'of tildes; the first names the argument. Use more tildes if the text has such lines itself:',
    '~~~ argument\nline one\nline two\n~~~',
    'In a list of objects each block is one object, its short fields beside the argument’s name:',
    '~~~ argument name:report.md\n# A report\n…\n~~~',
    'Whatever else you write is speech, which others read. Do not announce commands: write them.',
    'Their results come in the next message; never make results up.',
    toolChoice === 'required'
      ? 'Your answer must use at least one of these commands:'
      : 'These are the commands you may use now:',
    ...tools.map(toolInWords),
  ].join('\n');
}

function toolInWords({ name, description, parameters }: ToolOffer): string {
  const properties = Object.entries(propertiesOf(parameters));
  const names = properties.map(([key]) => key);
  const usage = names.every(isPlainKey)
    ? names.map((key) => ` ${key}:…`).join('')
    : ` {${names.map((key) => `"${key}": …`).join(', ')}}`;
  const lines = properties.map(([key, schema]) => {
    const hint = itemTextField(schema, {}) === null ? '' : `; each as a block: ~~~ ${key} …`;
    return `  ${key}: ${typeInWords(schema)}${hint}`;
  });
  return [`/${name}${usage}`, `  ${description}`, ...lines].join('\n');
}

/** Deeper parts of a schema are called JSON: nobody writes them by hand. */
const depthMax = 3;

function typeInWords(schema: JsonSchema, depth = 0): string {
  const isOptional = typesOf(schema).includes('null');
  const { description } = schema;
  const notes = [
    ...(typeof description === 'string' ? [description] : []),
    ...(isOptional ? ['may be left out'] : []),
  ];
  const type = bareTypeInWords(schema, depth);
  return notes.length === 0 ? type : `${type} (${notes.join('; ')})`;
}

function bareTypeInWords(schema: JsonSchema, depth: number): string {
  const { enum: values, anyOf, items } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (depth >= depthMax) return 'JSON';
  const options = parseValue(z.array(JsonSchema), anyOf);
  if (options.ok) {
    const wanted = options.value.filter((option) => option['type'] !== 'null');
    return wanted.map((option) => typeInWords(option, depth + 1)).join(' or ');
  }
  const [type] = typesOf(schema).filter((each) => each !== 'null');
  if (type === 'array') {
    const parsed = parseValue(JsonSchema, items);
    return `list of ${parsed.ok ? typeInWords(parsed.value, depth + 1) : 'JSON'}`;
  }
  if (type === 'object') {
    const fields = Object.entries(propertiesOf(schema)).map(
      ([key, part]) => `"${key}": ${typeInWords(part, depth + 1)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  if (type === 'boolean') return 'true or false';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' ? 'text' : 'JSON';
}
