// The parts of Discord's replies that a person (a scenario, the demo) looks at.
import { z } from 'zod';

const SeenUser = z.looseObject({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
});

const SeenEmbed = z.looseObject({
  title: z.string().nullish(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  color: z.number().nullish(),
  author: z.looseObject({ name: z.string() }).nullish(),
  footer: z.looseObject({ text: z.string() }).nullish(),
  fields: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});

export interface SeenComponent {
  type: number;
  custom_id?: string | null | undefined;
  label?: string | null | undefined;
  url?: string | null | undefined;
  disabled?: boolean | null | undefined;
  content?: string | null | undefined;
  placeholder?: string | null | undefined;
  options?: { label: string; value: string }[] | null | undefined;
  components?: SeenComponent[] | null | undefined;
  component?: SeenComponent | null | undefined;
}

const SeenComponent: z.ZodType<SeenComponent> = z.looseObject({
  type: z.number(),
  custom_id: z.string().nullish(),
  label: z.string().nullish(),
  url: z.string().nullish(),
  disabled: z.boolean().nullish(),
  content: z.string().nullish(),
  placeholder: z.string().nullish(),
  options: z.array(z.looseObject({ label: z.string(), value: z.string() })).nullish(),
  get components() {
    return z.array(SeenComponent).nullish();
  },
  get component() {
    return SeenComponent.nullish();
  },
});

const SeenAttachment = z.looseObject({
  id: z.string(),
  filename: z.string(),
  size: z.number(),
  url: z.string(),
  content_type: z.string().nullish(),
});

export const SeenMessage = z.looseObject({
  id: z.string(),
  channel_id: z.string(),
  author: SeenUser,
  content: z.string(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullish(),
  /** 0 text, 6 a pin, 18 a thread began, 19 a reply, 20 a command's answer, 21 a thread's start. */
  type: z.number(),
  flags: z.number().nullish(),
  pinned: z.boolean(),
  embeds: z.array(SeenEmbed),
  components: z.array(SeenComponent),
  attachments: z.array(SeenAttachment),
  mentions: z.array(SeenUser),
  reactions: z
    .array(
      z.looseObject({
        count: z.number(),
        me: z.boolean(),
        emoji: z.looseObject({ id: z.string().nullish(), name: z.string().nullish() }),
      }),
    )
    .nullish(),
  message_reference: z.looseObject({ message_id: z.string().nullish() }).nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
});
export type SeenMessage = z.infer<typeof SeenMessage>;

export const SeenChannel = z.looseObject({
  id: z.string(),
  /** 0 text, 4 category, 11 public thread, 12 private thread. */
  type: z.number(),
  name: z.string(),
  parent_id: z.string().nullish(),
  topic: z.string().nullish(),
  position: z.number().nullish(),
  thread_metadata: z.looseObject({ archived: z.boolean(), locked: z.boolean() }).nullish(),
});
export type SeenChannel = z.infer<typeof SeenChannel>;

export const ThreadList = z.looseObject({ threads: z.array(SeenChannel) });

export const StartedInteraction = z.looseObject({ id: z.string() });

export const SeenInteraction = z.looseObject({
  id: z.string(),
  channel_id: z.string(),
  /** `deferred` is acknowledged but still without a text; `failed` was not answered in 3 s. */
  state: z.enum(['pending', 'deferred', 'answered', 'failed']),
  /** 4 message, 5 deferred, 6 deferred update, 7 update, 8 choices, 9 modal. */
  response_type: z.number().nullable(),
  message: SeenMessage.nullable(),
  follow_ups: z.array(SeenMessage),
  modal: z
    .looseObject({
      custom_id: z.string(),
      title: z.string(),
      components: z.array(SeenComponent),
    })
    .nullable(),
  choices: z
    .array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) }))
    .nullable(),
});
export type SeenInteraction = z.infer<typeof SeenInteraction>;

interface SeenOption {
  type: number;
  name: string;
  options?: SeenOption[] | null | undefined;
}

const SeenOption: z.ZodType<SeenOption> = z.looseObject({
  type: z.number(),
  name: z.string(),
  get options() {
    return z.array(SeenOption).nullish();
  },
});

export const SeenCommand = z.looseObject({
  id: z.string(),
  application_id: z.string(),
  name: z.string(),
  version: z.string().nullish(),
  options: z.array(SeenOption).nullish(),
});
export type SeenCommand = z.infer<typeof SeenCommand>;

export const SeenCommands = z.looseObject({ application_commands: z.array(SeenCommand) });
