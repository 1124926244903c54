// A person's use of a command, checked against the command's definition: the options the bot will
// get, and what ids among them mean. Discord checks the same before the bot hears of it, so a bot
// may rely on it here and there.
import { findPlace, permissionsInGuild } from './access.ts';
import { lengthOf } from './form.ts';
import { OptionDefinition, optionType } from './forms/command.ts';
import type { GivenOption } from './forms/interaction.ts';
import { memberFields, placePayload, rolePayload, userPayload } from './payloads/guild.ts';
import { attachmentPayload } from './payloads/message.ts';
import type { Attachment, Command } from './records.ts';
import { invalidForm } from './refusal.ts';
import type { World } from './world.ts';
import { userOf } from './world.ts';
import { z } from 'zod';

/** What ids in options or select values mean, as interactions carry it. */
export interface Resolved {
  users?: Record<string, object>;
  members?: Record<string, object>;
  roles?: Record<string, object>;
  channels?: Record<string, object>;
  attachments?: Record<string, object>;
}

export interface CheckedOption {
  name: string;
  type: number;
  value?: string | number | boolean;
  focused?: true;
  options?: CheckedOption[];
}

export interface InvocationContext {
  world: World;
  viewerId: string;
  channelId: string;
  /** Files of the request by the index that options name. */
  uploads: ReadonlyMap<string, Attachment>;
  /** While typing, options may be missing or half written. */
  isTyping: boolean;
  resolved: Resolved;
}

/** @throws Refusal 50035 for what the command does not offer. */
export function checkOptions(
  context: InvocationContext,
  command: Command,
  given: GivenOption[],
): CheckedOption[] {
  const offered = z.array(OptionDefinition).parse(command.definition['options'] ?? []);
  return checkLevel(context, offered, given);
}

function checkLevel(
  context: InvocationContext,
  offered: OptionDefinition[],
  given: GivenOption[],
): CheckedOption[] {
  const branches = offered.filter(({ type }) => type <= optionType.group);
  if (branches.length > 0) return [checkBranch(context, branches, given)];
  const checked = given.map((option) => {
    const definition = offered.find(({ name }) => name === option.name);
    if (!definition) throw fault(option.name, 'there is no such option');
    return checkValue(context, definition, option);
  });
  const missing = offered.find(
    ({ name, required }) => required === true && !given.some((option) => option.name === name),
  );
  if (missing && !context.isTyping) throw fault(missing.name, 'this option is required');
  return checked;
}

function checkBranch(
  context: InvocationContext,
  branches: OptionDefinition[],
  given: GivenOption[],
): CheckedOption {
  const [chosen] = given;
  const branch = branches.find(({ name }) => name === chosen?.name);
  if (!chosen || !branch) throw fault(chosen?.name ?? 'options', 'choose one subcommand');
  const options = checkLevel(context, branch.options ?? [], chosen.options ?? []);
  return { name: branch.name, type: branch.type, options };
}

function checkValue(
  context: InvocationContext,
  definition: OptionDefinition,
  { name, value, focused }: GivenOption,
): CheckedOption {
  const shared = { name, type: definition.type };
  if (focused === true) return { ...shared, value: value ?? '', focused: true };
  if (value === null || value === undefined) throw fault(name, 'a value is required');
  switch (definition.type) {
    case optionType.string:
      if (typeof value !== 'string') throw fault(name, 'a text is required');
      requireLength(definition, value);
      break;
    case optionType.integer:
    case optionType.number:
      if (typeof value !== 'number') throw fault(name, 'a number is required');
      requireRange(definition, value);
      break;
    case optionType.boolean:
      if (typeof value !== 'boolean') throw fault(name, 'true or false is required');
      break;
    default:
      resolveId(context, { type: definition.type, id: String(value), name });
  }
  const { choices } = definition;
  const isOffered = choices === undefined || choices.some((choice) => choice.value === value);
  if (!isOffered && !context.isTyping) throw fault(name, 'choose one of the choices');
  return { ...shared, value };
}

function requireLength({ name, min_length, max_length }: OptionDefinition, value: string): void {
  const length = lengthOf(value);
  if (length < (min_length ?? 0) || length > (max_length ?? 6000)) {
    throw fault(name, `between ${min_length ?? 0} and ${max_length ?? 6000} characters`);
  }
}

function requireRange(definition: OptionDefinition, value: number): void {
  const { name, type, min_value = -(2 ** 53), max_value = 2 ** 53 } = definition;
  const isWhole = type === optionType.number || Number.isInteger(value);
  if (!isWhole || value < min_value || value > max_value) {
    throw fault(name, `a ${isWhole ? '' : 'whole '}number from ${min_value} to ${max_value}`);
  }
}

/** Adds what `id` means to `context.resolved`. @throws Refusal 50035 when it means nothing. */
export function resolveId(
  context: InvocationContext,
  { type, id, name }: { type: number; id: string; name: string },
): void {
  const { world, resolved } = context;
  const member = world.tables.member.get(id);
  const role = world.tables.role.get(id);
  const wantsUser = type === optionType.user || type === optionType.mentionable;
  const wantsRole = type === optionType.role || type === optionType.mentionable;
  const upload = context.uploads.get(id);
  if (wantsUser && member) {
    resolved.users = { ...resolved.users, [id]: userPayload(userOf(world, id)) };
    const permissions = permissionsInGuild(world, id).toString();
    resolved.members = { ...resolved.members, [id]: { ...memberFields(member), permissions } };
  } else if (wantsRole && role) {
    resolved.roles = { ...resolved.roles, [id]: rolePayload(role) };
  } else if (type === optionType.channel && findPlace(world, id)) {
    const channel = placePayload(world, id, context.viewerId) ?? {};
    resolved.channels = { ...resolved.channels, [id]: channel };
  } else if (type === optionType.attachment && upload) {
    const payload = attachmentPayload(world, context.channelId, upload);
    resolved.attachments = { ...resolved.attachments, [id]: payload };
  } else {
    throw fault(name, 'it names nothing that exists');
  }
}

function fault(option: string, message: string) {
  const code = 'APPLICATION_COMMAND_OPTION_INVALID';
  return invalidForm([{ path: ['data', 'options', option], code, message }]);
}
