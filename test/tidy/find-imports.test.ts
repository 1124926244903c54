// The rules stand on this scanner: what it does not see, nobody checks.
import { expect, test } from 'vitest';
import { findImports } from './find-imports.ts';
import { maskSource } from './mask-source.ts';

test('every form of import is found, with its line', () => {
  const text = [
    "import a from 'one';",
    "import type { B } from 'two';",
    'import {',
    '  c,',
    '  type D,',
    '} from "three";',
    "import 'four';",
    "export * from 'five';",
    "export type { E } from 'six';",
    "const f = await import('seven');",
    'const g = await import(`./eight/${name}`);',
    "const h = require('nine');",
    "import type from 'ten';",
    "import * as i from 'eleven'; import j, { k } from 'twelve'",
  ].join('\n');
  expect(findImports(text).map((one) => `${one.line} ${one.kind} ${one.specifier}`)).toEqual([
    '1 static one',
    '2 type two',
    '6 static three',
    '7 static four',
    '8 static five',
    '9 type six',
    '10 dynamic seven',
    '11 dynamic null',
    '12 dynamic nine',
    '13 static ten',
    '14 static eleven',
    '14 static twelve',
  ]);
});

test('an import in a comment, a string or a regular expression is none', () => {
  const text = [
    "// import a from 'one';",
    "/* import b from 'two'; */",
    'const c = "import d from \'three\'";',
    "const e = `import f from 'four' ${g(`import 'five'`)} import('six')`;",
    "const h = /import 'seven'/.test(i) || j / import.meta.k / 2;",
    "const l = Array.from('eight'); export const m = { from: 'nine' };",
    "loader.import('ten');",
  ].join('\n');
  expect(findImports(text)).toEqual([]);
});

test('masking keeps every place and shows code inside a template', () => {
  const text = "a = `x ${b ? `y${{ c: 'z' }.c}` : /[/`]/} w`; // d 'e'\nf('g');";
  const { code, comments } = maskSource(text);
  expect([code.length, comments.length]).toEqual([text.length, text.length]);
  expect(code.split('\n').map((line) => line.trimEnd())).toEqual([
    "a = `  ${b ? ` ${{ c: ' ' }.c}` : /    /}  `;",
    "f(' ');",
  ]);
  expect(comments.split('\n').map((line) => line.trim())).toEqual(["// d 'e'", '']);
});
