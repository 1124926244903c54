// Makes a plan that the checks accept for any objective: groundwork first, then the outputs side by
// side, then one task that holds them against each other. A request changes the previous plan; what
// cannot be changed validly is planned anew.
import { checkPlan } from '../../../domain/check-plan.ts';
import { withCoordination } from '../../../domain/coordination.ts';
import { limits } from '../../../domain/limits.ts';
import type { Plan, PlannedOutput, PlannedStream, PlannedTask } from '../../../domain/plan.ts';
import type { Tier } from '../../../domain/model-port.ts';
import type { Trade } from '../objective/form.ts';
import { readObjective, wantedAfter } from '../objective/read-objective.ts';
import type { Objective } from '../objective/read-objective.ts';
import { clip, listed, plainLine } from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { changePlan } from './change-plan.ts';
import type { Flavour } from './flavours.ts';
import { flavourOf } from './flavours.ts';
import { jobsFor } from './jobs.ts';
import type { Job } from './jobs.ts';
import { approachOf, directorLinesOf, lessonsOf, planOf, rosterOf, wishesOf } from './materials.ts';
import type { Lesson, RosterLine } from './materials.ts';
import { outputOf } from './plan-outputs.ts';
import { doersOf, teamOf } from './plan-team.ts';

export function playPlan(asked: Asked): Plan {
  const objective = readObjective(textOf(asked, 'objective'), textOf(asked, 'understanding'));
  const roster = rosterOf(asked);
  const previous = planOf(asked, 'previous-plan');
  const request = plainLine(textOf(asked, 'request'));
  const isRepair = request.startsWith('The plan was refused by the checks');
  if (previous !== null && request !== '' && !isRepair) {
    const changed = changePlan(previous, request, objective);
    if (checkPlan(changed, rosterIds(roster)).length === 0) return changed;
  }
  const approach = approachOf(asked);
  const lines =
    isRepair || request === '' ? directorLinesOf(asked) : [...directorLinesOf(asked), request];
  return makePlan({
    objective,
    directorLines: lines,
    flavour: flavourOf(approach.title, approach.tasks),
    roster,
    lessons: lessonsOf(asked),
  });
}

function rosterIds(roster: readonly RosterLine[]): string[] {
  return roster.map(({ id }) => id);
}

export interface PlanOrder {
  objective: Objective;
  directorLines: readonly string[];
  flavour: Flavour;
  roster: readonly RosterLine[];
  lessons: readonly Lesson[];
}

export function makePlan(order: PlanOrder): Plan {
  const { objective, flavour } = order;
  const jobs = jobsFor(wantedAfter(objective, order.directorLines), flavour);
  const isOneLlm = flavour.id === 'minimal' && isFew(jobs);
  const outputs = outputsOf(jobs, objective);
  const groups = jobs.map(groupOf);
  const streams = streamsFor(groups, objective, jobs);
  const doers = doersOf(jobs, flavour);
  const tasks = jobs.map((job, at): PlannedTask => {
    const doer = doers[at] ?? 'writer';
    return {
      id: `T${at + 1}`,
      title: taskTitle(job, outputs[at]),
      brief: briefOf(job, outputs[at], order),
      stream: streams.find(({ groups: own }) => own.includes(groups[at] ?? ''))?.stream.id ?? 'S1',
      output: `O${at + 1}`,
      after: dependenciesOf(jobs, at),
      doer,
      approver: isOneLlm ? 'collaborator' : approverOf({ job, doer, doers, flavour }),
      tier: tierOf(job),
    };
  });
  return withCoordination({
    title: clip(objective.title, 80),
    summary: summaryOf(order, jobs, tasks.at(-1)?.approver),
    outputs,
    streams: streams.map(({ stream }) => stream),
    team: teamOf(doers, order.roster, { isOneLlm }),
    tasks,
  });
}

/** So few that one stream holds them all, and the PM coordinates it. */
function isFew(jobs: readonly Job[]): boolean {
  return jobs.length <= limits.smallProjectTasksMax;
}

function outputsOf(jobs: readonly Job[], objective: Objective): PlannedOutput[] {
  let firstCriterion = 1;
  return jobs.map((job, at) => {
    const output = outputOf(job, objective, { output: at + 1, firstCriterion });
    firstCriterion += output.criteria.length;
    return output;
  });
}

function groupOf({ duty, wanted }: Job): string {
  if (duty === 'groundwork') return 'groundwork';
  if (duty === 'closing' || wanted.form.id === 'reader-test') return 'together';
  return ['writer', 'researcher'].includes(wanted.form.trade) ? 'texts' : 'plans';
}

interface StreamOfGroups {
  groups: string[];
  stream: PlannedStream;
}

/**
 * One stream where all is small, else two or three: plans and texts share one where there is
 * groundwork as well.
 */
function streamsFor(
  groups: readonly string[],
  objective: Objective,
  jobs: readonly Job[],
): StreamOfGroups[] {
  const present = ['groundwork', 'plans', 'texts', 'together'].filter((one) =>
    groups.includes(one),
  );
  const isFull = present.length > 3;
  const apart = isFull
    ? [['groundwork'], ['plans', 'texts'], ['together']]
    : present.map((one) => [one]);
  const merged = isFew(jobs) ? [present] : apart;
  return merged.map((own, at) => {
    const files = jobs.filter((job) => own.includes(groupOf(job))).map(({ wanted }) => wanted.file);
    return {
      groups: own,
      stream: {
        id: `S${at + 1}`,
        title: titleOf(own),
        purpose: clip(`Delivers ${listed(files)} for ${objective.topic}.`, 400),
        oversight: own.includes('texts') || own.includes('plans') ? 'milestones' : 'autonomous',
        coordination: null,
      },
    };
  });
}

function titleOf(groups: readonly string[]): string {
  if (groups.includes('together') && groups.length > 1) return 'All of it';
  return groups.length > 1 ? 'Plans and texts' : (streamTitles[groups[0] ?? ''] ?? 'Work');
}

const streamTitles: Readonly<Record<string, string>> = {
  groundwork: 'Groundwork',
  plans: 'Plans and figures',
  texts: 'Texts',
  together: 'Bringing it together',
};

/** Outputs wait for the groundwork, public texts also for the first output, the last for all. */
function dependenciesOf(jobs: readonly Job[], at: number): string[] {
  const job = jobs[at];
  const own = `T${at + 1}`;
  const ids = (which: (other: Job) => boolean) =>
    jobs.flatMap((other, position) => (which(other) ? [`T${position + 1}`] : []));
  const groundwork = ids(({ duty }) => duty === 'groundwork');
  const firstMain = ids(({ duty }) => duty === 'main').slice(0, 1);
  switch (job?.duty) {
    case undefined:
      return [];
    case 'groundwork':
      return groundwork.slice(0, 1).filter((id) => id !== own);
    case 'main': {
      const isPublic = job.wanted.form.shape === 'pieces' || job.wanted.form.id === 'web-page';
      return isPublic && !firstMain.includes(own) ? [...groundwork, ...firstMain] : groundwork;
    }
    case 'support':
      return job.wanted.form.id === 'reader-test'
        ? ids(({ duty, wanted }) => duty === 'main' && wanted.file.endsWith('.md')).slice(0, 3)
        : firstMain;
    case 'closing':
      return ids(({ duty }) => duty === 'main' || duty === 'support').slice(0, 10);
  }
}

function taskTitle({ duty, wanted }: Job, output: PlannedOutput | undefined): string {
  const title = output?.title ?? wanted.form.title;
  const lower = /^\p{Lu}{2}/u.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
  const verb: Record<Job['duty'], string> = {
    groundwork: 'Prepare the',
    main: wanted.form.shape === 'amounts' ? 'Work out the' : 'Write the',
    support: 'Add the',
    closing: 'Compare all parts: the',
  };
  return clip(`${verb[duty]} ${lower}`, 80);
}

function briefOf(job: Job, output: PlannedOutput | undefined, order: PlanOrder): string {
  const { wanted, duty } = job;
  const { objective } = order;
  const wishes = wishesOf(order.directorLines)
    .slice(-2)
    .map((line) => `“${clip(plainLine(line), 160)}”`);
  const duties: Record<Job['duty'], string> = {
    groundwork:
      'Working material for the others: say what is known, assumed and open about ' +
      `${objective.topic}.`,
    main: `It is about ${objective.topic}. Take what was handed over as given and cite it by file.`,
    support: `It backs the main outputs about ${objective.topic}; read them first.`,
    closing:
      'Hold the accepted files against each other: same start, same number, same figures. ' +
      'Cite figures by file.',
  };
  const parts = [
    `Make ${wanted.file}: ${output?.title ?? wanted.form.title}.`,
    duties[duty],
    `Readers: ${clip(objective.audience, 160)}.`,
    shapeOf(job),
    wishes.length > 0 ? `The Director added: ${wishes.join(' ')}` : '',
    clip(order.lessons[0]?.cited ?? '', 200),
  ];
  return clip(parts.filter((part) => part !== '').join(' '), 1200);
}

function shapeOf({ wanted }: Job): string {
  const { form, count } = wanted;
  switch (form.shape) {
    case 'sections':
      return `Sections: ${form.sections.join(', ')}.`;
    case 'pieces':
      return `Pieces: ${count}, each for its own occasion.`;
    case 'amounts':
    case 'rows':
      return 'The last row adds up the others, and every row says what its estimate rests on.';
    case 'code':
      return 'It says how it is used and changes nothing unless told to.';
  }
}

interface ApproverOrder {
  job: Job;
  doer: Trade;
  doers: readonly Trade[];
  flavour: Flavour;
}

/** The closing task is read by a colleague; with cross-review every main output is. */
function approverOf({ job, doer, doers, flavour }: ApproverOrder): string {
  const isCrossed = job.duty === 'closing' || (flavour.crossReview && job.duty === 'main');
  const other = doers.find((trade) => trade !== doer);
  return isCrossed && other !== undefined ? other : 'collaborator';
}

function tierOf({ duty, wanted }: Job): Tier {
  if (duty === 'groundwork' || duty === 'support') return 'economy';
  if (duty === 'closing') return 'premium';
  return wanted.form.shape === 'code' ? 'premium' : 'standard';
}

function summaryOf(
  { objective, flavour, lessons }: PlanOrder,
  jobs: readonly Job[],
  approver: string | undefined,
): string {
  const judge = approver === 'collaborator' ? 'the Collaborator' : 'a colleague';
  const delivered = jobs.filter(({ deliver }) => deliver).map(({ wanted }) => wanted.file);
  const extra = jobs.filter(({ deliver }) => !deliver).map(({ wanted }) => wanted.file);
  const sentences = [
    `${flavour.label}: ${jobs.length} tasks about ${objective.topic} deliver ${listed(delivered)}.`,
    extra.length > 0 ? `${listed(extra)} ${extra.length > 1 ? 'are' : 'is'} working material.` : '',
    `The last task holds all parts against each other, and ${judge} approves it.`,
    lessons.length > 0 ? `In the briefs: ${clip(lessons[0]?.cited ?? '', 160)}` : '',
    '(rehearsal)',
  ];
  return clip(sentences.filter((sentence) => sentence !== '').join(' '), 1000);
}
