// One declaration, all faces: structured arguments, text lines, mentions and plain words.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseCommandLine } from '../../src/domain/command-language.ts';
import { defineCommand, refusalOf } from '../../src/domain/define-command.ts';
import type { Command } from '../../src/domain/define-command.ts';
import { parseJson } from '../../src/lib/json.ts';

const order = defineCommand({
  name: 'order',
  summary: 'Order something',
  people: ['director', 'specialist'],
  agents: ['collaborator'],
  args: z.strictObject({
    id: z.string().regex(/^T\d+$/),
    to: z.string().optional(),
    count: z.int().min(1).optional(),
    isUrgent: z.boolean().optional(),
    items: z.array(z.string().regex(/^[a-z]+$/)).optional(),
    words: z.array(z.string().min(1)).min(1).optional(),
    note: z.string().optional(),
  }),
  positional: ['id', 'count', 'note'],
  mention: 'to',
  cause: (args) => ({ query: { type: 'help', command: JSON.stringify(args) } }),
});

const say = defineCommand({
  name: 'say',
  summary: 'Say something',
  people: ['director'],
  agents: [],
  args: z.strictObject({ text: z.string().trim().min(1), loud: z.boolean().optional() }),
  positional: ['text'],
  cause: ({ text }) => ({ query: { type: 'help', command: text } }),
});

function argsOf(command: Command, text: string): unknown {
  const parsed = parseCommandLine(text);
  if (parsed === null) throw new Error('no command');
  const read = command.readLine(parsed.line);
  if (!read.ok) return read.reason;
  const { cause } = read.value;
  if (!('query' in cause) || cause.query.type !== 'help') throw new Error('no help');
  return cause.query.command;
}

function orderOf(text: string): unknown {
  const parsed = parseJson(z.json(), String(argsOf(order, text)));
  return parsed.ok ? parsed.value : parsed.reason;
}

describe('a text line', () => {
  test.each<[string, Record<string, unknown>]>([
    ['/order T1', { id: 'T1' }],
    ['/order id:T1 count:3', { id: 'T1', count: 3 }],
    ['/order T1 3', { id: 'T1', count: 3 }],
    ['/order 3 T1', { id: 'T1', count: 3 }],
    ['/order T1 3 as soon as possible', { id: 'T1', count: 3, note: 'as soon as possible' }],
    ['/order T1 soon', { id: 'T1', note: 'soon' }],
    ['/order @Ada T1', { id: 'T1', to: 'Ada' }],
    ['/order T1 to:Bruno @Ada', { id: 'T1', to: 'Bruno' }],
    ['/order T1 isUrgent:true', { id: 'T1', isUrgent: true }],
    ['/order T1 isUrgent:false', { id: 'T1', isUrgent: false }],
    ['/order T1 items:a,b', { id: 'T1', items: ['a', 'b'] }],
    ['/order T1 items:"a, b"', { id: 'T1', items: ['a', 'b'] }],
    ['/order T1 items:["a"]', { id: 'T1', items: ['a'] }],
    ['/order T1 words:"short, but clear"', { id: 'T1', words: ['short, but clear'] }],
    ['/order T1 note:12', { id: 'T1', note: '12' }],
  ])('%s gives its arguments', (text, expected) => {
    expect(orderOf(text)).toEqual(expected);
  });

  test.each([
    ['/order', 'id'],
    ['/order T1 isUrgent:maybe', 'isUrgent'],
    ['/order T1 count:many', 'count'],
    ['/order T1 colour:red', 'colour'],
    ['/order T1 constructor:x', 'constructor'],
    ['/order X1', 'id'],
  ])('%s is refused, naming what is wrong', (text, name) => {
    expect(argsOf(order, text)).toMatch(new RegExp(`^/order: .*${name}`));
  });

  test('of plain words is taken as they were written', () => {
    const text = '/say Look:\n  "this" is for @Ada, see https://a.b and at 10:30';
    expect(argsOf(say, text)).toBe('Look:\n  "this" is for @Ada, see https://a.b and at 10:30');
    expect(argsOf(say, '/say "one text"')).toBe('one text');
    expect(argsOf(say, '/say Budget:100')).toBe('Budget:100');
    expect(argsOf(say, '/say loud:true "now then"')).toBe('now then');
    expect(argsOf(say, '/say')).toMatch(/^\/say: text/);
    expect(argsOf(say, '/say He said "hello')).toBe('He said "hello');
    expect(argsOf(say, '/say "hello')).toBe('"hello');
    expect(argsOf(say, '/say [1] a:1 a:2 [so')).toBe('[1] a:1 a:2 [so');
    expect(argsOf(say, '/say loud:true "now then')).toBe('/say: a quotation mark is not closed');
    expect(argsOf(order, '/order T1 "soon')).toBe('/order: a quotation mark is not closed');
  });

  test('to somebody is refused where the command is addressed to nobody', () => {
    const parsed = { name: 'say', mentions: ['Ada'], bare: [], named: {} };
    expect(say.readLine(parsed)).toEqual({
      ok: false,
      reason: '/say: it is not addressed to anyone',
    });
  });
});

describe('structured arguments', () => {
  test('are checked, and show as a line that reads back the same', () => {
    const args = { id: 'T1', note: 'two\nlines "quoted"', words: ['a, b', '[c'], count: 2 };
    const read = order.read(args);
    if (!read.ok) throw new Error(read.reason);
    expect(orderOf(read.value.line)).toEqual(args);
  });

  test('that do not fit are refused, naming each', () => {
    const read = order.read({ id: 'X', count: 0 });
    expect(read.ok ? '' : read.reason).toMatch(/^\/order: id: .*; count: /);
  });
});

describe('authority', () => {
  const human = (standing: 'director' | 'specialist' | 'stranger') =>
    ({ kind: 'human', userId: '200000000000000001', name: 'Eve', standing }) as const;

  test('is refused to strangers and to agents of another role, each with its reason', () => {
    expect(refusalOf(order, human('stranger'))).toBe(
      '/order is for the Director and assigned human specialists.',
    );
    expect(refusalOf(say, human('specialist'))).toBe('/say is for the Director.');
    expect(refusalOf(order, { kind: 'agent', agentId: 'A1', role: 'specialist' })).toBe(
      '/order is not a command of the specialist.',
    );
    expect(refusalOf({ ...say, people: [] }, human('director'))).toBe(
      '/say is for the LLMs of the agency only.',
    );
  });

  test('is given to whoever the command names', () => {
    expect(refusalOf(order, human('specialist'))).toBeNull();
    const collaborator = { kind: 'agent', agentId: 'P1-S1', role: 'collaborator' } as const;
    expect(refusalOf(order, collaborator)).toBeNull();
  });
});
