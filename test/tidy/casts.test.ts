import { expect, test } from 'vitest';
import { checkCasts } from './casts.ts';

test('a cast without a reason is refused', () => {
  const text = [
    'const a = b as C;',
    'const d = (e() as { f: string }).f;',
    '',
    'const g = [h',
    '  as unknown as I];',
  ].join('\n');
  expect(messagesOf(text)).toEqual([
    'src/a.ts:1: a cast without a reason beside it',
    'src/a.ts:2: a cast without a reason beside it',
    'src/a.ts:5: a cast without a reason beside it',
    'src/a.ts:5: a cast without a reason beside it',
  ]);
});

test('a reason, a constant and a new name are fine', () => {
  const text = [
    "import { a as b } from 'c';\nimport * as d from 'e';\nexport { f as g };",
    "const h = ['i'] as const;",
    'type J<K> = { [L in keyof K as `get${L}`]: K[L] };',
    "const m = 'n as O';",
    'let p = q;\n'.repeat(4),
    '// The vendor types say string.\nconst r = s as T;',
    'let p = q;\n'.repeat(4),
    'const u = v as W; // checked above',
  ].join('\n');
  expect(messagesOf(text)).toEqual([]);
});

function messagesOf(text: string): string[] {
  return checkCasts({ path: 'src/a.ts', text }).map((breach) => breach.message);
}
