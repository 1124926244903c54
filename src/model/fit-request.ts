// A question as this endpoint can take it, whatever the protocol: schemas without the keywords that
// it refuses, and the answer's schema said in words where the field for it is missing or ignored.
// Pure. `used` tells beside it which features the question still has a use for.
import type { JsonSchema, ModelRequest } from '../domain/model-port.ts';
import { hasMinLengths, withoutMinLengths } from './json-schema.ts';
import { saidLast, schemaInWords } from './prompt-words.ts';
import type { Feature, ServerFeatures } from './server-features.ts';

export function fitRequest(
  request: ModelRequest,
  known: ServerFeatures,
): { fitted: ModelRequest; used: Set<Feature> } {
  const hasLengths = schemasOf(request).some(hasMinLengths);
  const asked = hasLengths && !known.minLength ? withoutLengths(request) : request;
  const used = new Set<Feature>(hasLengths && known.minLength ? ['minLength'] : []);
  return { fitted: sayingSchema(asked, known), used };
}

function schemasOf({ tools, answerSchema }: ModelRequest): JsonSchema[] {
  const schemas = tools.map(({ parameters }) => parameters);
  return answerSchema === undefined ? schemas : [...schemas, answerSchema.schema];
}

function withoutLengths(request: ModelRequest): ModelRequest {
  const { answerSchema } = request;
  const tools = request.tools.map((tool) => {
    return { ...tool, parameters: withoutMinLengths(tool.parameters) };
  });
  if (answerSchema === undefined) return { ...request, tools };
  const schema = withoutMinLengths(answerSchema.schema);
  return { ...request, tools, answerSchema: { ...answerSchema, schema } };
}

function sayingSchema(request: ModelRequest, known: ServerFeatures): ModelRequest {
  const { answerSchema, ...others } = request;
  if (answerSchema === undefined || (known.jsonSchema && known.heedsSchema)) return request;
  const messages = saidLast(request.messages, schemaInWords(answerSchema.schema));
  return known.jsonSchema ? { ...request, messages } : { ...others, messages };
}
