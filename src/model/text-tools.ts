// Tools for an endpoint that has none. One that refuses them is offered the same tools as text
// commands from then on; one that takes them and ignores them is told of the commands beside the
// tools, so that it can still prove us wrong. The first tool call of an endpoint settles it: from
// then on its text is speech and nothing is taken out of it.
// The surprise: nothing is asked twice to find out. An answer that ignored the tools goes back as
// speech; whoever asked says what is missing, and that question shows us what happened.
import type { ModelRequest } from '../domain/model-port.ts';
import type { Clock } from '../lib/clock.ts';
import { classify } from './classify.ts';
import type { RawAnswer, SendRequest } from './send-request.ts';
import { toSpokenMessages } from './text-command-words.ts';
import { readSpoken } from './text-commands.ts';

/** What we know of an endpoint's tools. */
type Habit = 'unknown' | 'calls' | 'ignores' | 'refuses';

/** Ids of calls that we read out of text; a conversation that has some was held in text. */
const idPrefix = 'line_';

/** @returns `send` with tools for endpoints without; the others see no difference. */
export function withTextTools(
  send: SendRequest,
  { clock, retryMs }: { clock: Pick<Clock, 'monotonic'>; retryMs: number },
): SendRequest {
  let habit: Habit = 'unknown';
  let refusedAt = 0;
  const learnRefused = () => {
    habit = 'refuses';
    refusedAt = clock.monotonic();
  };

  const sendSpoken = async (request: ModelRequest, offer: 'beside' | 'none') => {
    const { onText, onTextReset: _reset, tools, ...others } = request;
    const offered = offer === 'beside' ? tools : [];
    const messages = toSpokenMessages(request);
    const answer = await send({ ...others, messages, tools: offered });
    const isCalling = answer.toolCalls.length > 0;
    if (isCalling) habit = 'calls';
    const heard = isCalling ? answer : (heardIn(answer, request) ?? answer);
    if (heard.text !== '') onText?.(heard.text);
    return heard;
  };

  const sendTools = async (request: ModelRequest): Promise<RawAnswer> => {
    const answer = await send(request);
    if (answer.toolCalls.length > 0) habit = 'calls';
    if (habit === 'calls' || answer.finish === 'refusal') return answer;
    const heard = heardIn(answer, request);
    if (heard !== null || request.toolChoice === 'required') habit = 'ignores';
    if (heard === null) return answer;
    // Its commands were shown as if they were speech.
    request.onTextReset?.();
    if (heard.text !== '') request.onText?.(heard.text);
    return heard;
  };

  /** Without the tools, after they were refused or perhaps were. */
  const sendAfterRefusal = async (request: ModelRequest, error: unknown): Promise<RawAnswer> => {
    const { fault } = classify(error);
    if (fault === 'tools-unsupported') learnRefused();
    else if (fault !== 'request-rejected' || habit === 'calls') throw error;
    try {
      const answer = await sendSpoken(request, 'none');
      learnRefused();
      return answer;
    } catch (again) {
      // A server that rejects it without tools as well has said why the first time.
      throw fault === 'tools-unsupported' ? again : error;
    }
  };

  return async (request) => {
    if (request.tools.length === 0) return send(request);
    // Servers are repaired while we run: after long they are asked as if for the first time.
    if (habit === 'refuses' && clock.monotonic() - refusedAt >= retryMs) habit = 'unknown';
    if (habit === 'unknown' && wasHeldInText(request)) habit = 'ignores';
    if (habit === 'refuses') return sendSpoken(request, 'none');
    try {
      return await (habit === 'ignores' ? sendSpoken(request, 'beside') : sendTools(request));
    } catch (error) {
      return sendAfterRefusal(request, error);
    }
  };
}

/** The answer with the commands in its text as calls; null when there are none. */
function heardIn(answer: RawAnswer, { tools, messages }: ModelRequest): RawAnswer | null {
  const isCut = answer.finish === 'length';
  const { speech, calls } = readSpoken(answer.text, tools, { isCut });
  if (calls.length === 0) return null;
  const { replay: _replay, ...others } = answer;
  const toolCalls = calls.map((call, position) => ({
    id: `${idPrefix}${messages.length}_${position + 1}`,
    ...call,
  }));
  const finish = answer.finish === 'stop' ? 'tool-calls' : answer.finish;
  return { ...others, text: speech, toolCalls, finish };
}

/** Whether this turn was held in text, or went on after an answer that used no tool. */
function wasHeldInText({ messages }: ModelRequest): boolean {
  const [before, last] = messages.slice(-2);
  const wasAskedAgain =
    last?.role === 'user' && before?.role === 'assistant' && before.toolCalls.length === 0;
  return (
    wasAskedAgain ||
    messages.some(
      (message) =>
        message.role === 'assistant' && message.toolCalls.some(({ id }) => id.startsWith(idPrefix)),
    )
  );
}
