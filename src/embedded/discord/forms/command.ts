// What Discord accepts as an application command: names, descriptions, options three levels deep.
// Surprise: required options must stand before optional ones.
import { z } from 'zod';
import { addFault, addFaults, text } from '../form.ts';
import { discordLimits as limits } from '../limits.ts';

export const optionType = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

const Localizations = z.record(z.string(), z.string()).nullish();
const Name = text(limits.commandName, 1).superRefine((name, context) => {
  if (/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]+$/u.test(name) && name === name.toLowerCase()) return;
  addFault(
    context,
    'APPLICATION_COMMAND_INVALID_NAME',
    'Command name is invalid: lower case letters, digits, - and _ without spaces',
  );
});

const shared = {
  name: Name,
  name_localizations: Localizations,
  description: text(limits.commandDescription, 1),
  description_localizations: Localizations,
};

const Choice = z.looseObject({
  name: text(limits.choiceName, 1),
  name_localizations: Localizations,
  value: z.union([z.string().max(100), z.number()]),
});

const Value = z.looseObject({
  ...shared,
  type: z.int().min(optionType.string).max(optionType.attachment),
  required: z.boolean().nullish(),
  choices: z.array(Choice).max(limits.choices).nullish(),
  autocomplete: z.boolean().nullish(),
  channel_types: z.array(z.int()).nullish(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  min_length: z.int().min(0).max(6000).nullish(),
  max_length: z.int().min(1).max(6000).nullish(),
});

const Values = z
  .array(Value)
  .max(limits.commandOptions)
  .superRefine((options, context) => {
    const firstOptional = options.findIndex((option) => option.required !== true);
    if (firstOptional < 0) return;
    if (!options.slice(firstOptional).some((option) => option.required === true)) return;
    addFault(
      context,
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
      'Required options must be placed before non-required options',
    );
  });

const Subcommand = z.looseObject({
  ...shared,
  type: z.literal(optionType.subcommand),
  options: Values.nullish(),
});
const Group = z.looseObject({
  ...shared,
  type: z.literal(optionType.group),
  options: z.array(Subcommand).max(limits.commandOptions).nullish(),
});

/** Either values, or subcommands and groups: Discord does not mix them. */
const Options = z.array(z.looseObject({ type: z.int() })).superRefine((options, context) => {
  const hasBranches = options.some(({ type }) => type <= optionType.group);
  const schema = hasBranches
    ? z.array(z.discriminatedUnion('type', [Subcommand, Group])).max(limits.commandOptions)
    : Values;
  const result = schema.safeParse(options);
  addFaults(context, result.error?.issues ?? []);
});

export const CommandForm = z.looseObject({
  ...shared,
  // Commands of a context menu have no description.
  description: text(limits.commandDescription).nullish(),
  type: z.union([z.literal(1), z.literal(2), z.literal(3)]).nullish(),
  options: Options.nullish(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  dm_permission: z.boolean().nullish(),
  nsfw: z.boolean().nullish(),
  contexts: z.array(z.int()).nullish(),
  integration_types: z.array(z.int()).nullish(),
});
export type CommandForm = z.infer<typeof CommandForm>;

/** As a stored definition is read back: the parts that invoking a command looks at. */
export interface OptionDefinition {
  type: number;
  name: string;
  required?: boolean | undefined;
  autocomplete?: boolean | undefined;
  choices?: { name: string; value: string | number }[] | undefined;
  min_value?: number | undefined;
  max_value?: number | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  options?: OptionDefinition[] | undefined;
}

export const OptionDefinition: z.ZodType<OptionDefinition> = z.looseObject({
  type: z.int(),
  name: z.string(),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
  choices: z
    .array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) }))
    .optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  get options() {
    return z.array(OptionDefinition).optional();
  },
});
