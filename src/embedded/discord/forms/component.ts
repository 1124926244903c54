// What Discord accepts as components of a message: rows of buttons and selects, and, with the
// components-v2 flag, layouts of text. Surprise: a row holds either up to five buttons or one
// select, and a custom id may occur only once in a message.
import { z } from 'zod';
import { addFault, text } from '../form.ts';
import { discordLimits as limits } from '../limits.ts';
import type { JsonObject } from '../records.ts';

export const componentType = {
  row: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
} as const;

const Emoji = z.looseObject({ id: z.string().nullish(), name: z.string().nullish() });
const CustomId = text(limits.customId, 1);

const Button = z
  .looseObject({
    type: z.literal(componentType.button),
    style: z.int().min(1).max(6),
    label: text(limits.buttonLabel).nullish(),
    emoji: Emoji.nullish(),
    custom_id: CustomId.nullish(),
    url: z.string().max(512).nullish(),
    disabled: z.boolean().nullish(),
  })
  .superRefine((button, context) => {
    const isLink = button.style === 5;
    const needed = isLink ? button.url : button.custom_id;
    const excluded = isLink ? button.custom_id : button.url;
    // Style 6 sells something and has neither; nothing is sold here, but it is a valid shape.
    const isValid = button.style === 6 || (typeof needed === 'string' && !excluded);
    if (isValid) return;
    const message = isLink ? 'A url and no custom id is required' : 'A custom id is required';
    addFault(context, 'BUTTON_COMPONENT_INVALID', message);
  });

const selectFields = {
  custom_id: CustomId,
  placeholder: text(limits.selectPlaceholder).nullish(),
  min_values: z.int().min(0).max(limits.selectOptions).nullish(),
  max_values: z.int().min(1).max(limits.selectOptions).nullish(),
  disabled: z.boolean().nullish(),
  required: z.boolean().nullish(),
};

const StringSelect = z.looseObject({
  ...selectFields,
  type: z.literal(componentType.stringSelect),
  options: z
    .array(
      z.looseObject({
        label: text(limits.selectText, 1),
        value: text(limits.selectText, 1),
        description: text(limits.selectText).nullish(),
        emoji: Emoji.nullish(),
        default: z.boolean().nullish(),
      }),
    )
    .min(1)
    .max(limits.selectOptions),
});

const OtherSelect = z.looseObject({
  ...selectFields,
  type: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
});

const Row = z
  .looseObject({
    type: z.literal(componentType.row),
    components: z
      .array(z.discriminatedUnion('type', [Button, StringSelect, OtherSelect]))
      .min(1)
      .max(limits.buttonsPerRow),
  })
  .superRefine((row, context) => {
    const selects = row.components.filter(({ type }) => type !== componentType.button);
    if (selects.length > 0 && row.components.length > 1) {
      addFault(
        context,
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
      );
    }
  });

/** Rows of a message without the components-v2 flag. */
export const Rows = z
  .array(Row)
  .max(limits.actionRows)
  .superRefine((rows, context) => {
    const ids = rows.flatMap((row) => row.components.flatMap((part) => part.custom_id ?? []));
    if (new Set(ids).size < ids.length) {
      addFault(
        context,
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    }
  });

/** A layout: checked for size and for its rows, otherwise kept as it came. */
export const Layout = z.array(z.looseObject({ type: z.int() })).superRefine((parts, context) => {
  const all = flatten(z.array(z.record(z.string(), z.json())).parse(parts));
  if (all.length > limits.componentsV2) {
    addFault(context, 'BASE_TYPE_MAX_LENGTH', `Must be ${limits.componentsV2} or fewer in length.`);
  }
  for (const part of all) {
    if (part['type'] === componentType.row && !Row.safeParse(part).success) {
      addFault(context, 'BASE_TYPE_INVALID', 'A row of this layout is invalid');
    }
  }
});

/** Every component of a message or modal, whatever it is nested in. */
export function flatten(components: readonly JsonObject[]): JsonObject[] {
  return components.flatMap((component) => [
    component,
    ...flatten(objectsOf(component['components'])),
    ...flatten(objectsOf(component['component'])),
    ...flatten(objectsOf(component['accessory'])),
  ]);
}

function objectsOf(value: unknown): JsonObject[] {
  const parsed = z.array(z.record(z.string(), z.json())).safeParse([value ?? []].flat());
  return parsed.success ? parsed.data : [];
}
