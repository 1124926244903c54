// The scripted server is what other tests believe, so it has to notice when a story goes wrong.
import { expect, test } from 'vitest';
import { errorOf, request, startScene } from './arrange.ts';

const from = (agent: string) => request({ trace: { agent, turn: 't1', step: 's1' } });

test('a call that no step answers fails the test and the call', async () => {
  await using scene = await startScene({ steps: [{ reply: { text: 'One' } }] });
  await scene.model.ask(request());
  expect((await errorOf(scene.model.ask(from('bob')))).code).toBe('request-rejected');
  expect(() => scene.server.expectDone()).toThrow('no step answers bob s1 asking “Hello”');
});

test('a step that no call used fails the test', async () => {
  await using scene = await startScene({
    steps: [{ reply: { text: 'One' } }, { name: 'the farewell', reply: { text: 'Two' } }],
  });
  await scene.model.ask(request());
  expect(() => scene.server.expectDone()).toThrow('the farewell was used 0 of 1 times');
});

test('a step that throws fails the test', async () => {
  await using scene = await startScene({
    steps: [
      {
        times: 'any',
        respond: () => {
          throw new Error('no such page');
        },
      },
    ],
    limits: { attemptsMax: 1 },
  });
  await errorOf(scene.model.ask(request()));
  expect(() => scene.server.expectDone()).toThrow('a step failed: Error: no such page');
});

test('in order, a call that comes too early is unexpected', async () => {
  await using scene = await startScene({
    steps: [
      { when: ({ agent }) => agent === 'ada', reply: { text: 'To Ada' } },
      { when: ({ agent }) => agent === 'bob', reply: { text: 'To Bob' } },
    ],
  });
  expect((await errorOf(scene.model.ask(from('bob')))).code).toBe('request-rejected');
});

test('matching, calls find their steps in whatever order they come', async () => {
  await using scene = await startScene({
    mode: 'matching',
    steps: [
      { when: ({ agent }) => agent === 'ada', reply: { text: 'To Ada' } },
      { when: ({ agent }) => agent === 'bob', times: 2, reply: { text: 'To Bob' } },
    ],
  });
  const asked = [from('bob'), from('ada'), from('bob')];
  const answers = await Promise.all(asked.map((each) => scene.model.ask(each)));
  expect(answers.map(({ text }) => text)).toEqual(['To Bob', 'To Ada', 'To Bob']);
  scene.server.expectDone();
});

test('what was asked cannot be changed afterwards', async () => {
  await using scene = await startScene({ steps: [{ reply: { text: 'One' } }] });
  await scene.model.ask(request());
  const [asked] = scene.server.requests;
  expect(Object.isFrozen(asked?.body.messages[0])).toBe(true);
});
