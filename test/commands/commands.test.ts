// Every command there is: who may use it, and that all of its faces mean the same.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { Action, Query } from '../../src/domain/action.ts';
import { AgentRole, Standing } from '../../src/domain/actor.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { parseCommandLine } from '../../src/domain/command-language.ts';
import { refusalOf } from '../../src/domain/define-command.ts';
import type { Command } from '../../src/domain/define-command.ts';
import { arbitraryOfSchema } from '../support/arbitrary-of-schema.ts';

const commands = await loadCommands(fileURLToPath(new URL('../../commands', import.meta.url)));

const Cause = z.union([
  z.strictObject({ action: Action, isForAll: z.boolean().optional() }),
  z.strictObject({ query: Query }),
]);

const actors: Record<string, Actor> = {
  ...Object.fromEntries(
    Standing.options.map((standing): [string, Actor] => [
      standing,
      { kind: 'human', userId: '200000000000000001', name: 'Somebody', standing },
    ]),
  ),
  ...Object.fromEntries(
    // A human specialist and the role have one name in common.
    AgentRole.options.map((role): [string, Actor] => [
      `LLM ${role}`,
      { kind: 'agent', agentId: 'A1', role },
    ]),
  ),
};

function readBack(command: Command, line: string) {
  const parsed = parseCommandLine(line);
  if (parsed === null || !parsed.ok) throw new Error(`${line} is no command line`);
  return command.readLine(parsed.line);
}

test('who may use which command', () => {
  const rows = commands.map((command) => {
    const allowed = Object.entries(actors).filter(
      ([, actor]) => refusalOf(command, actor) === null,
    );
    return `/${command.name}: ${allowed.map(([name]) => name).join(', ')}`;
  });
  expect(rows).toMatchInlineSnapshot(`
    [
      "/accept: director, LLM collaborator, LLM specialist",
      "/advise: LLM lpm",
      "/approve: director",
      "/ask: LLM collaborator, LLM specialist",
      "/assemble: LLM project-manager",
      "/assign: director, LLM project-manager",
      "/brief: LLM project-manager",
      "/cancel: director",
      "/changes: director, LLM collaborator, LLM specialist",
      "/create-specialist: LLM project-manager",
      "/create-stream: LLM project-manager",
      "/doctor: director",
      "/feedback: director, specialist",
      "/handoff: LLM collaborator",
      "/help: director, specialist",
      "/learn: director",
      "/memory: director",
      "/objective: director",
      "/pause: director",
      "/plan: LLM project-manager",
      "/propose-rewrite: LLM lpm",
      "/propose: LLM project-manager",
      "/remember: LLM project-manager, LLM collaborator, LLM specialist",
      "/resume: director",
      "/revise: director",
      "/start: LLM specialist",
      "/status: director, specialist",
      "/submit: LLM specialist",
      "/why: director, specialist",
    ]
  `);
});

describe.each(commands)('/$name', (command) => {
  const args = arbitraryOfSchema(command.args);

  test('causes something the domain knows, whatever its arguments', () => {
    fc.assert(
      fc.property(args, (given) => {
        const read = command.read(given);
        if (!read.ok) throw new Error(read.reason);
        const { cause } = read.value;
        expect(Cause.parse(cause)).toEqual(cause);
      }),
      { numRuns: 30 },
    );
  });

  test('means the same as a line of text', () => {
    fc.assert(
      fc.property(args, (given) => {
        const read = command.read(given);
        if (!read.ok) throw new Error(read.reason);
        expect(readBack(command, read.value.line)).toEqual(read);
      }),
      { numRuns: 30 },
    );
  });

  test('fits Discord: a name, a summary of one line, short argument names', () => {
    expect(command.name).toMatch(/^[a-z][a-z-]{0,31}$/);
    expect(command.summary).toMatch(/^[^\n]{10,100}$/);
    for (const name of Object.keys(command.args.shape)) {
      expect(name).toMatch(/^[a-zA-Z]{1,32}$/);
    }
    for (const name of command.positional) expect(command.args.shape).toHaveProperty(name);
  });

  test('is refused with a sentence when what it gets makes no sense', () => {
    const read = command.read({ nonsense: true });
    expect(read.ok ? '' : read.reason).toMatch(new RegExp(`^/${command.name}: `));
  });
});

function causeOf(line: string): unknown {
  const parsed = parseCommandLine(line);
  if (parsed === null || !parsed.ok) throw new Error(`${line} is no command line`);
  const command = commands.find((one) => one.name === parsed.line.name);
  const read = command?.readLine(parsed.line);
  return read?.ok === true ? read.value.cause : read?.reason;
}

describe('what people write by hand', () => {
  test.each<[string, Record<string, unknown>]>([
    ['/objective A guide to Lisbon: 3 days, for 2', { text: 'A guide to Lisbon: 3 days, for 2' }],
    ['/approve', { decision: null, choice: null }],
    ['/approve 2', { decision: null, choice: 2 }],
    ['/approve P1-D2', { decision: 'P1-D2', choice: null }],
    ['/approve P1-D2 3', { decision: 'P1-D2', choice: 3 }],
    ['/revise Fewer museums, please.', { text: 'Fewer museums, please.', decision: null }],
    ['/revise decision:P1-D2 text:"Fewer museums"', { text: 'Fewer museums', decision: 'P1-D2' }],
    ['/assign T3 @Ada she knows the city', { task: 'T3', to: 'Ada', why: 'she knows the city' }],
    ['/assign task:T3 to:Ada project:P2', { task: 'T3', to: 'Ada', project: 'P2' }],
    ['/accept T3', { task: 'T3', criteria: [], note: null }],
    ['/accept T3 well done', { task: 'T3', note: 'well done' }],
    ['/changes T3 Too long, and no prices.', { task: 'T3', reasons: ['Too long, and no prices.'] }],
    ['/changes T3 reasons:["Too long","No prices"]', { reasons: ['Too long', 'No prices'] }],
    ['/cancel P3', { project: 'P3' }],
    ['/cancel', { project: null }],
    ['/learn run', { type: 'study', project: null, who: null }],
    ['/learn run P1', { type: 'study', project: 'P1' }],
    ['/learn run @Ada', { type: 'study', who: 'Ada' }],
    ['/learn apply L1', { type: 'decide-rewrite', rewrite: 'L1', isApplied: true }],
    ['/learn reject L1', { type: 'decide-rewrite', isApplied: false }],
    ['/learn rollback L1', { type: 'roll-back', rewrite: 'L1', who: null, version: null }],
    ['/learn rollback @Ada version:2', { type: 'roll-back', who: 'Ada', version: 2 }],
  ])('%s', (line, expected) => {
    expect(causeOf(line)).toMatchObject({ action: expected });
  });

  test.each([
    ['/status P2', { query: { type: 'status', project: 'P2' } }],
    ['/learn history pm', { query: { type: 'learning-history', who: 'pm' } }],
    [
      '/learn diff @Ada from:1 to:3',
      { query: { type: 'learning-diff', rewrite: null, who: 'Ada', from: 1, to: 3 } },
    ],
    ['/help approve', { query: { type: 'help', command: 'approve' } }],
  ])('%s', (line, expected) => {
    expect(causeOf(line)).toEqual(expected);
  });

  test.each([
    ['/assign T3', '/assign: to: '],
    ['/changes T3', '/changes: reasons: '],
    ['/approve P1-D2 12', '/approve: choice: '],
    ['/cancel everything', '/cancel: project: '],
    ['/learn apply', '/learn: rewrite: say which one, such as L3'],
    ['/learn forget everything', '/learn: what: '],
  ])('%s is refused, naming what is missing or wrong', (line, reason) => {
    expect(causeOf(line)).toContain(reason);
  });
});
