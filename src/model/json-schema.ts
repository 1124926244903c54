// Zod schema → the JSON Schema that a model is shown. One form serves both OpenAI's strict mode and
// plain servers: every object closed, every field required, an optional field nullable instead.
// The way back is `dropNulls`: the null a model sends for such a field goes before zod sees it.
// The surprise: limits on a string's length are no part of strict mode, so they are said in the
// field's description, where a model heeds them about as well. `minLength` stays beside it for the
// servers that hold models to it (`withoutMinLengths` for the others); `maxLength` goes for good,
// because servers that turn a schema into a grammar choke on large repetitions.
import { z } from 'zod';
import type { JsonSchema } from '../domain/model-port.ts';

/** @throws Error for zod types without a JSON form (dates, functions): a bug in the schema. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  // zod's own type lists the keywords it knows; we look at any.
  const raw = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return rewrite(raw);
}

/**
 * Whether OpenAI's strict mode takes the schema: an object at the root, every object closed with
 * all fields required, nothing that mode does not know. Schemas from elsewhere (MCP) often fail.
 */
export function isStrict(schema: JsonSchema): boolean {
  return schema['type'] === 'object' && isStrictPart(schema);
}

const unknownToStrict = ['allOf', 'oneOf', 'not', 'if', 'prefixItems', 'patternProperties'];

/** The schema without what OpenAI's strict mode refuses in ours. */
export function withoutMinLengths(schema: JsonSchema): JsonSchema {
  const { minLength: _minLength, ...others } = schema;
  return mapParts(others, withoutMinLengths);
}

export function hasMinLengths(schema: JsonSchema): boolean {
  if ('minLength' in schema) return true;
  return schemaParts(schema).some((part) => isRecord(part) && hasMinLengths(part));
}

/** The schema with each schema directly in it changed; whatever else stands in it stays. */
function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const changed = (part: unknown) => (isRecord(part) ? change(part) : part);
  const out: JsonSchema = { ...schema };
  if ('items' in out) out['items'] = changed(out['items']);
  if (isArray(out['anyOf'])) out['anyOf'] = out['anyOf'].map(changed);
  for (const keyword of ['properties', '$defs']) {
    const named = out[keyword];
    if (!isRecord(named)) continue;
    out[keyword] = Object.fromEntries(
      Object.entries(named).map(([name, part]) => [name, changed(part)]),
    );
  }
  return out;
}

function isStrictPart(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (unknownToStrict.some((keyword) => keyword in value)) return false;
  const properties = value['properties'];
  if (value['type'] === 'object' || properties !== undefined) {
    if (!isRecord(properties) || value['additionalProperties'] !== false) return false;
    const required = value['required'];
    const names = Object.keys(properties);
    if (!Array.isArray(required) || !names.every((name) => required.includes(name))) return false;
  }
  return schemaParts(value).every((part) => isDescribed(part) && isStrictPart(part));
}

/** Strict mode refuses `{}`, which is how zod writes `z.unknown()`. */
function isDescribed(part: unknown): boolean {
  if (!isRecord(part)) return false;
  return ['type', 'anyOf', 'enum', 'const', '$ref'].some((keyword) => keyword in part);
}

function schemaParts(schema: Record<string, unknown>): unknown[] {
  const parts: unknown[] = [];
  if (schema['items'] !== undefined) parts.push(schema['items']);
  if (isArray(schema['anyOf'])) parts.push(...schema['anyOf']);
  for (const keyword of ['properties', '$defs']) {
    const named = schema[keyword];
    if (isRecord(named)) parts.push(...Object.values(named));
  }
  return parts;
}

// Said in another way (see `rewrite`), or of no use to a model.
const leftOut = [
  '$schema',
  'default',
  'propertyNames',
  'maxLength',
  'description',
  'properties',
  'required',
];

function rewrite(schema: JsonSchema): JsonSchema {
  const out: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (leftOut.includes(keyword)) continue;
    // zod writes the range of safe integers at every `z.int()`: noise to a model.
    if (value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER) continue;
    out[keyword === 'oneOf' ? 'anyOf' : keyword] = rewriteValue(keyword, value);
  }
  if (isRecord(schema['properties'])) {
    Object.assign(out, closedObject(schema['properties'], schema));
  }
  const description = describedLength(schema);
  return description === undefined ? out : { ...out, description };
}

/** The description with the limits on length that leave the schema; absent if there is neither. */
function describedLength(schema: JsonSchema): string | undefined {
  const { description, minLength, maxLength } = schema;
  const notes = [
    typeof minLength === 'number' ? `at least ${minLength} characters` : '',
    typeof maxLength === 'number' ? `at most ${maxLength} characters` : '',
  ].filter((note) => note !== '');
  const said = typeof description === 'string' ? [description] : [];
  const parts = notes.length === 0 ? said : [...said, `(${notes.join(', ')})`];
  return parts.length === 0 ? undefined : parts.join(' ');
}

function rewriteValue(keyword: string, value: unknown): unknown {
  // What a value may be is data, however much it looks like a schema.
  if (keyword === 'const' || keyword === 'enum') return value;
  if (keyword === '$defs' && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, isRecord(part) ? rewrite(part) : part]),
    );
  }
  if (isArray(value)) return value.map((part) => (isRecord(part) ? rewrite(part) : part));
  return isRecord(value) ? rewrite(value) : value;
}

function closedObject(properties: Record<string, unknown>, schema: JsonSchema): JsonSchema {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const rewritten = Object.entries(properties).map(([name, part]) => {
    const shape = isRecord(part) ? rewrite(part) : {};
    return [name, required.includes(name) ? shape : nullable(shape)] as const;
  });
  return {
    properties: Object.fromEntries(rewritten),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function nullable(shape: JsonSchema): JsonSchema {
  const { type, ...rest } = shape;
  // An empty schema (`z.unknown()`) allows null already.
  if (Object.keys(shape).length === 0) return shape;
  if (type === 'null' || (Array.isArray(type) && type.includes('null'))) return shape;
  const options = rest['anyOf'];
  if (isArray(options)) {
    if (options.some((option) => isRecord(option) && option['type'] === 'null')) return shape;
    return { ...shape, anyOf: [...options, { type: 'null' }] };
  }
  // An enum or a constant would have to list null as well; a union says it without that.
  const types = isArray(type) ? type : [type];
  if (type !== undefined && !('enum' in rest) && !('const' in rest)) {
    return { ...shape, type: [...types, 'null'] };
  }
  const { description, ...bare } = shape;
  const said = description === undefined ? {} : { description };
  return { ...said, anyOf: [bare, { type: 'null' }] };
}

function isArray(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
