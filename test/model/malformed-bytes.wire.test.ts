// Bodies that are broken on the wire, through the real client: 2,000 of them, each one an answer or
// an error with a name, none of them a crash, a hang, or half an answer taken for a whole one.
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { chat } from '../../src/model/chat.ts';
import { wrapError } from '../../src/model/classify.ts';
import { defaultModelLimits } from '../../src/model/limits.ts';
import { responsesOf } from '../../src/model/responses.ts';
import { createSendRequest } from '../../src/model/send-request.ts';
import { rolls } from '../scenarios/rolls.ts';
import { endpointAt, request } from './arrange.ts';
import { spoilBytes, valuesOf } from './malformed.ts';
import { listen } from './outside/listen.ts';

const limits = { ...defaultModelLimits, firstDeltaMs: 5_000, idleMs: 5_000, totalMs: 8_000 };

test.each(['chat', 'responses'] as const)(
  '1,000 broken bodies (%s) are all told apart',
  async (api) => {
    let seed = 0;
    await using server = await listen((_incoming, response) => {
      seed += 1;
      const roll = rolls(seed);
      const { values, isWhole } = valuesOf(api, roll);
      const stream = [...values, ...(api === 'chat' ? ['[DONE]'] : [])];
      const body = isWhole ? (values[0] ?? '') : stream.map((one) => `data: ${one}\n\n`).join('');
      const type = roll() < 0.9 ? 'text/event-stream' : 'application/json';
      response.writeHead(200, { 'content-type': type }).end(spoilBytes(body, roll));
    });
    const endpoint = endpointAt(server);
    const about = { limits, clock: systemClock };
    const send =
      api === 'chat'
        ? createSendRequest(chat, endpoint, about)
        : createSendRequest(responsesOf(endpoint), endpoint, about);
    const outcomes = new Map<string, number>();
    const ask = async () => {
      const outcome = await send(request({ onText: () => undefined })).then(
        ({ finish }) => finish,
        (error: unknown) => wrapError(error, {}).code,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    };
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(Array.from({ length: 20 }, ask));
    }
    const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(1_000);
    expect(outcomes.get('unknown')).toBeUndefined();
    expect(outcomes.get('stalled')).toBeUndefined();
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['stop', 'cut-off']));
  },
);
