import { describe, expect, test } from 'vitest';
import { countTokens, estimateTokens, tokensAtLeast } from '../../src/model/tokens.ts';

describe('counting tokens', () => {
  test.each([
    ['', 0],
    ['Hello, world', 3],
    ['one two three four', 4],
  ])('%j has %i', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  test('takes a control token’s spelling for the text it is', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('of very long text is right within five percent, from samples', () => {
    const paragraph = 'The committee met on Tuesday; nobody disagreed, and 14 motions passed. ';
    const whole = countTokens(paragraph.repeat(100)) * 100;
    const long = countTokens(paragraph.repeat(10_000));
    expect(Math.abs(long - whole) / whole).toBeLessThan(0.05);
  });

  test('of a request includes its messages, calls, tools and answer schema', () => {
    const bare = { messages: [{ role: 'user', text: 'Hello' }] as const, tools: [] };
    const tool = { name: 'look', description: 'Looks around.', parameters: { type: 'object' } };
    const call = { id: 'a', name: 'look', argumentsText: '{"at":"the horizon"}' };
    const sizes = [
      bare,
      { ...bare, tools: [tool] },
      { ...bare, tools: [tool], answerSchema: { name: 'plan', schema: { type: 'object' } } },
    ].map(estimateTokens);
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    expect(
      estimateTokens({
        messages: [{ role: 'assistant', text: 'Hello', toolCalls: [call] }],
        tools: [],
      }),
    ).toBeGreaterThan(estimateTokens(bare));
  });

  test('at least counts no more than there are, in any script', () => {
    const texts = [
      'The committee met on Tuesday and nobody disagreed. '.repeat(50),
      'function add(a, b) { return a + b; }\n'.repeat(50),
      '{"id":"0198c2d4-77aa-7c3e","n":[1,2,3]}'.repeat(50),
    ];
    for (const text of texts) {
      const least = tokensAtLeast([{ role: 'user', text }]);
      expect(least).toBeLessThanOrEqual(countTokens(text) * 1.4);
      expect(least).toBeGreaterThan(0);
    }
  });
});
