import { expect, test } from 'vitest';
import type { Outcome } from '../../src/domain/feedback.ts';
import { recurringIn } from '../../src/domain/recurring.ts';

function wentBack(id: string, agentId: string, ...reasons: string[]): Outcome {
  const [projectId = '', task = ''] = id.split('.');
  return {
    projectId,
    task,
    revision: 0,
    agentId,
    turnId: null,
    personaVersion: 1,
    model: null,
    tier: 'standard',
    domains: ['writing'],
    accepted: false,
    judgedBy: 'P1-S1',
    reasons,
    blocked: false,
    asked: 0,
    feedback: [],
    microUsd: 0,
    latencyMs: 0,
    at: 0,
  };
}

test('the same complaint in nearly the same words is counted over all projects', () => {
  expect(
    recurringIn([
      wentBack('P1.T1', 'A1', 'It does not state the season.', 'The table has no sums.'),
      wentBack('P2.T3', 'A1', 'The text does not state the season at all.'),
    ]),
  ).toEqual([
    {
      learner: 'A1',
      reason: 'It does not state the season.',
      times: 2,
      outputs: ['P1.T1.v1', 'P2.T3.v1'],
    },
    { learner: 'A1', reason: 'The table has no sums.', times: 1, outputs: ['P1.T1.v1'] },
  ]);
});

test('what two Specialists are told is no complaint about one of them', () => {
  const reason = 'It does not state the season.';
  expect(
    recurringIn([wentBack('P1.T1', 'A1', reason), wentBack('P1.T2', 'A2', reason)]).map(
      ({ times }) => times,
    ),
  ).toEqual([1, 1]);
});
