// What a person's client sends to use a command, a component or a modal, and what the bot may
// answer. The first is the shape of Discord's own client, the second is documented.
import { z } from 'zod';
import { Id, text } from '../form.ts';
import { discordLimits as limits } from '../limits.ts';
import { componentType } from './component.ts';

const shared = {
  application_id: Id.nullish(),
  guild_id: Id.nullish(),
  channel_id: Id,
  session_id: z.string().nullish(),
  nonce: z.union([z.string(), z.int()]).transform(String).nullish(),
};

export interface GivenOption {
  name: string;
  type?: number | null | undefined;
  value?: string | number | boolean | null | undefined;
  focused?: boolean | null | undefined;
  options?: GivenOption[] | null | undefined;
}
const GivenOption: z.ZodType<GivenOption> = z.looseObject({
  name: z.string(),
  type: z.int().nullish(),
  value: z.union([z.string().max(6000), z.number(), z.boolean()]).nullish(),
  focused: z.boolean().nullish(),
  get options() {
    return z.array(GivenOption).max(limits.commandOptions).nullish();
  },
});

const Invocation = z.looseObject({
  id: Id.nullish(),
  name: z.string(),
  options: z.array(GivenOption).max(limits.commandOptions).nullish(),
  attachments: z
    .array(z.looseObject({ id: z.union([z.string(), z.int()]).transform(String) }))
    .nullish(),
});
export type Invocation = z.infer<typeof Invocation>;

const CommandUse = z.looseObject({ ...shared, type: z.literal(2), data: Invocation });
const Typing = z.looseObject({ ...shared, type: z.literal(4), data: Invocation });
const ComponentUse = z.looseObject({
  ...shared,
  type: z.literal(3),
  message_id: Id,
  data: z.looseObject({
    component_type: z.int(),
    custom_id: z.string(),
    values: z.array(z.string()).max(limits.selectOptions).nullish(),
  }),
});
export type ComponentUse = z.infer<typeof ComponentUse>;
const ModalUse = z.looseObject({
  ...shared,
  type: z.literal(5),
  data: z.looseObject({
    /** The interaction that opened the modal. */
    id: Id,
    custom_id: z.string(),
    components: z.array(z.record(z.string(), z.json())),
  }),
});
export type ModalUse = z.infer<typeof ModalUse>;

export const InteractionForm = z.discriminatedUnion('type', [
  CommandUse,
  ComponentUse,
  Typing,
  ModalUse,
]);

export const TextInput = z.looseObject({
  type: z.literal(componentType.textInput),
  custom_id: text(limits.customId, 1),
  style: z.union([z.literal(1), z.literal(2)]),
  label: text(limits.modalLabel, 1).nullish(),
  min_length: z.int().min(0).max(limits.modalText).nullish(),
  max_length: z.int().min(1).max(limits.modalText).nullish(),
  required: z.boolean().nullish(),
  value: text(limits.modalText).nullish(),
  placeholder: text(100).nullish(),
});

const InputRow = z.looseObject({
  type: z.literal(componentType.row),
  components: z.array(TextInput).length(1),
});
const Label = z.looseObject({
  type: z.literal(componentType.label),
  label: text(limits.modalLabel, 1),
  description: text(100).nullish(),
  component: z.looseObject({ type: z.int().min(3).max(8), custom_id: text(limits.customId, 1) }),
});
const Prose = z.looseObject({
  type: z.literal(componentType.textDisplay),
  content: text(limits.modalText, 1),
});

export const ModalForm = z.looseObject({
  custom_id: text(limits.customId, 1),
  title: text(limits.modalTitle, 1),
  components: z
    .array(z.discriminatedUnion('type', [InputRow, Label, Prose]))
    .min(1)
    .max(5),
});

export const ChoicesForm = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        name: text(limits.choiceName, 1),
        value: z.union([z.string().max(100), z.number()]),
      }),
    )
    .max(limits.choices),
});

export const CallbackForm = z.looseObject({
  type: z.union([
    z.literal(4),
    z.literal(5),
    z.literal(6),
    z.literal(7),
    z.literal(8),
    z.literal(9),
  ]),
  data: z.unknown().optional(),
});
