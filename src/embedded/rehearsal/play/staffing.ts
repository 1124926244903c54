// Sets an approved plan up in one answer: streams, new Specialists with their five parts, and a
// reason for each assignment. The next answer only says that it is done.
import type { Plan, PlannedMember } from '../../../domain/plan.ts';
import type { Asked } from '../read-request.ts';
import { capital, clip, listed } from '../objective/words.ts';
import { planOf, rosterOf } from './materials.ts';
import type { RosterLine } from './materials.ts';
import { marked, speech } from './said.ts';
import type { Played, PlayedCall } from './said.ts';

export function playStaffing(asked: Asked): Played {
  const plan = planOf(asked, 'plan');
  if (plan === null) return speech('There is no plan here that I could set up.');
  if (asked.called.includes('assign')) {
    const parts = [
      `${plan.streams.length} streams are open`,
      `${plan.team.length} Specialists are on the team`,
      `all ${plan.tasks.length} tasks have a doer`,
    ];
    return speech(`Set up: ${listed(parts)}. The first tasks start now.`);
  }
  const roster = rosterOf(asked);
  const calls = [
    ...plan.streams.map((stream) => streamCall(plan, stream.id)),
    ...plan.team
      .filter(({ reuse }) => reuse === null)
      .map((member) => specialistCall(plan, member)),
    ...plan.tasks.map((task) => assignCall(plan, task, roster)),
  ];
  const reused = plan.team.filter(({ reuse }) => reuse !== null).length;
  const team = reused > 0 ? `${reused} of the team are from the roster` : 'the team is new';
  return { text: marked(`I set up the approved plan; ${team}.`), calls };
}

function streamCall(plan: Plan, id: string): PlayedCall {
  const stream = plan.streams.find((one) => one.id === id);
  const tasks = plan.tasks.filter((task) => task.stream === id);
  const outputs = plan.outputs.filter((output) => tasks.some((task) => task.output === output.id));
  const first = outputs[0]?.criteria[0]?.text ?? '';
  const files = listed(outputs.flatMap(({ files: names }) => names));
  const criteria = outputs.flatMap((output) => output.criteria).length;
  return {
    name: 'create-stream',
    args: {
      stream: id,
      topic: clip(
        `${stream?.purpose ?? ''} Output: ${files}. ${criteria} criteria, such as: ${first}`,
        600,
      ),
    },
  };
}

function specialistCall(plan: Plan, member: PlannedMember): PlayedCall {
  const { title, skills, key } = member;
  const makes = plan.tasks.filter((task) => task.doer === key).length > 0;
  const craft = crafts[key] ?? otherCraft;
  const fields = listed(skills.slice(0, 3));
  const duty = makes ? 'doing' : 'reviewing';
  return {
    name: 'create-specialist',
    args: {
      member: key,
      role: `${title} of the agency, ${duty} work in ${fields} (first written in a rehearsal).`,
      expertise: `${capital(listed(skills))}. ${craft.method}`,
      expectations:
        `Needs a brief with readers, files and criteria. ${craft.complete} ` +
        'Every file is complete and says what is assumed.',
      collaboration:
        'Cites what colleagues hand over by file and figure and asks one question instead of ' +
        `guessing. ${craft.together}`,
      adaptability:
        'When a requirement changes, says in one sentence what that changes and keeps what is ' +
        `still right. ${craft.change}`,
    },
  };
}

interface Craft {
  method: string;
  complete: string;
  together: string;
  change: string;
}

const otherCraft: Craft = {
  method: 'Works from the criteria backwards and checks a draft against them before submitting.',
  complete: 'Output is complete when each criterion can be pointed to in the file.',
  together: 'Tells the reviewer where to look first.',
  change: 'Prefers a small change that can be checked.',
};

const crafts: Readonly<Record<string, Craft>> = {
  planner: {
    method: 'Turns wishes into steps with a week, a responsible person and a measure.',
    complete: 'A plan is complete when somebody who was not there can carry out week 1.',
    together: 'Gives writers the dates and analysts the quantities before they ask.',
    change: 'Moves dates openly instead of squeezing steps.',
  },
  analyst: {
    method: 'Builds tables bottom-up, adds them up twice and states what each estimate rests on.',
    complete: 'A table is complete when the total equals its rows and every row has a basis.',
    together: 'Hands over figures with the question they answer.',
    change: 'Recalculates everything that depends on a changed figure and says what moved.',
  },
  writer: {
    method: 'Writes to one reader at a time, short sentences, one thing to do at the end.',
    complete: 'A text is complete when its reader knows what changes and what to do next.',
    together: 'Takes names, dates and figures from colleagues word for word.',
    change: 'Rewrites the opening first, because that is what readers see.',
  },
  researcher: {
    method: 'Separates what is known from what is assumed and keeps a list of open points.',
    complete: 'A brief is complete when the others can start without asking.',
    together: 'Puts the most useful finding first in every hand-over.',
    change: 'Checks assumptions again as soon as one turns out wrong.',
  },
  developer: {
    method: 'Writes small programs that explain their use and change nothing unless told to.',
    complete: 'A program is complete when it runs as delivered and says how.',
    together: 'Gives an example call with every hand-over.',
    change: 'Keeps the old behaviour until the new one is shown to work.',
  },
};

function assignCall(plan: Plan, task: Plan['tasks'][number], roster: readonly RosterLine[]) {
  const member = plan.team.find(({ key }) => key === task.doer);
  const known = roster.find(({ id }) => id === member?.reuse);
  const who = known?.name ?? `The ${(member?.title ?? task.doer).toLowerCase()}`;
  const skills = listed(member?.skills.slice(0, 2) ?? []);
  const waits =
    task.after.length === 0 ? 'it can start at once' : `it follows ${listed(task.after)}`;
  const record = known === undefined ? '' : ` (${known.accepted} outputs accepted so far)`;
  return {
    name: 'assign',
    args: {
      task: task.id,
      to: task.doer,
      why: clip(`${who}${record} covers ${skills || 'this kind of work'}; ${waits}.`, 400),
    },
  };
}
