import fc from 'fast-check';
import { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/lib/errors.ts';
import { createResponsesGatherer } from '../../src/model/responses.ts';

const completed = (output: object[]) => ({
  type: 'response.completed',
  response: { status: 'completed', output },
});
const textItem = (text: string) => ({ type: 'message', content: [{ type: 'output_text', text }] });

function gather(...events: unknown[]) {
  const gatherer = createResponsesGatherer('test');
  for (const event of events) gatherer.event(event);
  return gatherer.result();
}

describe('servers that bend the protocol', () => {
  test('by ending with no items are taken at the items that were done before', () => {
    const item = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' };
    const done = { type: 'response.output_item.done', output_index: 0, item };
    expect(gather(done, completed([])).calls).toEqual([
      { id: 'a', name: 'f', argumentsText: '{}' },
    ]);
  });

  test('by sending nothing but text are taken at their text', () => {
    const delta = { type: 'response.output_text.delta', delta: 'Hi' };
    expect(gather(delta, completed([]))).toMatchObject({ text: 'Hi', finish: 'stop' });
  });

  test('by ending without a response have been cut short', () => {
    const delta = { type: 'response.output_text.delta', delta: 'Hi' };
    expect(gather(delta).finish).toBeUndefined();
  });

  test('by stopping for a reason we do not know have stopped early', () => {
    const response = { status: 'incomplete', incomplete_details: null, output: [textItem('Hi')] };
    expect(gather({ type: 'response.incomplete', response }).finish).toBe('length');
  });

  test('by giving calls no ids get ids from us, and their items are not replayed', () => {
    const call = { type: 'function_call', name: 'f', arguments: '{}' };
    const reasoning = { type: 'reasoning', encrypted_content: 'sealed' };
    const { calls, replay } = gather(completed([reasoning, call]));
    expect([calls.map(({ id }) => id), replay]).toEqual([['call_1'], undefined]);
  });

  test('by sealing only some reasoning get no ids back that would point to the rest', () => {
    const { replay } = gather(
      completed([
        { type: 'reasoning', id: 'r1' },
        { type: 'reasoning', id: 'r2', encrypted_content: 'sealed' },
        { type: 'message', id: 'm1', content: [] },
      ]),
    );
    expect(replay).toEqual({
      writer: 'test',
      items: [
        { type: 'reasoning', encrypted_content: 'sealed' },
        { type: 'message', content: [] },
      ],
    });
  });
});

// Goal: no event, however wrong, crashes us. Method: random JSON in every place of an event; it is
// gathered, or refused as a model's error or the client's.
test('whatever a server sends is gathered or refused', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('x', '', 0, -1, null, '__proto__'));
  const item = fc.record(
    { type: fc.constantFrom('message', 'function_call', 'reasoning'), call_id: anything },
    { requiredKeys: ['type'] },
  );
  const response = fc.record({ status: anything, output: fc.array(item), usage: anything });
  const type = fc.constantFrom(
    'response.created',
    'response.output_item.done',
    'response.output_text.delta',
    'response.completed',
    'response.failed',
    'error',
  );
  const event = fc.record(
    { type, delta: anything, item, output_index: anything, response, code: anything },
    { requiredKeys: ['type'] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: event }, anything)), (events) => {
      const gatherer = createResponsesGatherer('test');
      for (const each of events) {
        expect(outcomeOf(() => gatherer.event(each))).toBe('understood');
      }
      const ids = gatherer.result().calls.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 500 },
  );
});

/** A model's error and the client's are what the caller can tell; anything else is a bug. */
function outcomeOf(work: () => unknown): string {
  try {
    work();
    return 'understood';
  } catch (error) {
    const isKnown = error instanceof ModelError || error instanceof APIError;
    return isKnown ? 'understood' : String(error);
  }
}
