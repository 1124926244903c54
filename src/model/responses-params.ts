// One question as the body of a Responses request. Nothing is stored at the vendor's: the whole
// conversation goes out every time, and reasoning comes back encrypted so that it can be replayed.
// The surprise: the server takes `strict` for true where it is absent, so it is always said.
import type {
  FunctionTool,
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import type { ModelMessage, ModelRequest } from '../domain/model-port.ts';
import { jsonOrEmpty } from './chat-wire.ts';
import { isStrict } from './json-schema.ts';
import { readReplay } from './responses-wire.ts';
import { countUses, type Feature, type ServerFeatures } from './server-features.ts';

export type ResponsesParams = ResponseCreateParamsNonStreaming;

/** @param writer whose replays may be sent; see `responses-wire.ts`. */
export function toResponsesParams(
  request: ModelRequest,
  about: { model: string; writer: string },
  known: ServerFeatures,
): { params: ResponsesParams; used: Set<Feature> } {
  const { used, uses } = countUses(known);
  const { trace, tools, answerSchema, outputTokensMax } = request;
  const wantsStrict =
    tools.some(({ parameters }) => isStrict(parameters)) ||
    (answerSchema !== undefined && isStrict(answerSchema.schema));
  const mayBeStrict = uses('strict', wantsStrict);
  const params: ResponsesParams = {
    model: about.model,
    input: request.messages.flatMap((message) => toItems(message, about.writer)),
    store: false,
    ...(uses('encryptedReasoning', true) ? { include: ['reasoning.encrypted_content'] } : {}),
    // oxlint-disable-next-line typescript/no-deprecated -- where logs show who asked, as in Chat
    ...(uses('user', true) ? { user: `${trace.agent}.${trace.turn}` } : {}),
    ...(uses('metadata', true) ? { metadata: { ...trace } } : {}),
    max_output_tokens: outputTokensMax,
  };
  if (tools.length > 0) {
    params.tools = tools.map(({ name, description, parameters }): FunctionTool => {
      const strict = mayBeStrict && isStrict(parameters);
      return { type: 'function', name, description, parameters, strict };
    });
    if (uses('toolChoice', request.toolChoice !== undefined)) {
      params.tool_choice = request.toolChoice ?? 'auto';
    }
  }
  if (answerSchema !== undefined && uses('jsonSchema', true)) {
    const strict = mayBeStrict && isStrict(answerSchema.schema);
    params.text = { format: { type: 'json_schema', ...answerSchema, strict } };
  }
  uses('streaming', request.onText !== undefined);
  return { params, used };
}

function toItems(message: ModelMessage, writer: string): ResponseInputItem[] {
  const text = message.text.toWellFormed();
  if (message.role === 'tool') {
    return [{ type: 'function_call_output', call_id: message.callId, output: text }];
  }
  if (message.role !== 'assistant') return [{ role: message.role, content: text }];
  const replayed = readReplay(message.replay, writer);
  if (replayed !== null) return replayed;
  const calls = message.toolCalls.map(({ id, name, argumentsText }) => {
    const written = jsonOrEmpty(argumentsText);
    return { type: 'function_call' as const, call_id: id, name, arguments: written };
  });
  return text === '' ? calls : [{ role: 'assistant', content: text }, ...calls];
}
