import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseValue } from '../../src/lib/json.ts';
import { ChatReply, createChatGatherer } from '../../src/model/chat-wire.ts';

function gather(...chunks: unknown[]) {
  const gatherer = createChatGatherer();
  for (const chunk of chunks) gatherer.add(ChatReply.parse(chunk));
  return gatherer.result();
}

const delta = (part: object) => ({ choices: [{ delta: part }] });
const call = (part: object) => delta({ tool_calls: [part] });

describe('servers that bend the protocol', () => {
  test('by sending content in parts are understood', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(gather({ choices: [{ message: { content } }] }).text).toBe('ab');
  });

  test('by sending arguments as an object are understood', () => {
    const { calls } = gather(
      call({ index: 0, id: 'x', function: { name: 'f', arguments: { a: 1 } } }),
    );
    expect(calls).toEqual([{ id: 'x', name: 'f', argumentsText: '{"a":1}' }]);
  });

  test('by giving each whole call the index 0 are understood', () => {
    const { calls } = gather(
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '{}' } }),
      call({ index: 0, id: 'y', function: { name: 'g', arguments: '{}' } }),
    );
    expect(calls.map(({ name }) => name)).toEqual(['f', 'g']);
  });

  test('by repeating the id with every piece are understood', () => {
    const { calls } = gather(
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '{"a"' } }),
      call({ index: 0, id: 'x', function: { arguments: ':1}' } }),
    );
    expect(calls).toEqual([{ id: 'x', name: 'f', argumentsText: '{"a":1}' }]);
  });

  test('by giving calls no ids get ids from us', () => {
    const { calls } = gather(
      call({ index: 0, function: { name: 'f', arguments: '{}' } }),
      call({ index: 1, function: { name: 'g', arguments: '{}' } }),
    );
    expect(calls.map(({ id }) => id)).toEqual(['call_1', 'call_2']);
  });

  test.each([
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: Number.NaN, completion_tokens: 2 },
    { prompt_tokens: 0, completion_tokens: 2 },
    { prompt_tokens: '5', completion_tokens: 2 },
    { completion_tokens: 2 },
    'many',
  ])('by sending %j as usage have sent none', (usage) => {
    expect(gather({ ...delta({ content: 'a' }), usage }).usage).toBeUndefined();
  });

  test('by sending their thinking beside the answer show that they live', () => {
    const gatherer = createChatGatherer();
    const chunk = ChatReply.parse(delta({ reasoning_content: 'Hm.' }));
    expect(gatherer.add(chunk)).toEqual({ text: '', hasContent: true, chars: 0 });
    expect(gatherer.result().text).toBe('');
  });

  test('by opening with an empty delta have shown nothing yet', () => {
    const chunk = ChatReply.parse(delta({ role: 'assistant', content: '', refusal: null }));
    expect(createChatGatherer().add(chunk).hasContent).toBe(false);
  });
});

// Goal: no reply, however wrong, crashes us or leaves a call without an id. Method: random JSON in
// every place of a reply; what the schema lets through is gathered.
test('whatever a server sends is gathered or refused, and every call has its own id', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('x', '', 0, -1, null, '__proto__'));
  const toolCall = fc.record(
    {
      index: fc.oneof(fc.nat(3), anything),
      id: fc.oneof(fc.constantFrom('a', 'b'), anything),
      function: fc.record({ name: anything, arguments: anything }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  const part = fc.record(
    { content: anything, refusal: anything, tool_calls: fc.array(toolCall) },
    { requiredKeys: [] },
  );
  const choice = fc.record({ delta: part, finish_reason: anything }, { requiredKeys: [] });
  const chunk = fc.oneof(
    { weight: 5, arbitrary: fc.record({ choices: fc.array(choice), usage: anything }) },
    anything,
  );
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const gatherer = createChatGatherer();
      for (const each of chunks) {
        const reply = parseValue(ChatReply, each);
        if (reply.ok) gatherer.add(reply.value);
      }
      const { calls, text } = gatherer.result();
      const ids = calls.map(({ id }) => id);
      expect(ids).not.toContain('');
      expect(new Set(ids).size).toBe(ids.length);
      expect(typeof text).toBe('string');
    }),
    { numRuns: 500 },
  );
});
