// Folds what was agreed and made on the way from approaches to a team at work.
import type { PlanningFact } from './fact.ts';
import type { Plan } from './plan.ts';
import type { LearnedMessage, Project, Stream, Task } from './project.ts';

export function evolvePlanning(project: Project, fact: PlanningFact): Project {
  switch (fact.type) {
    case 'roster-noted':
      return { ...project, roster: fact.roster };
    case 'approaches-proposed':
      return { ...project, approaches: fact.approaches, chosen: null };
    case 'approach-chosen':
      return { ...project, chosen: fact.choice };
    case 'plan-drafted':
      return { ...project, plan: fact.plan, planFaults: fact.faults, title: fact.plan.title };
    case 'plan-repair-asked':
      return { ...project, planRepairs: project.planRepairs + 1 };
    case 'plan-approved':
      return { ...project, tasks: project.plan === null ? {} : tasksOf(project.plan) };
    case 'stream-created': {
      const { stream: id, collaborator, second, topic } = fact;
      const stream: Stream = {
        id,
        collaborator,
        second,
        topic,
        introduced: false,
        threads: [],
        summary: null,
      };
      return { ...project, streams: { ...project.streams, [id]: stream } };
    }
    case 'stream-introduced':
      return changeStream(project, fact.stream, (stream) => ({ ...stream, introduced: true }));
    case 'thread-opened':
      return changeStream(project, fact.stream, (stream) => ({
        ...stream,
        threads: [...stream.threads, fact.agentId],
      }));
    case 'stream-completed':
      return changeStream(project, fact.stream, (stream) => ({
        ...stream,
        summary: fact.summary,
      }));
    case 'member-joined': {
      const { member: key, agent, reused, why } = fact.joined;
      return { ...project, team: [...project.team, { key, agent, reused, why }] };
    }
    case 'message-learned': {
      const { type: _type, ...learned } = fact;
      return withLearned(project, learned);
    }
  }
}

/** A Specialist carries what it learned; a role's message is the agency's, lent to the project. */
function withLearned(project: Project, learned: LearnedMessage): Project {
  const { learner, bullets, version: personaVersion } = learned;
  const others = project.terms.learned.filter((one) => one.learner !== learner);
  const isRole = learner === 'pm' || learner === 'collaborator';
  if (isRole) {
    return { ...project, terms: { ...project.terms, learned: [...others, learned] } };
  }
  const team = project.team.map((member) =>
    member.agent.id === learner
      ? { ...member, agent: { ...member.agent, bullets, personaVersion } }
      : member,
  );
  return { ...project, team };
}

function tasksOf(plan: Plan): Record<string, Task> {
  return Object.fromEntries(
    plan.tasks.map((planned): [string, Task] => [
      planned.id,
      {
        id: planned.id,
        state: 'waiting',
        doer: planned.doer,
        assignee: null,
        assignedWhy: '',
        tier: planned.tier,
        rejections: 0,
        asked: 0,
        reasons: [],
        submission: null,
        versions: [],
        wasStuck: false,
        results: [],
        approvedBy: null,
        startedAt: null,
        acceptedAt: null,
      },
    ]),
  );
}

function changeStream(project: Project, id: string, change: (stream: Stream) => Stream): Project {
  const stream = project.streams[id];
  if (stream === undefined) throw new Error(`A fact names ${id}, which ${project.id} lacks.`);
  return { ...project, streams: { ...project.streams, [id]: change(stream) } };
}
