import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import accept from '../../commands/accept.ts';
import changes from '../../commands/changes.ts';
import revise from '../../commands/revise.ts';
import submit from '../../commands/submit.ts';
import { discordLimits } from '../../src/discord/discord-limits.ts';
import {
  lineOfSlash,
  missingArgument,
  slashCommandsOf,
  valueOfText,
} from '../../src/discord/slash-commands.ts';
import { defineCommand } from '../../src/domain/define-command.ts';
import type { Command } from '../../src/domain/define-command.ts';

const declare = (args: z.ZodObject, parts: Partial<Command> = {}): Command => ({
  ...defineCommand({
    name: 'try-it',
    summary: 'Tries it',
    people: ['director'],
    agents: [],
    args,
    cause: () => ({ query: { type: 'help', command: null } }),
  }),
  ...parts,
});

const optionsOf = (args: z.ZodObject) => slashCommandsOf([declare(args)])[0]?.options;

test('a command for people is offered with its options, the required ones first', () => {
  expect(slashCommandsOf([revise])).toMatchInlineSnapshot(`
    [
      {
        "description": "Ask for other approaches or a changed plan, in your own words",
        "name": "revise",
        "options": [
          {
            "description": "what should be different",
            "max_length": 2000,
            "min_length": 1,
            "name": "text",
            "required": true,
            "type": 3,
          },
          {
            "description": "its id, such as P1-D2; the newest when left out",
            "name": "decision",
            "required": false,
            "type": 3,
          },
        ],
        "type": 1,
      },
    ]
  `);
});

test('commands for LLMs alone are not offered to people', () => {
  expect(slashCommandsOf([submit])).toEqual([]);
});

test('what an option cannot hold is left to the text line', () => {
  const names = slashCommandsOf([accept])[0]?.options.map(({ name }) => name);
  expect(names).toEqual(['task', 'note', 'project']);
  expect(slashCommandsOf([declare(z.strictObject({ plan: z.strictObject({}) }))])).toEqual([]);
});

test('names, choices, numbers and limits become what Discord knows', () => {
  const args = z.strictObject({
    openPoints: z.array(z.string().max(30)).optional(),
    tier: z.enum(['economy', 'premium']).optional(),
    share: z.number().min(0).max(1).optional(),
    count: z.int().nullable().optional(),
    isDry: z.boolean().optional(),
    text: z.string().min(2).max(20_000),
  });
  expect(optionsOf(args)).toMatchInlineSnapshot(`
    [
      {
        "description": "text",
        "max_length": 6000,
        "min_length": 2,
        "name": "text",
        "required": true,
        "type": 3,
      },
      {
        "description": "openPoints (with commas between)",
        "name": "open-points",
        "required": false,
        "type": 3,
      },
      {
        "choices": [
          {
            "name": "economy",
            "value": "economy",
          },
          {
            "name": "premium",
            "value": "premium",
          },
        ],
        "description": "tier",
        "name": "tier",
        "required": false,
        "type": 3,
      },
      {
        "description": "share",
        "max_value": 1,
        "min_value": 0,
        "name": "share",
        "required": false,
        "type": 10,
      },
      {
        "description": "count",
        "name": "count",
        "required": false,
        "type": 4,
      },
      {
        "description": "isDry",
        "name": "is-dry",
        "required": false,
        "type": 5,
      },
    ]
  `);
});

test('what was typed comes back under the names of the declaration, ready to be checked', () => {
  const values = [
    { name: 'task', value: 'T3' },
    { name: 'reasons', value: 'Use 2025, not 2024; Friday lacks a talk ;' },
  ];
  const line = lineOfSlash(changes, values);
  expect(line.named).toEqual({
    task: 'T3',
    reasons: ['Use 2025, not 2024', 'Friday lacks a talk'],
  });
  expect(changes.readLine(line)).toMatchObject({ ok: true });
  const args = z.strictObject({ openPoints: z.array(z.string().max(30)) });
  expect(lineOfSlash(declare(args), [{ name: 'open-points', value: 'a, b,' }]).named).toEqual({
    openPoints: ['a', 'b'],
  });
});

test('a modal asks for the first required argument that the line does not give', () => {
  const line = { name: 'changes', mentions: [], bare: [], named: { task: 'T2' } };
  const argument = missingArgument(changes, line);
  expect(argument).toMatchObject({ name: 'reasons', isList: true });
  expect(argument && valueOfText(argument, 'One.\n\n two ')).toEqual(['One.', 'two']);
  expect(missingArgument(revise, { ...line, named: { text: 'x' } })).toBeUndefined();
});

test('every command of the agency keeps the limits of Discord', async () => {
  const folder = new URL('../../commands/', import.meta.url);
  const Module = z.object({ default: z.custom<Command>() });
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href)));
  const offered = slashCommandsOf(modules.map((module) => Module.parse(module).default));
  expect(offered.length).toBeGreaterThan(5);
  for (const command of offered) {
    const { name, description, options } = command;
    expect(name).toMatch(/^[a-z0-9-]{1,32}$/);
    expect(description.length).toBeLessThanOrEqual(discordLimits.commandDescriptionChars);
    expect(options.length).toBeLessThanOrEqual(discordLimits.commandOptions);
    expect(JSON.stringify(command).length).toBeLessThan(8000);
    const required = options.map((option) => option.required);
    expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    for (const option of options) {
      expect(option.name).toMatch(/^[a-z0-9-]{1,32}$/);
      expect(option.description.length).toBeGreaterThan(0);
      expect(option.description.length).toBeLessThanOrEqual(discordLimits.commandDescriptionChars);
      expect(option.max_length ?? 1).toBeLessThanOrEqual(discordLimits.commandStringChars);
    }
  }
});
