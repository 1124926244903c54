// The demo against endpoints that are nothing like a good model: each reaches at least a plan, or
// ends with exit 2 and the turn and the cause by name. What they take minutes for in earnest is
// shortened; the servers stand in `test/model/outside`.
import { describe, expect, test } from 'vitest';
import { runProject } from '../../src/demo/run-project.ts';
import type { DemoResult } from '../../src/demo/run-project.ts';
import { minimalReply, startMinimalServer } from '../model/outside/minimal-server.ts';
import { startTextServer } from '../model/outside/text-server.ts';
import { startUnsteadyServer } from '../model/outside/unsteady-server.ts';
import { listen } from '../model/outside/listen.ts';
import { startTestAgency } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

const modelLimits = {
  firstDeltaMs: 1_500,
  idleMs: 400,
  backoffFirstMs: 5,
  backoffMaxMs: 50,
  probeMs: 200,
};
const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);
const objective = 'Plan a weekend market for local farmers, with a price list.';

interface Played extends DemoResult {
  /** What the terminal showed on the way. */
  shown: string;
}

async function play(modelUrl: string): Promise<Played> {
  await using world = await startTestAgency({ modelUrl, modelLimits });
  const shown: string[] = [];
  const args = { objective, approach: 2, projects: 1, decisionDelayMs: 0, isJson: true };
  const result = await runProject({
    agency: world.agency,
    args,
    print: (line) => shown.push(line),
    patience: { silenceMs: 60_000, waitMs: 2_500 },
  });
  return { ...result, shown: shown.join('\n') };
}

/** What the terminal ends with: where the work stopped, and why. */
function ending({ exit, summary }: Played): string {
  return `exit ${exit}\n${summary.join('\n')}`;
}

function stoppedAt(turn: string, cause: string): RegExp {
  return new RegExp(`^exit 2\nThe work stopped: P1 .*\nTurn {8}${turn}\nCause {7}.*${cause}`);
}

const intake = 'P1\\.turn\\.\\d+ \\(project-manager\\.intake\\)';
const planning = 'P1\\.turn\\.\\d+ \\(project-manager\\.plan\\)';

describe('the least that every schema allows', () => {
  test.each(['first', 'last', 'all'] as const)(
    'makes a plan, whose faults are named, by calls of the %s tools',
    async (calling) => {
      await using server = await startMinimalServer(calling);
      const played = await play(server.url);
      expect(played.shown).toContain('The plan');
      expect(ending(played)).toMatch(stoppedAt(planning, 'No output is delivered'));
      // It was asked to repair the plan, and that had an end.
      expect(server.requests.length).toBeLessThan(15);
    },
  );

  test('makes a plan with something in every list, though it would ask for ever', async () => {
    await using server = await startMinimalServer('first', 'filled');
    const played = await play(server.url);
    expect(played.shown).toContain('I go on without an answer');
    expect(ending(played)).toMatch(stoppedAt(planning, 'wait for each other'));
  });

  test.each(['bare', 'filled'] as const)(
    'does no work, however good the plan was, and that has an end (%s)',
    async (filling) => {
      const habits = { calling: 'all', filling } as const;
      await using cast = await startCast(plan, ({ kind, request }) => {
        const isPlanning = /intake|approaches|plan$/.test(kind);
        return isPlanning ? undefined : minimalReply(request.body, habits);
      });
      const played = await play(cast.url);
      expect(played.shown).toContain('The plan');
      expect(ending(played)).toMatch(stoppedAt('P1\\.turn\\.\\d+ \\(.*\\)', ''));
      expect(cast.requests.length).toBeLessThan(120);
    },
  );
});

describe('a server of text alone', () => {
  test.each(['refused', 'ignored'] as const)(
    'that speaks around its commands does the whole job where the rest is %s',
    async (extras) => {
      await using cast = await startCast(plan, ({ user }) =>
        user.includes('Result of /') ? { text: 'Done.' } : undefined,
      );
      await using server = await startTextServer(cast.url, { extras, speaks: 'commands' });
      const played = await play(server.url);
      expect(played).toMatchObject({ exit: 0, stopped: null });
    },
  );

  test.each(['refused', 'ignored'] as const)(
    'that only ever talks is given up, with its own words, where the rest is %s',
    async (extras) => {
      await using server = await startTextServer('nowhere', { extras, speaks: 'prose' });
      const played = await play(server.url);
      expect(ending(played)).toMatch(stoppedAt(intake, 'one JSON object.*Certainly'));
    },
  );
});

describe('a server that goes wrong at every fifth answer', () => {
  test.each([1, 2, 3, 4])('still gets the work done (seed %i)', async (seed) => {
    await using cast = await startCast(plan);
    await using server = await startUnsteadyServer({ behind: cast.url, seed, share: 0.2 });
    const played = await play(server.url);
    expect(server.gone.length).toBeGreaterThan(0);
    expect(played.shown).toContain('The plan');
    expect(played.exit).toBe(0);
  });

  test('at most of them, ends one way or the other', async () => {
    await using cast = await startCast(plan);
    await using server = await startUnsteadyServer({ behind: cast.url, seed: 7, share: 0.8 });
    const played = await play(server.url);
    expect(played.exit === 0 || played.stopped !== null).toBe(true);
  });
});

describe('an endpoint that cannot be', () => {
  const answers: [string, Parameters<typeof listen>[0], string][] = [
    ['never answers', () => undefined, '(has not answered|stopped in the middle)'],
    [
      'sends signs of life and nothing else',
      (_incoming, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => response.write(': alive\n\n'), 20);
        response.on('close', () => clearInterval(timer));
      },
      '(has not answered|stopped in the middle)',
    ],
    [
      'refuses the key',
      (_incoming, response) => void response.writeHead(401).end('{"error":{"message":"No"}}'),
      'the key is wrong',
    ],
    [
      'is a page of a proxy',
      (_incoming, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
      'no model answer',
    ],
    [
      'is down behind its proxy',
      (_incoming, response) => void response.writeHead(502).end('<html>Bad gateway</html>'),
      'does not answer or reports an error',
    ],
    [
      'writes one line of ten megabytes',
      (_incoming, response) => {
        const content = 'x'.repeat(10_000_000);
        const line = JSON.stringify({ choices: [{ delta: { content } }] });
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${line}\n\n`);
      },
      'no model answer',
    ],
  ];
  test.each(answers)('because it %s is named as the cause', async (_what, answer, cause) => {
    await using server = await listen(answer);
    expect(ending(await play(server.url))).toMatch(stoppedAt(intake, cause));
  });

  test('because nothing listens there is named as the cause', async () => {
    const played = await play('http://127.0.0.1:9/v1');
    expect(ending(played)).toMatch(stoppedAt(intake, 'does not answer or reports an error'));
  });
});
