// Tool calls that no model should make: of tools that are not there, with arguments of the wrong
// shape, too many, too large or meant to do harm. Each is refused in words or does exactly what its
// own schema allows; none crashes, and none takes long.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { readCall } from '../../src/agents/step.ts';
import type { CallOutcome } from '../../src/agents/step.ts';
import { loadSystemMessages } from '../../src/agents/system-message.ts';
import { Action } from '../../src/domain/action.ts';
import { TurnKind } from '../../src/domain/turn.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { loadTools } from '../../src/tools/load-tools.ts';
import { arbitraryOfSchema } from '../support/arbitrary-of-schema.ts';

const root = join(import.meta.dirname, '../..');
const commands = await loadCommands(join(root, 'commands'));
const tools = await loadTools();
const { turns } = await loadSystemMessages(join(root, 'system-messages'), commands, tools);

const known = [...commands.map(({ name }) => name), ...tools.map(({ name }) => name)];
const unknown = ['shell', '', '__proto__', 'constructor', 'toString', 'accept ', 'ACCEPT'];
const names = fc.oneof(fc.constantFrom(...known), fc.constantFrom(...unknown), fc.string());

/** A turn in which a command may be used, its name, and arguments that fit it. */
const fitting = fc
  .constantFrom(
    ...[...turns.values()].flatMap((turn) =>
      commands
        .filter(({ name }) => turn.commands.includes(name))
        .map((command) => ({ kind: turn.kind, command })),
    ),
  )
  .chain(({ kind, command }) =>
    arbitraryOfSchema(command.args).map(
      (args) => [kind, command.name, JSON.stringify(args)] as const,
    ),
  );
const spoiling: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.slice(0, json.length / 2),
  (json) => json.replace('{', '{"__proto__":{"isAdmin":true},'),
  (json) => json.replace('{', '{"constructor":{"prototype":{"isAdmin":true}},'),
  (json) => json.replace('{', '{"extra":1,'),
  (json) => json.replaceAll('"T1"', '1'),
  (json) => json.replace(/:"[^"]*"/, ':{"deep":[]}'),
  (json) => json.replace(/:\d+/, ':1e999'),
  (json) => `[${json}]`,
  (json) => JSON.stringify(json),
  (json) => `${json}${json}`,
];
const argumentsText = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'null', '{}', '[]', '"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`),
);

const call = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TurnKind.options), names, argumentsText) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fitting, fc.constantFrom(...spoiling))
      .map(([[kind, name, json], spoil]) => [kind, name, spoil(json)] as const),
  },
);

function read(kind: TurnKind, name: string, text: string): CallOutcome {
  const turn = turns.get(kind);
  if (turn === undefined) throw new Error(kind);
  const actor = { kind: 'agent', agentId: 'A1', role: turn.role } as const;
  return readCall({ turn, actor, commands, tools }, { id: 'c', name, argumentsText: text });
}

describe('4,000 tool calls of any kind', () => {
  test('are refused in words, or are a command or a tool of their turn with arguments that fit', () => {
    const startedAt = systemClock.monotonic();
    const seen = { command: 0, tool: 0, refused: 0 };
    fc.assert(
      fc.property(call, ([kind, name, text]) => {
        const outcome = read(kind, name, text);
        seen[outcome.is] += 1;
        const turn = turns.get(kind);
        if (outcome.is === 'refused') return outcome.reason !== '';
        if (outcome.is === 'tool') return turn?.tools.includes(name) === true;
        const { cause } = outcome.used.read;
        const isSound = 'action' in cause && Action.safeParse(cause.action).success;
        return isSound && turn?.commands.includes(name) === true;
      }),
      { numRuns: 4_000, seed: 13 },
    );
    expect(seen.refused).toBeGreaterThan(2_000);
    expect(seen.command).toBeGreaterThan(200);
    expect(systemClock.monotonic() - startedAt).toBeLessThan(10_000);
    expect({}).not.toHaveProperty('isAdmin');
  });
});

test('arguments of a megabyte are read or refused at once', () => {
  const startedAt = systemClock.monotonic();
  const megabyte = 'x'.repeat(1_000_000);
  const file = { name: 'a.md', content: megabyte };
  const submit = { task: 'T1', summary: 'Done.', files: [file], openPoints: [] };
  expect(read('specialist.work', 'submit', JSON.stringify(submit)).is).toBe('command');
  const large = { ...submit, summary: megabyte };
  expect(read('specialist.work', 'submit', JSON.stringify(large)).is).toBe('refused');
  expect(read('specialist.work', 'submit', `{"task":${'['.repeat(1_000_000)}`).is).toBe('refused');
  expect(read('specialist.work', megabyte, '{}').is).toBe('refused');
  expect(systemClock.monotonic() - startedAt).toBeLessThan(2_000);
});
