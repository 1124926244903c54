// A turn against a model server that answers as a test wrote down: tools, mistakes and their
// repair, and how a turn ends.
import { expect, test } from 'vitest';
import { calls, json } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';
import { take, takeIn } from './turn-on-script.ts';
import type { Taken } from './turn-on-script.ts';

const start: [string, unknown] = ['start', { task: 'T1', approach: 'In one go.' }];
const files = [{ name: 'o1.md', content: '# A guide\n\nDay one.' }];
const submit: [string, unknown] = [
  'submit',
  { task: 'T1', summary: 'Done.', files, openPoints: [] },
];

/** What the model was told last. */
function lastWords({ requests }: Taken): string[] {
  return (requests.at(-1)?.body.messages ?? [])
    .slice(2)
    .filter(({ role }) => role === 'tool' || role === 'user')
    .map(({ content }) => content ?? '');
}

test('a submission is stored, checked by code, and ends the turn', async () => {
  const { output, requests, saved, journaled } = await take(
    'specialist.work',
    calls('I begin.', [start, submit]),
  );
  expect(requests).toHaveLength(1);
  expect(journaled).toEqual(['model.1']);
  expect(output.said).toBe('I begin.');
  expect(output.commands.map(({ line }) => line)).toEqual([
    '/start task:T1 approach:"In one go."',
    '/submit task:T1 summary:Done. files:[1 item] openPoints:[]',
  ]);
  expect(saved.get('o1.md')).toBe('# A guide\n\nDay one.');
  expect(output.files).toEqual([expect.objectContaining({ name: 'o1.md' })]);
  expect(output.checks).toEqual([expect.objectContaining({ criterion: 'C1', met: true })]);
});

test('tools answer inside the turn, and nobody outside sees them', async () => {
  const taken = await take(
    'specialist.work',
    calls('', [['check-draft', { files: [] }]]),
    calls('', [
      ['read-file', { name: 'o9.md' }],
      ['check-draft', { files }],
    ]),
    calls('', [submit]),
  );
  expect(lastWords(taken)).toEqual([
    expect.stringContaining('C1 NOT met'),
    'No file is called o9.md. You have: none.',
    expect.stringContaining('C1 met'),
  ]);
  expect(taken.output.commands).toHaveLength(1);
  expect(taken.output.usage.calls).toBe(3);
});

test('what does not fit is refused with the reason, and may be mended', async () => {
  const taken = await take(
    'specialist.work',
    calls('', [
      ['shell', { command: 'ls' }],
      ['submit', '{"task": "T1", "summary"'],
    ]),
    calls('', [['submit', { task: 'T1', summary: 'Done.', files: [], openPoints: [] }]]),
    calls('', [submit]),
  );
  expect(lastWords(taken)).toEqual([
    'Refused: There is no shell in this turn.',
    expect.stringContaining('Refused: The arguments are not JSON'),
    expect.stringContaining('Refused: /submit: files'),
  ]);
  expect(taken.output.commands).toHaveLength(1);
});

test('who never gets it right has failed, with what was wrong', async () => {
  const wrong = calls('', [['shell', {}]]);
  await expect(take('specialist.work', wrong, wrong, wrong)).rejects.toMatchObject({
    code: 'model-misfit',
    retry: 'never',
  });
  const talk = { text: 'Sure, I will.' };
  await expect(take('project-manager.intake', talk, talk, talk)).rejects.toThrow(
    'Answer with one JSON object',
  );
});

test('a turn that has not done what it must is reminded', async () => {
  const taken = await take('specialist.work', { text: 'I thought about it.' }, calls('', [submit]));
  expect(lastWords(taken)).toEqual(['Use submit or ask.']);
  expect(taken.output.said).toBe('I thought about it.');
});

test('a model that goes on and on is stopped', async () => {
  const check = calls('', [['check-draft', { files }]]);
  const often = Array.from({ length: 12 }, () => check);
  await expect(take('specialist.work', ...often)).rejects.toThrow('12 model calls');
  const many = calls(
    '',
    Array.from({ length: 25 }, (): [string, unknown] => ['check-draft', { files }]),
  );
  await expect(take('specialist.work', many)).rejects.toThrow('more than 24 tools');
});

const refusal = { refusal: 'I cannot help with that.' };

test('a model that declines is asked once more in other words', async () => {
  const taken = await take('specialist.work', refusal, calls('', [start, submit]));
  expect(taken.output.commands).toHaveLength(2);
  expect(taken.journaled).toEqual(['model.1', 'model.1.rephrased']);
  expect(lastWords(taken)).toEqual([expect.stringMatching(/^You declined\. .* put neutrally/)]);
});

test('a filter that refuses the text is shown less of it', async () => {
  const steps = [{ fault: 'content-policy' as const }, { reply: calls('', [start, submit]) }];
  const { output, requests, journaled } = await takeIn({ steps }, 'specialist.work');
  expect(output.commands).toHaveLength(2);
  expect(journaled).toEqual(['model.1.rephrased']);
  const [first, second] = requests.map(({ body }) => body.messages[1]?.content ?? '');
  expect(first).toContain('<colleagues-');
  expect(second).not.toContain('<colleagues-');
});

test('a model that declines twice in a turn has failed, in its own words', async () => {
  await expect(take('specialist.work', refusal, refusal)).rejects.toMatchObject({
    code: 'model-refused',
    retry: 'never',
    message: 'The model declined, also when it was asked in other words: I cannot help with that.',
  });
});

test('a turn that was declined and is taken up again asks nobody anything twice', async () => {
  const journaled = new Map<string, unknown>();
  const first = await takeIn({ journaled }, 'specialist.work', refusal, calls('', [start, submit]));
  const again = await takeIn({ journaled }, 'specialist.work');
  expect(again.requests).toHaveLength(0);
  expect(again.output).toEqual(first.output);
});

test('one JSON object is the whole answer where one command is asked for', async () => {
  const understood = { title: 'T', understanding: 'U', questions: [] };
  const { output, requests } = await take(
    'project-manager.intake',
    { text: 'Let me see.' },
    json(understood),
  );
  expect(output.commands.map(({ action }) => action)).toEqual([
    { type: 'brief', ...understood, isObjective: true },
  ]);
  expect(output.said).toBe('');
  expect(requests[0]?.body.response_format?.type).toBe('json_schema');
});

test('words are the whole answer where words are asked for, and silence is none', async () => {
  const { output, requests } = await take(
    'collaborator.introduce',
    { text: ' ' },
    { text: 'Welcome to this stream.' },
  );
  expect(output).toMatchObject({ said: 'Welcome to this stream.', commands: [] });
  expect(requests).toHaveLength(2);
});

type Call = [string, unknown];

const persona = {
  role: 'Writes',
  expertise: 'Writing',
  expectations: 'A brief in, a file out',
  collaboration: 'Hands over early',
  adaptability: 'Revises',
};
const openStream: Call = ['create-stream', { stream: 'S1', topic: 'Guide' }];
const create = (member: string): Call => ['create-specialist', { member, ...persona }];
const assign = (task: string, to: string): Call => ['assign', { task, to }];

test('setting up ends when all is set up, and says until then what is left to do', async () => {
  const taken = await take(
    'project-manager.staffing',
    calls('Streams first.', [openStream]),
    calls('', [create('writer'), create('analyst'), assign('T1', 'writer')]),
    calls('', [assign('T2', 'analyst')]),
  );
  expect(lastWords(taken)).toEqual([
    'Done. Still to do: create-specialist analyst, create-specialist writer, assign T1, assign T2.',
    'Done.',
    'Done.',
    'Done. Still to do: assign T2.',
  ]);
  expect(taken.output.commands).toHaveLength(5);
  expect(taken.output.said).toBe('Streams first.');
});

test('a plan of many tasks is set up by a server that gives one command per answer', async () => {
  const many = planOf(Array.from({ length: 14 }, () => ({})));
  const list = [openStream, create('writer'), ...many.tasks.map(({ id }) => assign(id, 'writer'))];
  const { output, requests } = await takeIn(
    { plan: many },
    'project-manager.staffing',
    ...list.map((call) => calls('', [call])),
  );
  expect(requests).toHaveLength(16);
  expect(output.commands).toHaveLength(16);
});

test('saying the same again is no progress', async () => {
  const again = Array.from({ length: 13 }, () => calls('', [openStream]));
  await expect(take('project-manager.staffing', ...again)).rejects.toThrow('12 model calls');
});

test('what the plan says itself may be left out, the words of a new Specialist may not', async () => {
  const taken = await take(
    'project-manager.staffing',
    { text: 'Sure.' },
    calls('', [create('writer'), create('analyst')]),
    { text: 'All set.' },
  );
  expect(lastWords(taken)[0]).toBe(
    'Still needed: create-specialist analyst, create-specialist writer.',
  );
  expect(taken.output.commands).toHaveLength(2);
});

test('who submits twice means the last, and nothing shows the first', async () => {
  const better = [{ name: 'o1.md', content: '# Better' }];
  const args = { task: 'T1', summary: 'Better.', files: better, openPoints: [] };
  const { output, saved } = await take('specialist.work', calls('', [submit, ['submit', args]]));
  expect(output.commands.map(({ line }) => line)).toEqual([
    '/submit task:T1 summary:Better. files:[1 item] openPoints:[]',
  ]);
  expect([...saved.values()]).toEqual(['# Better']);
});

const cut = { finish: 'length' };

test('words that were cut off go on where they stopped', async () => {
  const { output, requests, journaled } = await take(
    'collaborator.introduce',
    { text: 'Welcome to this ', ...cut },
    { text: 'stream.' },
  );
  expect(output.said).toBe('Welcome to this stream.');
  expect(journaled).toEqual(['model.1', 'model.1.longer']);
  const rooms = requests.map(({ body }) => body.max_completion_tokens ?? body.max_tokens ?? 0);
  expect(rooms[1]).toBe((rooms[0] ?? 0) * 2);
  expect(requests[1]?.body.messages.at(-1)?.content).toContain('Go on exactly where you stopped');
});

test('commands and JSON that were cut off are given again in full', async () => {
  const half = { toolCalls: [{ name: 'submit', arguments: '{"task": "T1", "summ' }], ...cut };
  const worked = await take('specialist.work', half, calls('', [submit]));
  expect(worked.output.commands).toHaveLength(1);
  expect(lastWords(worked)).toEqual([expect.stringContaining('nothing of it was used')]);
  const understood = { title: 'T', understanding: 'U', questions: [] };
  const briefed = await take(
    'project-manager.intake',
    { text: '{"title": "A gui', ...cut },
    json(understood),
  );
  expect(briefed.output.commands).toHaveLength(1);
});

test('what is cut off twice has failed, and says so', async () => {
  const half = { text: '{"title": "A gui', ...cut };
  await expect(take('project-manager.intake', half, half)).rejects.toMatchObject({
    code: 'model-cut-off',
    retry: 'never',
    message: expect.stringContaining('cut off twice') as string,
  });
});

test('a turn that crashed after a cut answer goes on from it without paying again', async () => {
  const journal = new Map<string, unknown>();
  const replies = [{ text: 'Welcome to this ', ...cut }, { text: 'stream.' }];
  await takeIn({ journaled: journal }, 'collaborator.introduce', ...replies);
  const again = await takeIn({ journaled: journal }, 'collaborator.introduce');
  expect(again.requests).toHaveLength(0);
  expect(again.output).toMatchObject({ said: 'Welcome to this stream.', usage: { calls: 2 } });
});

test('answers are streamed, and what they used is still counted', async () => {
  const { output, requests } = await take('collaborator.introduce', {
    text: 'Welcome.',
    usage: { inputTokens: 70, outputTokens: 7 },
  });
  expect(requests[0]?.body.stream).toBe(true);
  expect(output.usage).toMatchObject({ inputTokens: 70, outputTokens: 7 });
});

test('people are told when a model gives no sign, and the answer still counts', async () => {
  const reasons: string[] = [];
  const told = Promise.withResolvers<undefined>();
  const { output } = await takeIn(
    {
      silenceMs: 20,
      onDelay: async (reason) => {
        reasons.push(reason);
        told.resolve(undefined);
      },
      steps: [
        {
          respond: async () => {
            await told.promise;
            return { reply: { text: 'Here I am.' } };
          },
        },
      ],
    },
    'collaborator.introduce',
  );
  expect(reasons).toEqual([expect.stringMatching(/^m has not answered for/)]);
  expect(output.said).toBe('Here I am.');
});
