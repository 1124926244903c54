// One question as the body of a Chat Completions request, with only the features that the server
// is believed to take. What the request had a use for is told beside it, so that a refusal can be
// laid to the right one.
// The surprise: two fields that OpenAI calls deprecated are sent on purpose. Everybody else's
// servers know `max_tokens`, not all its successor; and `user` is where their logs show who asked.
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { ModelRequest } from '../domain/model-port.ts';
import { toWireMessages, toWireTools } from './chat-wire.ts';
import { isStrict } from './json-schema.ts';
import type { Feature, ServerFeatures } from './server-features.ts';

export type ChatParams = ChatCompletionCreateParamsNonStreaming;

export function toParams(
  request: ModelRequest,
  model: string,
  known: ServerFeatures,
): { params: ChatParams; used: Set<Feature> } {
  const used = new Set<Feature>();
  /** Whether to send the feature; remembers that the request had a use for it. */
  const uses = (feature: Feature, wanted: boolean): boolean => {
    if (wanted && known[feature]) used.add(feature);
    return wanted && known[feature];
  };
  const { trace, tools, answerSchema, outputTokensMax } = request;
  const hasTools = tools.length > 0;
  const wantsStrict =
    tools.some(({ parameters }) => isStrict(parameters)) ||
    (answerSchema !== undefined && isStrict(answerSchema.schema));
  const mayBeStrict = uses('strict', wantsStrict);
  const params: ChatParams = {
    model,
    messages: toWireMessages(request.messages),
    // oxlint-disable-next-line typescript/no-deprecated -- the trace, see above
    user: `${trace.agent}.${trace.turn}`,
    ...(uses('metadata', true) ? { metadata: { ...trace } } : {}),
    ...(uses('maxTokens', true)
      ? // oxlint-disable-next-line typescript/no-deprecated -- older servers, see above
        { max_tokens: outputTokensMax }
      : { max_completion_tokens: outputTokensMax }),
  };
  if (hasTools) {
    params.tools = toWireTools(tools, mayBeStrict);
    if (uses('toolChoice', request.toolChoice !== undefined)) {
      params.tool_choice = request.toolChoice ?? 'auto';
    }
    if (!uses('reasoningWithTools', true)) params.reasoning_effort = 'none';
  }
  if (answerSchema !== undefined && uses('jsonSchema', true)) {
    const strict = mayBeStrict && isStrict(answerSchema.schema);
    params.response_format = {
      type: 'json_schema',
      json_schema: { ...answerSchema, ...(strict ? { strict } : {}) },
    };
  } else if (answerSchema !== undefined) {
    params.messages.push({ role: 'system', content: schemaInWords(answerSchema.schema) });
  }
  if (uses('streaming', request.onText !== undefined)) uses('streamOptions', true);
  return { params, used };
}

function schemaInWords(schema: Record<string, unknown>): string {
  return [
    'Answer with one JSON value and nothing else: no fence, no words around it.',
    `It must fit this JSON Schema: ${JSON.stringify(schema)}`,
  ].join('\n');
}
