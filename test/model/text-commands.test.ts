import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ToolOffer } from '../../src/domain/model-port.ts';
import { parseJson } from '../../src/lib/json.ts';
import { toJsonSchema } from '../../src/model/json-schema.ts';
import { grammarInWords, toSpokenMessages, writeCall } from '../../src/model/text-command-words.ts';
import { readSpoken } from '../../src/model/text-commands.ts';

const Submit = z.strictObject({
  task: z.string(),
  summary: z.string().max(1500).describe('what you made and how'),
  files: z.array(z.strictObject({ name: z.string(), content: z.string() })),
  openPoints: z.array(z.string()),
  hours: z.number().optional(),
  isFinal: z.boolean().optional(),
});
const Ask = z.strictObject({ to: z.string(), question: z.string() });
const Search = z.strictObject({ max_results: z.int(), query: z.string() });

function offer(name: string, args: z.ZodType): ToolOffer {
  return { name, description: `To ${name}.`, parameters: toJsonSchema(args) };
}
const tools = [
  offer('submit', Submit),
  offer('ask', Ask),
  offer('read-file', z.strictObject({})),
  offer('web_search', Search),
];

/** Each call as its name and arguments (or why it could not be read), and the speech. */
function read(text: string, options: { isCut?: boolean } = {}) {
  const { speech, calls } = readSpoken(text, tools, options);
  return {
    speech,
    calls: calls.map(({ name, argumentsText }) => {
      const args = parseJson(z.unknown(), argumentsText);
      return [name, args.ok ? args.value : argumentsText.split('\n')[0]];
    }),
  };
}

const asked = ['ask', { to: 'A2', question: 'How long?' }];

describe('a command in text', () => {
  test('is a line that begins with a slash; the rest is speech', () => {
    const text = 'I need to know.\n/ask to:A2 question:"How long?"\nThen I go on.';
    expect(read(text)).toEqual({ speech: 'I need to know.\nThen I go on.', calls: [asked] });
  });

  const forms: [string, string][] = [
    ['with all arguments as one object', '/ask {"to": "A2", "question": "How long?"}'],
    ['with an object over several lines', '/ask {\n  "to": "A2",\n  "question": "How long?"\n}'],
    ['with a mention and plain words', '/ask @A2 How long?'],
    ['with a space after each colon', '/ask to: A2 question: "How long?"'],
    ['with its arguments on lines below', '/ask\n  to: A2\n  question: How long?'],
    ['as an item of a list', '- /ask to:A2 question:"How long?"'],
    ['in backticks', '`/ask to:A2 question:"How long?"`'],
    ['in a code fence', '```\n/ask to:A2 question:"How long?"\n```'],
    ['in a fence that names a language', '```text\n\n/ask to:A2 question:"How long?"\n```'],
    ['as JSON', '{"name": "ask", "arguments": {"to": "A2", "question": "How long?"}}'],
    [
      'as JSON in a fence',
      '```json\n{"name":"ask","parameters":{"to":"A2","question":"How long?"}}\n```',
    ],
    [
      'as JSON in tags',
      '<tool_call>\n{"name":"ask","arguments":{"to":"A2","question":"How long?"}}\n</tool_call>',
    ],
  ];
  test.each(forms)('%s is understood', (_how, text) => {
    expect(read(text)).toEqual({ speech: '', calls: [asked] });
  });

  test('has text over several lines in quotes', () => {
    const { calls } = read('/ask to:A2 question:"One\ntwo: three"\nSpeech.');
    expect(calls).toEqual([['ask', { to: 'A2', question: 'One\ntwo: three' }]]);
  });

  test('has words made into what its arguments are', () => {
    const { calls } = read('/submit task:7 hours:1.5 isFinal:true openPoints:a,b files:[]');
    expect(calls).toEqual([
      ['submit', { task: '7', hours: 1.5, isFinal: true, openPoints: ['a', 'b'], files: [] }],
    ]);
  });

  test('has names with underscores', () => {
    const { calls } = read('/web_search max_results:3 query:"old bridges"');
    expect(calls).toEqual([['web_search', { max_results: 3, query: 'old bridges' }]]);
  });

  test('is speech when nobody offered it, or when it does not begin its line', () => {
    const text = '/dance now\nUse /ask for that.\nA path: /ask/to';
    expect(read(text)).toEqual({ speech: text, calls: [] });
  });
});

describe('a block below a command', () => {
  const report = '# Report\n\n```js\nrun("/ask");\n```\n\n~~ not a fence ~~';

  test('is one file of its list, however many there are', () => {
    const text = [
      '/submit task:T1 summary:Done openPoints:[]',
      '~~~ files name:report.md',
      report,
      '~~~',
      '',
      '~~~ files name:"my notes.md"',
      '/ask is a word here',
      '~~~',
      'That is all.',
    ].join('\n');
    expect(read(text)).toEqual({
      speech: 'That is all.',
      calls: [
        [
          'submit',
          {
            task: 'T1',
            summary: 'Done',
            openPoints: [],
            files: [
              { name: 'report.md', content: report },
              { name: 'my notes.md', content: '/ask is a word here' },
            ],
          },
        ],
      ],
    });
  });

  test('is the value of a text argument', () => {
    const text = '/ask to:A2\n~~~ question\nOne\ntwo\n~~~';
    expect(read(text).calls).toEqual([['ask', { to: 'A2', question: 'One\ntwo' }]]);
  });

  test('fills the object that the command’s own line began', () => {
    const text = '/submit task:T1 files:[{"name":"a.md"}]\n~~~ files name:a.md\nA\n~~~';
    expect(read(text).calls).toEqual([
      ['submit', { task: 'T1', files: [{ name: 'a.md', content: 'A' }] }],
    ]);
  });

  test.each([
    ['backticks and a language', '```markdown a.md\nA\n```js\nb\n```\n```'],
    ['its file’s name alone', '~~~ a.md\nA\n```js\nb\n```\n~~~'],
    ['more tildes', '~~~~~ files name:a.md\nA\n```js\nb\n```\n~~~~~~'],
  ])('is understood with %s', (_how, block) => {
    const content = 'A\n```js\nb\n```';
    expect(read(`/submit task:T1\n${block}`).calls).toEqual([
      ['submit', { task: 'T1', files: [{ name: 'a.md', content }] }],
    ]);
  });
});

describe('what cannot be read', () => {
  const cases: [string, string, string][] = [
    ['an open quote', '/ask to:A2 question:"How', 'a quotation mark is not closed'],
    ['an open block', '/ask to:A2\n~~~ question\nHow', 'the block "question" is not closed'],
    ['a word too many', '/read-file now', '"now" has no argument name'],
    ['an argument given twice', '/ask to:A2 to:A3', '"to" is given twice'],
    ['half an object', '/ask {"to": "A2"', 'not JSON'],
  ];
  test.each(cases)('%s is a call that says so, and no speech', (_what, text, reason) => {
    const { speech, calls } = read(text);
    expect(speech).toBe('');
    expect(calls).toEqual([[expect.any(String), expect.stringContaining(reason)]]);
  });

  test('does not swallow the command after it', () => {
    const { calls } = read('/ask to:A2 question:"How\n/ask to:A2 question:"How long?"');
    expect(calls).toEqual([['ask', 'a quotation mark is not closed'], asked]);
  });

  test('is the last command of an answer that was cut off', () => {
    const text = '/ask to:A2 question:"How long?"\n/ask to:A2 question:Ho';
    const cut = ['ask', 'the answer was cut off here; write less at a time'];
    expect(read(text, { isCut: true }).calls).toEqual([asked, cut]);
  });

  test('is told to the model beside its own line and the result', () => {
    const { calls } = readSpoken('/ask to:A2 question:"How', tools);
    const toolCalls = calls.map((call) => ({ id: 'line_1', ...call }));
    const messages = toSpokenMessages({
      tools,
      messages: [
        { role: 'user', text: 'Go on.' },
        { role: 'assistant', text: 'I ask.', toolCalls },
        { role: 'tool', callId: 'line_1', name: 'ask', text: 'Refused.' },
        { role: 'user', text: 'Use ask.' },
      ],
    });
    expect(messages.slice(1)).toEqual([
      { role: 'user', text: 'Go on.' },
      { role: 'assistant', text: 'I ask.\n/ask to:A2 question:"How', toolCalls: [] },
      {
        role: 'user',
        text: 'Result of /ask:\nRefused.\n(a quotation mark is not closed)\n\nUse ask.',
      },
    ]);
  });
});

// Goal: what we write of a call reads back as that call, so that a model that copies what it sees
// is understood. Method: random arguments, with fences, slashes and quotes in their text.
test('a call that is written reads back as the same call', () => {
  const pieces = fc.constantFrom(
    '~~~',
    '~~~~',
    '```',
    '/ask',
    '\n',
    ' ',
    '"',
    'a:b',
    '\\',
    'é',
    '{',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const args = fc.record(
    {
      task: text,
      summary: text,
      files: fc.array(fc.record({ name: word, content: text }), { maxLength: 3 }),
      openPoints: fc.array(text, { maxLength: 3 }),
      hours: fc.integer(),
      isFinal: fc.boolean(),
    },
    { requiredKeys: ['task'] },
  );
  fc.assert(
    fc.property(args, fc.boolean(), (value, isFollowed) => {
      const call = { id: 'x', name: 'submit', argumentsText: JSON.stringify(value) };
      const written = writeCall(call, tools);
      const { calls, speech } = readSpoken(isFollowed ? `${written}\nSpeech.` : written, tools);
      expect(speech).toBe(isFollowed ? 'Speech.' : '');
      const [only] = calls;
      expect(calls).toHaveLength(1);
      expect(parseJson(z.unknown(), only?.argumentsText ?? '')).toEqual({ ok: true, value });
    }),
    { numRuns: 500 },
  );
});

test('whatever a model writes is read without failing, and speech is never longer', () => {
  const pieces = fc.constantFrom(
    '/ask ',
    '/submit ',
    'to:',
    '"',
    '[',
    '{',
    '}',
    '~~~',
    '```',
    ' files',
    ' name:a.md',
    '\n',
    '\n\n',
    ' ',
    'x',
    '@A2',
    '<tool_call>',
    '</tool_call>',
    '{"name":"ask"}',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), fc.boolean(), (parts, isCut) => {
      const text = parts.join('');
      expect(readSpoken(text, tools, { isCut }).speech.length).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2_000 },
  );
});

test('the commands are taught with their arguments, and what may be left out', () => {
  expect(grammarInWords({ tools: tools.slice(0, 2), toolChoice: 'required' }))
    .toMatchInlineSnapshot(`
      "# Commands
      You act by writing commands in your answer. A command is a line that begins with a slash:
      /name key:word key:"several words" key:7 key:["a", "list"]
      Values are a word, a text in double quotes (as in JSON), or JSON.
      Text of several lines goes into a block directly below its command, between two lines
      of tildes; the first names the argument. Use more tildes if the text has such lines itself:
      ~~~ argument
      line one
      line two
      ~~~
      In a list of objects each block is one object, its short fields beside the argument’s name:
      ~~~ argument name:report.md
      # A report
      …
      ~~~
      Whatever else you write is speech, which others read. Do not announce commands: write them.
      Their results come in the next message; never make results up.
      Your answer must use at least one of these commands:
      /submit task:… summary:… files:… openPoints:… hours:… isFinal:…
        To submit.
        task: text
        summary: text (what you made and how (at most 1500 characters))
        files: list of { "name": text, "content": text }; each as a block: ~~~ files …
        openPoints: list of text
        hours: number (may be left out)
        isFinal: true or false (may be left out)
      /ask to:… question:…
        To ask.
        to: text
        question: text"
    `);
});
