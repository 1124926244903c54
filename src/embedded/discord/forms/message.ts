// What Discord accepts as a message: new, edited, or as an interaction's answer.
import { z } from 'zod';
import { addFault, Id, text } from '../form.ts';
import { discordLimits as limits } from '../limits.ts';
import { Embeds } from './embed.ts';

export const AllowedMentions = z.looseObject({
  parse: z.array(z.enum(['roles', 'users', 'everyone'])).nullish(),
  roles: z.array(Id).max(100).nullish(),
  users: z.array(Id).max(100).nullish(),
  replied_user: z.boolean().nullish(),
});
export type AllowedMentions = z.infer<typeof AllowedMentions>;

const AttachmentNote = z.looseObject({
  id: z.union([z.string(), z.int()]).transform(String),
  filename: z.string().max(1024).nullish(),
  description: text(1024).nullish(),
});

const Nonce = z.union([z.string(), z.int()]).superRefine((nonce, context) => {
  if (String(nonce).length <= limits.nonce) return;
  addFault(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${limits.nonce} or fewer in length.`);
});

const shared = {
  content: text(limits.content).nullish(),
  embeds: Embeds.nullish(),
  allowed_mentions: AllowedMentions.nullish(),
  components: z.array(z.unknown()).nullish(),
  flags: z.int().nullish(),
  attachments: z.array(AttachmentNote).max(limits.filesPerMessage).nullish(),
};

export const NewMessage = z.looseObject({
  ...shared,
  nonce: Nonce.nullish(),
  enforce_nonce: z.boolean().nullish(),
  message_reference: z
    .looseObject({
      type: z.int().nullish(),
      message_id: Id,
      channel_id: Id.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
});
export type NewMessage = z.infer<typeof NewMessage>;

export const EditedMessage = z.looseObject(shared);
export type EditedMessage = z.infer<typeof EditedMessage>;
