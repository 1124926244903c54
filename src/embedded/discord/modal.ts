// What a person filled into a modal, checked against the modal the bot opened: the answer has the
// modal's own layout with values, whatever layout the client sent.
import { z } from 'zod';
import { lengthOf } from './form.ts';
import { componentType, flatten } from './forms/component.ts';
import type { InvocationContext } from './invocation.ts';
import { discordLimits } from './limits.ts';
import { JsonObject } from './records.ts';
import { invalidForm } from './refusal.ts';
import { Select, selectionFault } from './selection.ts';

const Field = Select.extend({
  custom_id: z.string(),
  required: z.boolean().nullish(),
  min_length: z.int().nullish(),
  max_length: z.int().nullish(),
});
type Field = z.infer<typeof Field>;

const Children = z.array(JsonObject);
const Values = z.array(z.string());

/** @throws Refusal 50035 naming the field that does not fit. */
export function checkModal(
  context: InvocationContext,
  modal: JsonObject,
  submitted: JsonObject[],
): object[] {
  const given = new Map(flatten(submitted).map((part) => [part['custom_id'], part]));
  return Children.parse(modal['components']).flatMap((part): object[] => {
    const type = part['type'];
    if (type === componentType.label) {
      const component = fill(context, Field.parse(part['component']), given);
      return [{ type, id: 0, component }];
    }
    if (type === componentType.row) {
      const fields = Children.parse(part['components']).map((field) => Field.parse(field));
      const components = fields.map((field) => fill(context, field, given));
      return [{ type, id: 0, components }];
    }
    return [];
  });
}

function fill(
  context: InvocationContext,
  field: Field,
  submitted: ReadonlyMap<unknown, JsonObject>,
): object {
  const answer = submitted.get(field.custom_id);
  const shared = { type: field.type, custom_id: field.custom_id, id: 0 };
  if (field.type === componentType.textInput) {
    const given = answer?.['value'];
    const value = typeof given === 'string' ? given : '';
    requireText(field, value);
    return { ...shared, value };
  }
  const values = Values.parse(answer?.['values'] ?? []);
  requireChosen(context, field, values);
  return { ...shared, values };
}

function requireText(field: Field, value: string): void {
  const length = lengthOf(value);
  if (length === 0 && field.required === false) return;
  const least = Math.max(field.min_length ?? 0, field.required === false ? 0 : 1);
  const most = field.max_length ?? discordLimits.modalText;
  if (length >= least && length <= most) return;
  throw fault(field, `Must be between ${least} and ${most} in length.`);
}

function requireChosen(context: InvocationContext, field: Field, values: string[]): void {
  if (values.length === 0 && field.required === false) return;
  const wrong = selectionFault(context, field, values);
  if (wrong !== undefined) throw fault(field, wrong);
}

function fault(field: Field, message: string) {
  const path = ['data', 'components', field.custom_id];
  return invalidForm([{ path, code: 'BASE_TYPE_BAD_LENGTH', message }]);
}
