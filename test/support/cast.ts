// Plays every role over HTTP from a fixed plan, by the turn that the prompt names: what a capable
// model would answer, with the few deviations that a scenario asks for.
import type { Plan } from '../../src/domain/plan.ts';
import type { TurnKind } from '../../src/domain/turn.ts';
import type { ScriptedReply } from './chat-protocol.ts';
import type { ScriptedFault } from './scripted-faults.ts';
import { startScriptedModel } from './scripted-model.ts';
import type { ScriptedModel, ScriptedRequest } from './scripted-model.ts';

export interface Asked {
  kind: TurnKind;
  /** The task in question, from the prompt's `<task>`. */
  task: string;
  system: string;
  user: string;
  request: ScriptedRequest;
}

/** Answers instead of the usual player; undefined leaves the turn to the usual one. */
export type Deviation = (asked: Asked) => Answer | undefined | Promise<Answer | undefined>;
type Answer = ScriptedReply | ScriptedFault;

export interface Cast extends ScriptedModel {
  /** What the model was asked, in order of arrival. */
  readonly asked: readonly Asked[];
}

/** A request that the script cannot answer fails the test when the model is disposed of. */
export async function startCast(plan: Plan, deviation?: Deviation): Promise<Cast> {
  const all: Asked[] = [];
  const model = await startScriptedModel({
    mode: 'matching',
    steps: [
      {
        times: 'any',
        respond: async (request) => {
          const asked = askedOf(request);
          all.push(asked);
          const answer = await deviation?.(asked);
          if (answer !== undefined) return 'fault' in answer ? answer : { reply: answer };
          // After the results of its commands a capable model has nothing left to do.
          const isAfterResults = request.body.messages.at(-1)?.role === 'tool';
          return { reply: isAfterResults ? { text: 'Done.' } : usualReply(plan, asked) };
        },
      },
    ],
  });
  return {
    ...model,
    asked: all,
    [Symbol.asyncDispose]: async () => {
      await model[Symbol.asyncDispose]();
      model.expectDone();
    },
  };
}

function askedOf(request: ScriptedRequest): Asked {
  const text = (role: string) =>
    request.body.messages
      .filter((message) => message.role === role)
      .map((message) => (typeof message.content === 'string' ? message.content : ''))
      .join('\n');
  const system = text('system');
  const user = text('user');
  const kind = /# Turn: (\S+)/.exec(system)?.[1] ?? '';
  const task = /<task-[0-9a-f]+>\s*\{\s*"id": "(T\d+)"/.exec(user)?.[1] ?? '';
  // The prompt is ours, so the kind it names is one of ours.
  return { kind: kind as TurnKind, task, system, user, request };
}

function usualReply(plan: Plan, { kind, task }: Asked): ScriptedReply {
  switch (kind) {
    case 'project-manager.intake':
      return json({
        title: plan.title,
        understanding: plan.summary,
        questions: [],
      });
    case 'project-manager.approaches':
      return calls(
        'I see two ways.',
        ['Short', 'Long'].map((title) => propose(title)),
      );
    case 'project-manager.plan':
      return json(plan);
    case 'project-manager.staffing':
      return staffing(plan);
    case 'project-manager.assemble':
      return calls('All there.', [assemble(plan)]);
    case 'specialist.work':
    case 'specialist.revise':
      return work(plan, task, kind === 'specialist.revise');
    case 'collaborator.review':
    case 'specialist.review':
      return calls('', [['accept', { task, criteria: judged(plan, task) }]]);
    case 'collaborator.hand-over': {
      const to = plan.tasks.filter((one) => one.after.includes(task)).map((one) => one.id);
      return calls('', [['handoff', { task, to, summary: `Use ${task}.`, openPoints: [] }]]);
    }
    case 'collaborator.introduce':
      return { text: 'This stream writes the guide.' };
    case 'collaborator.summarise':
      return { text: 'The stream is complete.' };
    case 'project-manager.talk':
    case 'specialist.answer':
      return { text: 'Here is my answer.' };
    case 'lpm.study':
      return { text: 'Nothing to change.' };
  }
}

type Call = [name: string, args: unknown];

export function calls(text: string, list: Call[]): ScriptedReply {
  const toolCalls = list.map(([name, args]) => ({ name, arguments: args }));
  return text === '' ? { toolCalls } : { text, toolCalls };
}

export function json(value: unknown): ScriptedReply {
  return { text: JSON.stringify(value) };
}

function propose(title: string): Call {
  const streams = ['Writing'];
  return ['propose', { title, get: 'A guide', leftOut: 'Maps', streams, risk: 'Rain', tasks: 3 }];
}

/** Once with commands; the answer after the results is plain words and ends the turn. */
function staffing(plan: Plan): ScriptedReply {
  const persona = {
    role: 'Writes',
    expertise: 'Writing',
    expectations: 'A brief in, a file out',
    collaboration: 'Hands over early',
    adaptability: 'Revises',
  };
  return calls('I set it up.', [
    ...plan.streams.map((stream): Call => ['create-stream', { stream: stream.id, topic: 'Guide' }]),
    ...plan.team
      .filter((member) => member.reuse === null)
      .map((member): Call => ['create-specialist', { member: member.key, ...persona }]),
    ...plan.tasks.map((one): Call => ['assign', { task: one.id, to: one.doer, why: 'It fits.' }]),
  ]);
}

function work(plan: Plan, taskId: string, isRevision: boolean): ScriptedReply {
  const task = plan.tasks.find((one) => one.id === taskId);
  const output = plan.outputs.find((one) => one.id === task?.output);
  const content = `# ${output?.title ?? ''}\n\nDay one begins at the river. Version of ${taskId}.`;
  const files = (output?.files ?? []).map((name) => ({ name, content }));
  const submit: Call = ['submit', { task: taskId, summary: 'Done.', files, openPoints: [] }];
  const start: Call = ['start', { task: taskId, approach: 'I write it in one go.' }];
  return calls('Let me think.', isRevision ? [submit] : [start, submit]);
}

function judged(plan: Plan, taskId: string) {
  const task = plan.tasks.find((one) => one.id === taskId);
  const output = plan.outputs.find((one) => one.id === task?.output);
  return (output?.criteria ?? [])
    .filter((criterion) => criterion.check.kind === 'judged')
    .map(({ id }) => ({
      criterion: id,
      met: true,
      evidence: 'Day one begins at the river.',
    }));
}

function assemble(plan: Plan): Call {
  const criteria = plan.tasks.flatMap((task) => judged(plan, task.id));
  return ['assemble', { summary: 'A guide.', criteria, openRisks: [], lessons: ['Start early.'] }];
}
