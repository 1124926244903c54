// The state of the agency: which projects there are, and the roster of Specialists that lives on
// between them. Folded from the agency's facts.
import { z } from 'zod';
import { Agent } from './agent.ts';
import { evolveErasures } from './evolve-erasures.ts';
import { evolveLearning } from './evolve-learning.ts';
import type { AgencyFact } from './fact.ts';
import { Erasure } from './forgetting.ts';
import { ProjectId, Snowflake } from './ids.ts';
import { Learning, nothingLearned } from './learning.ts';
import { limits } from './limits.ts';
import { Lesson, Phase, hasEnded } from './project.ts';
import { prose } from './prose.ts';

/** A Specialist of the roster with the record of its finished work. */
export const RosterEntry = z.strictObject({
  agent: Agent,
  /** The project it works in, null when it is free. */
  reservedBy: ProjectId.nullable(),
  projects: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  rejections: z.int().nonnegative(),
});
export type RosterEntry = z.infer<typeof RosterEntry>;

export const Agency = z.strictObject({
  guildId: Snowflake.nullable(),
  directorIds: z.array(Snowflake),
  /** The ceilings of each project. */
  ceilingMicroUsd: z.int().nonnegative(),
  ceilingTokens: z.int().positive().optional(),
  rehearsal: z.boolean(),
  projectCount: z.int().nonnegative(),
  projects: z.array(
    z.strictObject({ id: ProjectId, phase: Phase, title: prose(limits.titleCharsMax) }),
  ),
  roster: z.array(RosterEntry),
  lessons: z.array(Lesson),
  /** What the newest accepted tasks cost and took, for estimates. */
  history: z.array(z.strictObject({ microUsd: z.int(), ms: z.int() })),
  /** Alerts of the last hour: when each cause was told. */
  alerts: z.record(z.string(), z.int()).default({}),
  learning: Learning.default(nothingLearned),
  erasureCount: z.int().nonnegative().default(0),
  /** The newest that people asked for. */
  erasures: z.array(Erasure).max(limits.erasuresMax).default([]),
});
export type Agency = z.infer<typeof Agency>;

export const newAgency: Agency = {
  guildId: null,
  directorIds: [],
  ceilingMicroUsd: 0,
  rehearsal: false,
  projectCount: 0,
  projects: [],
  roster: [],
  lessons: [],
  history: [],
  alerts: {},
  learning: nothingLearned,
  erasureCount: 0,
  erasures: [],
};

/** The project the Director is talking about when nothing else says so: the newest open one. */
export function focusOf(agency: Agency): string | null {
  return agency.projects.findLast((project) => !hasEnded(project.phase))?.id ?? null;
}

/** Folds one fact into the agency's state. */
export function evolveAgency(agency: Agency, fact: AgencyFact): Agency {
  switch (fact.type) {
    case 'agency-founded': {
      const { type: _type, ...founded } = fact;
      return { ...agency, ...founded };
    }
    case 'project-registered':
      return {
        ...agency,
        projectCount: agency.projectCount + 1,
        projects: [...agency.projects, { id: fact.projectId, phase: 'intake', title: '' }],
      };
    case 'project-phase-noted':
      return {
        ...agency,
        projects: agency.projects.map((project) =>
          project.id === fact.projectId
            ? { ...project, phase: fact.phase, title: fact.title }
            : project,
        ),
      };
    case 'specialist-created': {
      const entry = { reservedBy: null, projects: 0, accepted: 0, rejections: 0 };
      return { ...agency, roster: [...agency.roster, { agent: fact.agent, ...entry }] };
    }
    case 'specialist-reserved':
      return changeEntry(agency, fact.agentId, (entry) => ({
        ...entry,
        reservedBy: fact.projectId,
      }));
    case 'specialist-released':
      return changeEntry(agency, fact.record.agentId, (entry) => ({
        ...entry,
        reservedBy: null,
        projects: entry.projects + 1,
        accepted: entry.accepted + fact.record.accepted,
        rejections: entry.rejections + fact.record.rejections,
      }));
    case 'history-noted':
      return {
        ...agency,
        history: [...agency.history, ...fact.tasks].slice(-limits.historyTasksMax),
      };
    case 'alert-given': {
      const recent = Object.entries(agency.alerts).filter(
        ([, at]) => fact.at - at < limits.alertEveryMs,
      );
      return { ...agency, alerts: { ...Object.fromEntries(recent), [fact.cause]: fact.at } };
    }
    case 'forgetting-asked':
    case 'forgetting-begun':
    case 'forgetting-dropped':
    case 'memory-forgotten':
      return { ...agency, ...evolveErasures(agency, fact) };
    case 'lesson-noted':
      return {
        ...agency,
        lessons: [...agency.lessons, { projectId: fact.projectId, text: fact.text }].slice(
          -limits.lessonsMax,
        ),
      };
    case 'work-judged':
    case 'advice-given':
    case 'rewrite-proposed':
    case 'rewrite-dropped':
      return { ...agency, learning: evolveLearning(agency.learning, fact) };
    case 'message-versioned':
      return withVersion({ ...agency, learning: evolveLearning(agency.learning, fact) }, fact);
  }
}

type Versioned = Extract<AgencyFact, { type: 'message-versioned' }>;

/** A Specialist carries what it learned with it. */
function withVersion(agency: Agency, { learner, bullets, version }: Versioned): Agency {
  return changeEntry(agency, learner, (entry) => ({
    ...entry,
    agent: { ...entry.agent, bullets, personaVersion: version },
  }));
}

function changeEntry(
  agency: Agency,
  agentId: string,
  change: (entry: RosterEntry) => RosterEntry,
): Agency {
  const roster = agency.roster.map((entry) => (entry.agent.id === agentId ? change(entry) : entry));
  return { ...agency, roster };
}
