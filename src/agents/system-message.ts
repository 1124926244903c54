// A system message is a Markdown file with strict front matter: `system-messages/<role>/role.md`
// says who someone is, `system-messages/<role>/<turn>.md` what one kind of turn asks for.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { AgentRole } from '../domain/actor.ts';
import type { Command } from '../domain/define-command.ts';
import { TurnKind } from '../domain/turn.ts';
import { ConfigError } from '../lib/errors.ts';
import { parseValue } from '../lib/json.ts';
import { loadFolder } from '../lib/load-folder.ts';
import type { FolderFile } from '../lib/load-folder.ts';
import type { Tool } from '../tools/define-tool.ts';

/** Commands of which together at least `times` must be used before the turn may end. */
export const Need = z.strictObject({
  any: z.array(z.string()).min(1),
  times: z.int().positive(),
});
export type Need = z.infer<typeof Need>;

const RoleFrontMatter = z.strictObject({ role: AgentRole, summary: z.string().min(1) });

const TurnFrontMatter = z.strictObject({
  role: AgentRole,
  turn: z.string().regex(/^[a-z-]+$/),
  summary: z.string().min(1),
  /**
   * `commands`: tools. `text`: speech only. Else the one command whose arguments are the answer.
   */
  answer: z.string(),
  commands: z.array(z.string()),
  tools: z.array(z.string()),
  needs: z.array(Need),
  /** `first`: ends as soon as the needs are met. `silence`: when an answer uses no command. */
  ends: z.enum(['first', 'silence']),
  outputTokensMax: z.int().positive().max(64_000),
});
export type TurnFrontMatter = z.infer<typeof TurnFrontMatter>;

export interface TurnMessage extends TurnFrontMatter {
  kind: TurnKind;
  body: string;
}

export interface SystemMessages {
  roles: ReadonlyMap<AgentRole, string>;
  turns: ReadonlyMap<TurnKind, TurnMessage>;
}

type Loaded = { is: 'role'; role: AgentRole; body: string } | { is: 'turn'; message: TurnMessage };

/** @throws ConfigError naming every bad file, unknown command or tool, and every missing turn */
export async function loadSystemMessages(
  folder: string,
  commands: readonly Command[],
  tools: readonly Tool[],
): Promise<SystemMessages> {
  const loaded = await loadFolder(folder, '.md', (file) => loadOne(file, commands, tools));
  const roles = new Map<AgentRole, string>();
  const turns = new Map<TurnKind, TurnMessage>();
  for (const one of loaded) {
    if (one.is === 'role') roles.set(one.role, one.body);
    else turns.set(one.message.kind, one.message);
  }
  const missing = [
    ...TurnKind.options.filter((kind) => !turns.has(kind)),
    ...new Set([...turns.values()].map(({ role }) => role).filter((role) => !roles.has(role))),
  ].map((name) => (name.includes('.') ? name : `${name}/role.md`));
  if (missing.length > 0) {
    throw new ConfigError(`No system message for: ${missing.join(', ')}`, {
      code: 'system-message-missing',
      retry: 'never',
    });
  }
  return { roles, turns };
}

async function loadOne(
  file: FolderFile,
  commands: readonly Command[],
  tools: readonly Tool[],
): Promise<Loaded> {
  const { front, body } = splitFrontMatter(await readFile(file.path, 'utf8'));
  if (file.name.endsWith('/role.md')) {
    const role = parseValue(RoleFrontMatter, front);
    if (!role.ok) throw new Error(role.reason);
    const name = `${role.value.role}/role.md`;
    if (file.name !== name) throw new Error(`it must be called ${name}`);
    return { is: 'role', role: role.value.role, body };
  }
  const turn = parseValue(TurnFrontMatter, front);
  if (!turn.ok) throw new Error(turn.reason);
  const kind = TurnKind.safeParse(`${turn.value.role}.${turn.value.turn}`);
  if (!kind.success) throw new Error(`no turn is called ${turn.value.role}.${turn.value.turn}`);
  if (file.name !== `${turn.value.role}/${turn.value.turn}.md`) {
    throw new Error(`it must be called ${turn.value.role}/${turn.value.turn}.md`);
  }
  checkNames(turn.value, commands, tools);
  return { is: 'turn', message: { ...turn.value, kind: kind.data, body } };
}

function checkNames(
  turn: TurnFrontMatter,
  commands: readonly Command[],
  tools: readonly Tool[],
): void {
  const answers = ['commands', 'text'].includes(turn.answer) ? [] : [turn.answer];
  const named = [...turn.commands, ...turn.needs.flatMap((need) => need.any), ...answers];
  for (const name of named) {
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`no command is called ${name}`);
    if (!command.agents.includes(turn.role)) throw new Error(`${turn.role} may not use ${name}`);
  }
  for (const name of turn.tools) {
    if (!tools.some((tool) => tool.name === name)) throw new Error(`no tool is called ${name}`);
  }
}

/** @throws Error when the text does not open with a block between `---` lines */
export function splitFrontMatter(text: string): { front: unknown; body: string } {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  if (match === null) throw new Error('it has no front matter');
  return { front: parse(match[1] ?? ''), body: (match[2] ?? '').trim() };
}
