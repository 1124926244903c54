// What the text-command grammar needs to know of a tool's JSON Schema: which arguments there are,
// which are text, and what a word that a model wrote means as a value of one. Pure. Only the plain
// keywords are understood; of anything else a value stays as it was written, for zod to judge.
import { z } from 'zod';
import { JsonSchema } from '../domain/model-port.ts';
import { type Json, parseJson, parseValue } from '../lib/json.ts';

export type Properties = Readonly<Record<string, JsonSchema>>;

const PropertyMap = z.record(z.string(), JsonSchema);

export function propertiesOf(schema: JsonSchema | undefined): Properties {
  const parsed = parseValue(PropertyMap, schema?.['properties']);
  return parsed.ok ? parsed.value : {};
}

/** Names of the arguments that must be given and are text, in order. */
export function requiredTexts(schema: JsonSchema): string[] {
  const properties = propertiesOf(schema);
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  return required.filter((name) => {
    const types = typesOf(properties[name]);
    return types.includes('string') && !types.includes('null');
  });
}

/** The JSON types a schema allows; none where it does not say. */
export function typesOf(schema: JsonSchema | undefined): string[] {
  if (schema === undefined) return [];
  const { type, anyOf, enum: values } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  if (Array.isArray(values)) return values.map((value) => typeOf(value));
  if ('const' in schema) return [typeOf(schema['const'])];
  const options = parseValue(z.array(JsonSchema), anyOf);
  return options.ok ? options.value.flatMap(typesOf) : [];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A word becomes what the schema wants where it can be that: a number, a list, true or false. */
export function fitValue(value: Json, schema: JsonSchema | undefined): Json {
  const types = typesOf(schema);
  if (typeof value !== 'string') {
    return types.includes('array') && typeOf(value) === 'object' ? [value] : value;
  }
  if (types.length === 0 || types.includes('string')) return value;
  const parsed = parseJson(z.json(), value);
  if (parsed.ok) {
    const type = typeOf(parsed.value);
    const isWanted = types.includes(type) || (type === 'number' && types.includes('integer'));
    if (isWanted) return parsed.value;
  }
  if (!types.includes('array')) return value;
  return value === '' ? [] : value.split(',').map((part) => part.trim());
}

/** The schema of a list's items, where they are objects. */
function itemsOf(schema: JsonSchema | undefined): JsonSchema | null {
  const options = parseValue(z.array(JsonSchema), schema?.['anyOf']);
  const lists = options.ok ? [schema, ...options.value] : [schema];
  for (const list of lists) {
    const items = parseValue(JsonSchema, list?.['items']);
    if (items.ok && Object.keys(propertiesOf(items.value)).length > 0) return items.value;
  }
  return null;
}

const textFieldNames = ['content', 'text', 'body'];

/**
 * The field of a list's objects that a block's text goes to: of those that are text and not among
 * `given`, the one that is called so, else the last. `null` where the argument is no such list.
 */
export function itemTextField(
  schema: JsonSchema | undefined,
  given: Readonly<Record<string, unknown>>,
): string | null {
  const items = itemsOf(schema);
  if (items === null) return null;
  const names = Object.entries(propertiesOf(items))
    .filter(([name, part]) => typesOf(part).includes('string') && !Object.hasOwn(given, name))
    .map(([name]) => name);
  return names.find((name) => textFieldNames.includes(name)) ?? names.at(-1) ?? null;
}

/** The one argument that is a list of named texts, such as files; `null` if there are others. */
export function listOf(schema: JsonSchema): { argument: string; key: string; text: string } | null {
  const lists = Object.entries(propertiesOf(schema)).flatMap(([argument, part]) => {
    const items = itemsOf(part);
    const text = itemTextField(part, {});
    const key = Object.entries(propertiesOf(items ?? undefined)).find(
      ([name, field]) => name !== text && typesOf(field).includes('string'),
    )?.[0];
    return text === null || key === undefined ? [] : [{ argument, key, text }];
  });
  const [only] = lists;
  return only === undefined || lists.length > 1 ? null : only;
}
