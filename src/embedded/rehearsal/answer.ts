// From a request on the wire to an answer on the wire. A turn of the agency is played; any other
// request gets a short polite text, or the smallest instance of the schema or tool it insists on.
import { sha256, canonicalJson } from '../../lib/json.ts';
import { leastOf, withRequired } from './fit-schema.ts';
import type { Played } from './play/said.ts';
import { readAsked } from './read-request.ts';
import { rehearse } from './rehearse.ts';
import { messageText, roughTokens } from './wire.ts';
import type { ChatRequest, WireAnswer, WireFault } from './wire.ts';

type Tool = NonNullable<ChatRequest['tools']>[number]['function'];

export function answerTo(request: ChatRequest, seed: number): WireAnswer {
  const tools = (request.tools ?? []).map((tool) => tool.function);
  const fitted = fit(playedFor(request, seed), { request, tools });
  const about = canonicalJson([seed, request.messages, tools, request.response_format ?? null]);
  const hash = sha256(about);
  const calls = fitted.calls.map(({ name, args }, at) => ({
    id: `call_${hash.slice(0, 12)}_${at + 1}`,
    name,
    argumentsText: JSON.stringify(args),
  }));
  const output = roughTokens(fitted.text) + calls.reduce((sum, call) => sum + callTokens(call), 0);
  const usage = { input: inputTokens(request, tools), output: Math.max(1, output) };
  const answer: WireAnswer = {
    id: `chatcmpl-${hash.slice(0, 24)}`,
    text: fitted.text,
    calls,
    finish: calls.length > 0 ? 'tool_calls' : 'stop',
    usage,
  };
  return withinLimit(answer, request.max_completion_tokens ?? request.max_tokens ?? null);
}

/** @returns what is wrong with the request beyond its shape */
export function faultIn({ tools, tool_choice: choice }: ChatRequest): WireFault | null {
  const wanted = typeof choice === 'object' ? choice?.function?.name : undefined;
  if (wanted !== undefined && !tools?.some((tool) => tool.function.name === wanted)) {
    const message = `Tool choice '${wanted}' not found in 'tools' parameter.`;
    return { status: 400, message, param: 'tool_choice' };
  }
  if (choice === 'required' && !tools?.length) {
    const message = "'tool_choice' is only allowed when 'tools' are specified.";
    return { status: 400, message, param: 'tool_choice' };
  }
  return null;
}

function playedFor(request: ChatRequest, seed: number): Played {
  const messages = request.messages.map(({ role, content, tool_calls: calls }) => ({
    role,
    text: messageText(content),
    calls: (calls ?? []).flatMap((call) => call.function?.name ?? []),
  }));
  const asked = readAsked(messages);
  return asked === null ? strangersAnswer(request) : rehearse(asked, seed);
}

function strangersAnswer({ response_format: format, messages }: ChatRequest): Played {
  if (format?.type === 'json_schema') {
    return { text: JSON.stringify(leastOf(format.json_schema?.schema)), calls: [] };
  }
  if (format?.type === 'json_object') return { text: '{}', calls: [] };
  const last = messages.at(-1);
  const isShort = messageText(last?.content).length < 200;
  const heard = isShort ? 'I heard you' : 'I read it';
  return {
    text: `${heard}, but I only rehearse an agency's turns; a model would answer. (rehearsal)`,
    calls: [],
  };
}

interface Offer {
  request: ChatRequest;
  tools: readonly Tool[];
}

/** Keeps to what was offered: calls only of offered tools, arguments as their schemas want them. */
function fit(played: Played, { request, tools }: Offer): Played {
  const { tool_choice: choice, response_format: format } = request;
  const { json } = played;
  if (json !== undefined) {
    const tool = tools.find(({ name }) => name === json.command);
    if (tool !== undefined && format?.type !== 'json_schema') {
      return {
        text: '',
        calls: [{ name: tool.name, args: withRequired(json.args, tool.parameters) }],
      };
    }
    return {
      text: JSON.stringify(withRequired(json.args, format?.json_schema?.schema)),
      calls: [],
    };
  }
  if (choice === 'none') return { text: played.text, calls: [] };
  const calls = played.calls.flatMap(({ name, args }) => {
    const tool = tools.find((one) => one.name === name);
    return tool === undefined ? [] : [{ name, args: withRequired(args, tool.parameters) }];
  });
  if (calls.length > 0) return { text: played.text, calls };
  return { text: played.text, calls: forcedCalls(choice, tools) };
}

/** A tool that must be called although the play has no use for it. */
function forcedCalls(choice: ChatRequest['tool_choice'], tools: readonly Tool[]): Played['calls'] {
  const name = typeof choice === 'object' ? choice?.function?.name : undefined;
  const tool = choice === 'required' ? tools[0] : tools.find((one) => one.name === name);
  return tool === undefined ? [] : [{ name: tool.name, args: withRequired({}, tool.parameters) }];
}

function callTokens({ name, argumentsText }: { name: string; argumentsText: string }): number {
  return roughTokens(name) + roughTokens(argumentsText);
}

function inputTokens({ messages, response_format: format }: ChatRequest, tools: readonly Tool[]) {
  const text = messages.reduce((sum, { content, tool_calls: calls }) => {
    const called = calls ? roughTokens(JSON.stringify(calls)) : 0;
    return sum + 4 + roughTokens(messageText(content)) + called;
  }, 3);
  const offered = tools.length > 0 ? roughTokens(JSON.stringify(tools)) : 0;
  return text + offered + (format ? roughTokens(JSON.stringify(format)) : 0);
}

/** Plain text is cut where the request says so, as a model would be. */
function withinLimit(answer: WireAnswer, tokensMax: number | null): WireAnswer {
  if (tokensMax === null || answer.calls.length > 0 || answer.usage.output <= tokensMax) {
    return answer;
  }
  const text = Buffer.from(answer.text)
    .subarray(0, tokensMax * 4)
    .toString('utf8');
  const usage = { ...answer.usage, output: tokensMax };
  return { ...answer, text: text.replace(/\ufffd+$/, ''), finish: 'length', usage };
}
