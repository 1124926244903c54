// What is to be forgotten is found however it is written, and nothing else is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { erase, eraseDeep, passageOf, weaknessOf } from '../../src/domain/passage.ts';

const secret = 'The vault code is plum-7 and Karla keeps it';
const clean = (text: string, ...passages: string[]) =>
  erase(text, (passages.length === 0 ? [secret] : passages).map(passageOf));

test.each([
  ['as it was said', `He said: ${secret}.`],
  ['in capitals', secret.toUpperCase()],
  ['over two lines of a quotation', '> The vault code is\n> plum-7 and Karla\n> keeps it'],
  ['emphasised', 'The **vault code** is `plum-7` and _Karla_ keeps it'],
  ['with other signs', 'the vault-code is “plum 7” — and Karla keeps it!'],
  ['in JSON', JSON.stringify({ a: `x\n${secret}` })],
  [
    'in JSON inside JSON',
    JSON.stringify(JSON.stringify({ a: `x\nThe vault code is\nplum-7 and Karla keeps it` })),
  ],
  ['as the name of a channel', 'the-vault-code-is-plum-7-and-karla-keeps-it'],
  ['as a name that was cut off', 'the-vault-code-is-plum-7-and-k'],
  ['cut short', 'Lesson: The vault code is pl…'],
  ['cut off', 'Lesson: The vault code is plum-7 and Ka'],
  ['cut off inside quotation marks', '"The vault code is plum-7 an" (agent)'],
  ['nearly whole', 'The vault code is plum-7 and Karla, he said'],
])('a passage is found %s', (_how, text) => {
  expect(clean(text)).toContain('erased');
  expect(clean(text)).not.toMatch(/vault|plum|karla/i);
});

test.each([
  ['other words', 'The vault code is a matter of Karla, who keeps it.'],
  ['its beginning alone', 'The vault code'],
  ['its beginning in another sentence', 'The vault code is what we need.'],
])('%s stay', (_what, text) => {
  expect(clean(text)).toBe(text);
});

test('an identifier of the program is no words', () => {
  expect(clean('project-manager.intake', 'Project Manager intake')).toBe('project-manager.intake');
  expect(clean('The project-manager.intake turn', 'Project Manager intake')).toBe(
    'The [erased] turn',
  );
});

test('a file keeps a name that is one', () => {
  expect(clean('Plan of Karla Vogt.md', 'Karla Vogt')).toBe('Plan of erased.md');
});

test('what surrounds a passage stays as it is', () => {
  const words = fc.stringMatching(/^[a-z ,.]{0,20}$/);
  fc.assert(
    fc.property(words, words, (before, after) => {
      const text = `${before} | ${secret} | ${after}`;
      expect(clean(text)).toBe(`${before} | [erased] | ${after}`);
    }),
  );
});

test('erasing twice is erasing once, and leaves nothing of a passage', () => {
  const texts = fc.array(fc.constantFrom('a b', 'ab ', '-b', ' a', '…', 'Karla Vogt', '\n', 'V'));
  fc.assert(
    fc.property(texts, (parts) => {
      const once = clean(parts.join(''), 'a b a b', 'Karla Vogt');
      expect(clean(once, 'a b a b', 'Karla Vogt')).toBe(once);
      expect(once).not.toContain('Karla Vogt');
    }),
  );
});

test('every text of a value is cleaned, and the names of its fields', () => {
  const value = { [secret]: [1, null, { text: `So: ${secret}` }] };
  expect(eraseDeep(value, [passageOf(secret)])).toEqual({
    '[erased]': [1, null, { text: 'So: [erased]' }],
  });
});

test('signs and scripts without spaces are found too', () => {
  expect(clean('🔑🔑🔑 and', '🔑🔑🔑')).toBe('[erased] and');
  expect(clean('金库的密码是梅子七号吗', '密码是梅子七号')).toBe('金库的[erased]吗');
});

test.each(['the', 'specialist', 'P1.turn.12', '123456789012345678', 'so it is', 'turn-finished'])(
  '“%s” may not be erased everywhere',
  (words) => {
    expect(weaknessOf(words)).toContain('too many other places');
  },
);

test.each([secret, 'karla@example.org', 'hunter2-xk9', '+41 79 123 45 67', '密码是梅子七号'])(
  '“%s” may',
  (words) => {
    expect(weaknessOf(words)).toBeNull();
  },
);
