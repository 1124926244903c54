// What Discord accepts as embeds. Unknown fields are dropped, as Discord drops them.
import { z } from 'zod';
import { addFault, lengthOf, text, Url } from '../form.ts';
import { discordLimits as limits } from '../limits.ts';

const Media = z.object({ url: Url });
const Timestamp = z.string().superRefine((value, context) => {
  if (Number.isNaN(Date.parse(value))) {
    addFault(context, 'DATETIME_TYPE_PARSE', `Could not parse ${value.slice(0, 40)}.`);
  }
});

const Embed = z
  .object({
    title: text(limits.embedTitle).nullish(),
    description: text(limits.embedDescription).nullish(),
    url: Url.nullish(),
    timestamp: Timestamp.nullish(),
    color: z.int().min(0).max(0xffffff).nullish(),
    footer: z.object({ text: text(limits.embedFooter, 1), icon_url: Url.nullish() }).nullish(),
    image: Media.nullish(),
    thumbnail: Media.nullish(),
    author: z
      .object({
        name: text(limits.embedAuthor, 1),
        url: Url.nullish(),
        icon_url: Url.nullish(),
      })
      .nullish(),
    fields: z
      .array(
        z.object({
          name: text(limits.embedFieldName, 1),
          value: text(limits.embedFieldValue, 1),
          inline: z.boolean().default(false),
        }),
      )
      .max(limits.embedFields)
      .nullish(),
  })
  .superRefine((embed, context) => {
    const { title, description, footer, image, thumbnail, author, fields } = embed;
    const shown = [title, description, footer, image, thumbnail, author, fields?.[0]];
    if (shown.some((part) => part !== undefined && part !== null && part !== '')) return;
    context.addIssue({
      code: 'custom',
      path: ['description'],
      message: 'This field is required',
      params: { code: 'BASE_TYPE_REQUIRED' },
      input: embed,
    });
  });
type Embed = z.infer<typeof Embed>;

export const Embeds = z
  .array(Embed)
  .max(limits.embeds)
  .superRefine((embeds, context) => {
    const sum = embeds.reduce((total, embed) => total + lengthOfEmbed(embed), 0);
    if (sum > limits.embedSum) {
      addFault(
        context,
        'MAX_EMBED_SIZE_EXCEEDED',
        `Embed size exceeds maximum size of ${limits.embedSum}`,
      );
    }
  });

function lengthOfEmbed({ title, description, footer, author, fields }: Embed): number {
  const texts = [title, description, footer?.text, author?.name];
  for (const field of fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((total, part) => total + lengthOf(part ?? ''), 0);
}
