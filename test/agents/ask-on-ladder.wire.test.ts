// A turn whose material the model cannot read: it is shortened step by step, twice at most, and
// what the endpoint gave away about itself is remembered.
import { expect, test } from 'vitest';
import type { Project } from '../../src/domain/project.ts';
import { calls, json } from '../support/cast.ts';
import type { ScriptedReply } from '../support/chat-protocol.ts';
import type { ScriptedRequest, ScriptedStep } from '../support/scripted-model.ts';
import { takeIn } from './turn-on-script.ts';
import type { Circumstances } from './turn-on-script.ts';

const brief = json({ title: 'Lisbon', understanding: 'A guide.', questions: [] });

/** The Director has said much. */
function talkative(project: Project): Project {
  const line = { by: 'Dora', text: 'Mind the hills and the trams. '.repeat(100) };
  return { ...project, dialogue: Array.from({ length: 30 }, () => line) };
}

function charsOf({ body }: ScriptedRequest): number {
  return JSON.stringify(body.messages).length;
}

/** A server that reads so many characters, and refuses or drops the rest. */
function reading(chars: number, reply: ScriptedReply, how: 'refuses' | 'drops'): ScriptedStep {
  return {
    times: 'any',
    respond: (request) => {
      if (charsOf(request) <= chars) return { reply };
      if (how === 'refuses') return { fault: 'context-length', message: 'Too long for me' };
      return { reply: { ...reply, usage: { inputTokens: chars / 4, outputTokens: 9 } } };
    },
  };
}

const intake = 'project-manager.intake' as const;

test('a prompt that the endpoint refuses is asked again, shorter', async () => {
  const about = { change: talkative, steps: [reading(40_000, brief, 'refuses')] };
  const { output, requests, journaled } = await takeIn(about, intake);
  expect(output.commands).toHaveLength(1);
  const [first = 0, second = 0] = requests.map(charsOf);
  expect(requests).toHaveLength(2);
  expect(second).toBeLessThan(first / 3);
  expect(journaled).toEqual(['model.1.compact-1']);
});

test('a second step follows where the first is not enough', async () => {
  const about = { change: talkative, steps: [reading(7_500, brief, 'refuses')] };
  const { requests, journaled } = await takeIn(about, intake);
  expect(requests).toHaveLength(3);
  expect(journaled).toEqual(['model.1.compact-2']);
});

test('after two steps the turn has failed, and says what the model reads', async () => {
  const about = { change: talkative, steps: [{ ...reading(10, brief, 'refuses'), times: 3 }] };
  await expect(takeIn(about, intake)).rejects.toMatchObject({
    code: 'context-exceeded',
    retry: 'never',
    forPeople: expect.stringMatching(
      /shortened .* standard tier’s model .* 100000 tokens/,
    ) as string,
  });
});

test('an endpoint that drops text in silence is shown less, and its window is remembered', async () => {
  let window = 0;
  const about: Circumstances = {
    change: talkative,
    steps: [reading(40_000, brief, 'drops')],
    onWindow: (tokens) => (window = tokens),
  };
  const { output, requests } = await takeIn(about, intake);
  expect(output.commands).toHaveLength(1);
  expect(requests).toHaveLength(2);
  expect(window).toBe(10_000);
});

test('a prompt longer than the known window is not sent at all', async () => {
  const about = { change: talkative, contextTokens: 10_000, steps: [{ reply: brief }] };
  const { requests, journaled } = await takeIn(about, intake);
  expect(requests).toHaveLength(1);
  expect(journaled).toEqual(['model.1.compact-1']);
});

test('a turn that came down and is taken up again asks nobody anything twice', async () => {
  const journaled = new Map<string, unknown>();
  const first: Circumstances = {
    change: talkative,
    journaled,
    steps: [reading(40_000, brief, 'refuses')],
  };
  const before = await takeIn(first, intake);
  const again = await takeIn({ change: talkative, journaled }, intake);
  expect(again.requests).toHaveLength(0);
  expect(again.output).toEqual(before.output);
});

test('what tools brought to light in the turn is shortened too', async () => {
  const read = calls('', [['read-file', { name: 'o1.md' }]]);
  const verdict = { criterion: 'C2', met: true, evidence: 'The river runs by the tower.' };
  const accept = calls('', [['accept', { task: 'T1', criteria: [verdict] }]]);
  let asked = 0;
  const steps: ScriptedStep[] = [
    {
      times: 3,
      respond: (request) => {
        asked += 1;
        if (asked === 1) return { reply: read };
        return charsOf(request) < 14_000 ? { reply: accept } : { fault: 'context-length' };
      },
    },
  ];
  const { journaled, requests } = await takeIn(
    { fileText: 'The river runs by the tower. '.repeat(1_000), steps },
    'collaborator.review',
  );
  expect(journaled.at(0)).toBe('model.1');
  expect(journaled.at(-1)).toMatch(/^model\.2\.compact-[12]$/);
  expect(requests.at(-1)?.body.messages.some(({ role }) => role === 'tool')).toBe(true);
});
