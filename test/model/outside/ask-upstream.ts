// Puts a request to the server that stands behind one of ours, without streaming, and reads what it
// said in the terms of a script.
import { z } from 'zod';
import { parseJson } from '../../../src/lib/json.ts';
import type { ScriptedReply } from '../../support/chat-protocol.ts';

const Said = z.looseObject({
  choices: z.array(
    z.looseObject({
      message: z.looseObject({
        content: z.string().nullish(),
        tool_calls: z
          .array(z.looseObject({ function: z.object({ name: z.string(), arguments: z.string() }) }))
          .nullish(),
      }),
    }),
  ),
});

export async function askUpstream(url: string, body: object): Promise<ScriptedReply> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: false, stream_options: undefined }),
  });
  const said = parseJson(Said, await response.text());
  if (!said.ok) throw new Error(`The server behind answered ${response.status}: ${said.reason}`);
  const message = said.value.choices[0]?.message;
  const toolCalls = (message?.tool_calls ?? []).map(({ function: call }) => call);
  return {
    ...(message?.content ? { text: message.content } : {}),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}
