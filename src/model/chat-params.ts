// One question as the body of a Chat Completions request, with only the features that the server
// is believed to take. What the request had a use for is told beside it, so that a refusal can be
// laid to the right one.
// The surprise: two fields that OpenAI calls deprecated are sent on purpose. Everybody else's
// servers know `max_tokens`, not all its successor; and `user` is where their logs show who asked.
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import type { ModelRequest } from '../domain/model-port.ts';
import { toWireMessages, toWireTools } from './chat-wire.ts';
import { isStrict } from './json-schema.ts';
import { countUses, type Feature, type ServerFeatures } from './server-features.ts';

export interface ChatParams {
  body: ChatCompletionCreateParamsNonStreaming;
  /** To be added when the answer is to be streamed. */
  streamOptions: Pick<ChatCompletionCreateParamsStreaming, 'stream_options'>;
}

export function toChatParams(
  request: ModelRequest,
  model: string,
  known: ServerFeatures,
): { params: ChatParams; used: Set<Feature> } {
  const { used, uses } = countUses(known);
  const { trace, tools, answerSchema, outputTokensMax } = request;
  const hasTools = tools.length > 0;
  const wantsStrict =
    tools.some(({ parameters }) => isStrict(parameters)) ||
    (answerSchema !== undefined && isStrict(answerSchema.schema));
  const mayBeStrict = uses('strict', wantsStrict);
  const body: ChatParams['body'] = {
    model,
    messages: toWireMessages(request.messages),
    // oxlint-disable-next-line typescript/no-deprecated -- the trace, see above
    ...(uses('user', true) ? { user: `${trace.agent}.${trace.turn}` } : {}),
    ...(uses('metadata', true) ? { metadata: { ...trace } } : {}),
    ...(uses('maxTokens', true)
      ? // oxlint-disable-next-line typescript/no-deprecated -- older servers, see above
        { max_tokens: outputTokensMax }
      : { max_completion_tokens: outputTokensMax }),
  };
  if (hasTools) {
    body.tools = toWireTools(tools, mayBeStrict);
    if (uses('toolChoice', request.toolChoice !== undefined)) {
      body.tool_choice = request.toolChoice ?? 'auto';
    }
    if (!uses('reasoningWithTools', true)) body.reasoning_effort = 'none';
  }
  if (answerSchema !== undefined && uses('jsonSchema', true)) {
    const strict = mayBeStrict && isStrict(answerSchema.schema);
    body.response_format = {
      type: 'json_schema',
      json_schema: { ...answerSchema, ...(strict ? { strict } : {}) },
    };
  }
  const isStreaming = uses('streaming', request.onText !== undefined);
  const isCounted = isStreaming && uses('streamOptions', true);
  const streamOptions = isCounted ? { stream_options: { include_usage: true } } : {};
  return { params: { body, streamOptions }, used };
}
