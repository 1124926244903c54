// Whatever a server sends in place of a reply is an answer in good order or an error that says so.
import { describe, expect, test } from 'vitest';
import { Finish, ToolCall, Usage } from '../../src/domain/model-port.ts';
import { parseJson, parseValue } from '../../src/lib/json.ts';
import { z } from 'zod';
import { chat } from '../../src/model/chat.ts';
import { wrapError } from '../../src/model/classify.ts';
import type { Gathered, Gatherer } from '../../src/model/protocol.ts';
import { responsesOf } from '../../src/model/responses.ts';
import { rolls } from '../scenarios/rolls.ts';
import { endpointAt } from './arrange.ts';
import { spoilValue, valuesOf } from './malformed.ts';
import type { Roll } from './malformed.ts';

const protocols = { chat, responses: responsesOf(endpointAt({ url: 'http://127.0.0.1:1/v1' })) };

const Sound = z.looseObject({
  text: z.string(),
  refusal: z.string(),
  calls: z.array(ToolCall),
  finish: Finish.optional(),
  usage: Usage.optional(),
  model: z.string().optional(),
});

/** What one spoilt reply comes to: what was gathered, or the code of the error. */
function gather(api: 'chat' | 'responses', roll: Roll): Gathered | string {
  const { values, isWhole } = valuesOf(api, roll);
  const spoilt = Math.floor(roll() * values.length);
  const gatherer: Gatherer = protocols[api].createGatherer();
  try {
    for (const [at, text] of values.entries()) {
      const parsed = parseJson(z.unknown(), text);
      const value = parsed.ok ? parsed.value : null;
      const sent = at === spoilt ? spoilValue(value, roll) : value;
      if (isWhole) gatherer.whole(sent);
      else gatherer.event(sent);
    }
    return gatherer.result();
  } catch (error) {
    return wrapError(error, {}).code;
  }
}

describe.each(['chat', 'responses'] as const)('2,000 spoilt replies (%s)', (api) => {
  test('end as a sound answer or as an error with a name, and both happen', () => {
    const codes = new Map<string, number>();
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const outcome = gather(api, rolls(seed));
      const code = typeof outcome === 'string' ? outcome : 'sound';
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (typeof outcome === 'string') continue;
      const sound = parseValue(Sound, outcome);
      if (!sound.ok) throw new Error(`seed ${seed}: ${sound.reason}`);
      const ids = outcome.calls.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).not.toContain('');
    }
    expect(codes.get('sound')).toBeGreaterThan(500);
    expect(codes.get('garbled')).toBeGreaterThan(100);
    // A bug of ours would come out under this name.
    expect(codes.get('unknown')).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('more');
  });
});

test('calls without an id never take one that is taken', () => {
  const gatherer = chat.createGatherer();
  const call = (id: string) => ({ id, function: { name: 'look', arguments: '{}' } });
  const calls = ['call_2', '', 'call_2', ''].map(call);
  gatherer.whole({ choices: [{ message: { tool_calls: calls } }] });
  const ids = gatherer.result().calls.map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
});

test('a reply of ever more calls is no answer', () => {
  const gatherer = chat.createGatherer();
  const add = () => {
    for (let index = 0; index < 2_000; index += 1) {
      gatherer.event({ choices: [{ delta: { tool_calls: [{ index, id: `${index}` }] } }] });
    }
  };
  expect(add).toThrow('more than 1000 tool calls');
});
