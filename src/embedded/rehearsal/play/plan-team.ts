// Who does what: trades become places in the team, as few as the flavour allows, and each place is
// offered first to a free Specialist of the roster whose skills fit.
// The invariant: there are two members at least, every member does something, nobody approves their
// own work. The surprise: two members may be one LLM that switches roles.
import { skillMatch } from '../../../domain/roster.ts';
import type { PlannedMember } from '../../../domain/plan.ts';
import type { Trade } from '../objective/form.ts';
import { clip, listed } from '../objective/words.ts';
import type { RosterLine } from './materials.ts';
import type { Flavour } from './flavours.ts';
import type { Job } from './jobs.ts';

export interface TradeLook {
  title: string;
  skills: readonly string[];
  does: string;
}

export const trades: Readonly<Record<Trade, TradeLook>> = {
  planner: {
    title: 'Planner',
    skills: ['planning', 'scheduling', 'coordination', 'roles'],
    does: 'plans with people, weeks and measures',
  },
  analyst: {
    title: 'Analyst',
    skills: ['budgeting', 'figures', 'tables', 'analysis'],
    does: 'tables that add up and say what they rest on',
  },
  writer: {
    title: 'Writer',
    skills: ['writing', 'editing', 'announcements', 'plain language'],
    does: 'texts that readers act on',
  },
  researcher: {
    title: 'Researcher',
    skills: ['research', 'audience', 'assumptions', 'interviews'],
    does: 'briefs, notes on readers and assumptions',
  },
  developer: {
    title: 'Developer',
    skills: ['programming', 'scripting', 'testing', 'documentation'],
    does: 'small programs that are safe to run',
  },
};

/** Who takes over when the team has no place for a trade, in order of preference. */
const standIns: Readonly<Record<Trade, readonly Trade[]>> = {
  researcher: ['analyst', 'planner', 'writer', 'developer'],
  analyst: ['planner', 'researcher', 'developer', 'writer'],
  planner: ['writer', 'researcher', 'analyst', 'developer'],
  writer: ['planner', 'researcher', 'analyst', 'developer'],
  developer: ['analyst', 'planner', 'writer', 'researcher'],
};

/** @returns the doer's trade of each job, in order */
export function doersOf(jobs: readonly Job[], flavour: Flavour): Trade[] {
  const wished = jobs.map(({ wanted }) => wanted.form.trade);
  const counts = new Map<Trade, number>();
  for (const trade of wished) counts.set(trade, (counts.get(trade) ?? 0) + 1);
  const main = jobs.find(({ duty }) => duty === 'main')?.wanted.form.trade;
  const weight = (trade: Trade) => (counts.get(trade) ?? 0) + (trade === main ? 100 : 0);
  const kept = [...counts.keys()].sort((a, b) => weight(b) - weight(a)).slice(0, flavour.teamMax);
  const given = wished.map((trade) => {
    if (kept.includes(trade)) return trade;
    return standIns[trade].find((one) => kept.includes(one)) ?? trade;
  });
  if (new Set(given).size > 1) return given;
  // One person alone could not be reviewed by a colleague: the last job goes to somebody else.
  const other = standIns[given[0] ?? 'writer'][0] ?? 'planner';
  return given.map((trade, at) => (at === given.length - 1 ? other : trade));
}

/** The places of the team, in the order in which they are first needed. */
export function teamOf(
  doers: readonly Trade[],
  roster: readonly RosterLine[],
  { isOneLlm }: { isOneLlm: boolean },
): PlannedMember[] {
  const used = new Set<string>();
  return [...new Set(doers)].map((trade, at) => {
    const { title, skills, does } = trades[trade];
    const [holder] = doers;
    if (isOneLlm && at > 0 && holder !== undefined) {
      const sameAs = { reuse: null, sameAs: holder, why: whySame(does) };
      return { key: trade, title, skills: [...skills], ...sameAs };
    }
    const found = bestOf(
      trade,
      roster.filter(({ id }) => !used.has(id)),
    );
    if (found !== null) used.add(found.id);
    return {
      key: trade,
      title,
      skills: [...skills],
      reuse: found?.id ?? null,
      why: clip(found === null ? whyNew(title, does, roster) : whyReused(found, trade), 300),
      sameAs: null,
    };
  });
}

function whySame(does: string): string {
  return clip(
    `The work needs ${does} as well. Its tasks follow each other, so a second LLM would ` +
      'only wait: one takes both roles and switches.',
    300,
  );
}

function bestOf(trade: Trade, roster: readonly RosterLine[]): RosterLine | null {
  const { skills, title } = trades[trade];
  const fits = roster
    .filter(({ busy }) => !busy)
    .map((line) => ({
      line,
      match: skillMatch(skills, line.skills) + (line.title === title ? 1 : 0),
    }))
    .filter(({ match }) => match >= 0.5)
    .sort((a, b) => b.match - a.match || b.line.accepted - a.line.accepted);
  return fits[0]?.line ?? null;
}

function whyReused({ name, skills, projects, accepted, rejections }: RosterLine, trade: Trade) {
  const shared = trades[trade].skills.filter((skill) => skillMatch([skill], skills) > 0);
  const fit = shared.length > 0 ? listed(shared.slice(0, 3)) : trades[trade].does;
  const outputs = accepted === 1 ? 'output' : 'outputs';
  const where = projects === 1 ? 'one project' : `${projects} projects`;
  const record = `${accepted} accepted ${outputs}, ${rejections} sent back, in ${where}`;
  return `${name} is free, fits (${fit}) and has a record: ${record}.`;
}

function whyNew(title: string, does: string, roster: readonly RosterLine[]): string {
  const busy = roster.find((line) => line.title === title && line.busy);
  const reason =
    busy === undefined ? 'nobody of the roster is known for it' : `${busy.name} is busy`;
  return `The work needs ${does}, and ${reason}.`;
}
