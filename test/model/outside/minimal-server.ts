// A server that answers with the least that each schema allows and means nothing by it: where JSON
// is asked for the minimal instance, where tools are offered a call with minimal arguments, and
// words of one letter otherwise.
import { startScriptedModel } from '../../support/scripted-model.ts';
import type { ScriptedModel } from '../../support/scripted-model.ts';
import type { ChatBody, ScriptedReply } from '../../support/chat-protocol.ts';
import { minimalInstance } from './minimal-instance.ts';
import type { Filling } from './minimal-instance.ts';

/** Which of the tools on offer it calls in one answer. */
export type Calling = 'first' | 'last' | 'all';

export function startMinimalServer(
  calling: Calling,
  filling: Filling = 'bare',
): Promise<ScriptedModel> {
  return startScriptedModel({
    mode: 'matching',
    steps: [
      {
        times: 'any',
        respond: ({ body }) => ({ reply: minimalReply(body, { calling, filling }) }),
      },
    ],
  });
}

interface Habits {
  calling: Calling;
  filling: Filling;
}

export function minimalReply(body: ChatBody, { calling, filling }: Habits): ScriptedReply {
  const format = body.response_format?.['json_schema'];
  if (isObject(format)) return { text: JSON.stringify(minimalInstance(format['schema'], filling)) };
  const tools = body.tools ?? [];
  if (tools.length === 0) return { text: 'x' };
  const chosen = calling === 'all' ? tools : tools.slice(...(calling === 'first' ? [0, 1] : [-1]));
  return {
    toolCalls: chosen.map(({ function: { name, parameters } }) => ({
      name,
      arguments: minimalInstance(parameters, filling),
    })),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
