// Replies of model servers, and ways to spoil them: in their bytes and in their values. Pure; the
// same seed spoils the same reply in the same way.
import { z } from 'zod';
import { ChatBody, replyBody, replyChunks } from '../support/chat-protocol.ts';
import type { ScriptedReply } from '../support/chat-protocol.ts';
import { responseBody, responseEvents } from '../support/responses-protocol.ts';

const request = ChatBody.parse({ model: 'm', messages: [], stream: true });

const replies: readonly ScriptedReply[] = [
  { text: 'Good morning to all of you.' },
  { text: '{"title":"A guide","questions":["Which \\"year\\"?",null]}' },
  { toolCalls: [{ name: 'look', arguments: { at: 'home', again: [1, 2] } }] },
  {
    text: 'I look twice.',
    toolCalls: [
      { id: 'a', name: 'look', arguments: { at: 'home' } },
      { id: 'a', name: 'look', arguments: '{"at":' },
    ],
  },
  { refusal: 'I would rather not.' },
  { text: 'Cut off in the mid', finish: 'length' },
];

export type Roll = () => number;

function pick<T>(roll: Roll, list: readonly T[]): T {
  const one = list[Math.floor(roll() * list.length)];
  if (one === undefined) throw new Error('An empty list has nothing to pick.');
  return one;
}

/** The values that one answer consists of: one for a whole reply, several for a stream. */
export function valuesOf(
  api: 'chat' | 'responses',
  roll: Roll,
): { values: string[]; isWhole: boolean } {
  const reply = pick(roll, replies);
  const isWhole = roll() < 0.5;
  if (api === 'chat') {
    return { isWhole, values: isWhole ? [replyBody(reply, request)] : replyChunks(reply, request) };
  }
  const values = isWhole ? [responseBody(reply, request)] : responseEvents(reply, request).events;
  return { isWhole, values };
}

const junk: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  'x'.repeat(10_000),
  '\u0000\uD800',
  '__proto__',
  [],
  {},
  [[[[]]]],
  { constructor: { prototype: 1 } },
  Array.from({ length: 200 }, (_, index) => index),
];

/** The value with one of its parts, wherever it stands, replaced, dropped or doubled. */
export function spoilValue(value: unknown, roll: Roll): unknown {
  if (roll() < 0.15 || typeof value !== 'object' || value === null) return pick(roll, junk);
  if (Array.isArray(value) && value.length > 0) {
    const at = Math.floor(roll() * value.length);
    const list = z.array(z.unknown()).parse(value);
    const way = roll();
    if (way < 0.2) return list.toSpliced(at, 1);
    if (way < 0.4) return list.toSpliced(at, 0, list[at]);
    return list.with(at, spoilValue(list[at], roll));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return { ['__proto__']: 1, more: pick(roll, junk) };
  const [key] = pick(roll, entries);
  if (roll() < 0.2) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(
    entries.map(([name, part]) => [name, name === key ? spoilValue(part, roll) : part]),
  );
}

/** The bytes of a body cut, flipped, doubled, or with a word in them exchanged. */
export function spoilBytes(body: string, roll: Roll): Buffer {
  const bytes = Buffer.from(body);
  const at = Math.floor(roll() * bytes.length);
  const way = Math.floor(roll() * 6);
  if (way === 0) return bytes.subarray(0, at);
  if (way === 1) {
    for (let times = 0; times < 5; times += 1) {
      bytes[Math.floor(roll() * bytes.length)] = Math.floor(roll() * 256);
    }
    return bytes;
  }
  if (way === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at / 2)]);
  if (way === 3) return Buffer.concat([bytes, bytes]);
  if (way === 4) return Buffer.from(body.replaceAll('\n\n', '\n'));
  const words: [RegExp, string][] = [
    [/\d+/g, 'NaN'],
    [/"(stop|tool_calls)"/, '"whatever"'],
    [/data: \[DONE\]/, 'data: {"error":{"message":"upstream failed"}}'],
    [/\}/g, '}}'],
    [/"role"/, `${'['.repeat(5_000)}"role"`],
    [/:/, `:${' '.repeat(3_000)}`],
  ];
  const [pattern, word] = pick(roll, words);
  return Buffer.from(body.replace(pattern, word));
}
