// One named virtual LLM. A Specialist belongs to the agency's roster and lives on between projects;
// a Collaborator belongs to one stream; the PM and the LPM are one each.
import { z } from 'zod';
import { AgentRole } from './actor.ts';
import { Bullet } from './bullet.ts';
import { AgentId } from './ids.ts';
import { prose } from './prose.ts';

/** The five parts of a Specialist's own system message, written by the PM when it is created. */
export const Persona = z.strictObject({
  role: prose(600, 'position or responsibility, in one or two sentences'),
  expertise: prose(600, 'fields, skills and methods, and how deep'),
  expectations: prose(800, 'what it needs as input; what makes its output complete'),
  collaboration: prose(600, 'how it works with other LLMs and humans'),
  adaptability: prose(600, 'how it reacts to new information and changed requirements'),
});
export type Persona = z.infer<typeof Persona>;

export const Agent = z.strictObject({
  id: AgentId,
  name: z.string().max(40),
  /** One or two words shown beside the name: `Researcher`. */
  title: z.string().max(40),
  role: AgentRole,
  /** Lower-case words that assignments are matched on. */
  skills: z.array(z.string().max(40)).max(12),
  persona: Persona.nullable(),
  /** What it learned since its persona was written. */
  bullets: z.array(Bullet).default([]),
  /** Version of persona and bullets together; each turn records the one it ran with. */
  personaVersion: z.int().positive(),
});
export type Agent = z.infer<typeof Agent>;

/** Given names for Specialists and Collaborators, in the order they are handed out. */
export const agentNames = [
  'Ada', 'Bruno', 'Chidi', 'Dana', 'Edith', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kavya',
  'Lars', 'Mina', 'Noor', 'Olga', 'Pavel', 'Quinn', 'Rosa', 'Selma', 'Tomas', 'Uma', 'Viktor',
  'Wanda', 'Ximena', 'Yusuf', 'Zoe',
] as const; // prettier-ignore

/** The n-th name, from 0; after the last one they repeat with a number: `Ada 2`. */
export function nameOf(n: number): string {
  const round = Math.floor(n / agentNames.length);
  const name = agentNames[n % agentNames.length] ?? 'Ada';
  return round === 0 ? name : `${name} ${round + 1}`;
}

export const projectManager: Agent = {
  id: 'pm',
  name: 'Paul',
  title: 'Project Manager',
  role: 'project-manager',
  skills: [],
  persona: null,
  bullets: [],
  personaVersion: 1,
};

/** Studies how the work went, and proposes what to learn from it. */
export const learningManager: Agent = {
  ...projectManager,
  id: 'lpm',
  name: 'Lotte',
  title: 'Learning & Performance Manager',
  role: 'lpm',
};

/** The PM where it coordinates a stream itself: the same LLM, who says in which role it speaks. */
export const coordinatingManager: Agent = {
  ...projectManager,
  title: 'Project Manager as Collaborator',
  role: 'collaborator',
};

/** `[Ada · Researcher]`, the prefix on everything an agent posts. */
export function prefixOf(agent: Pick<Agent, 'name' | 'title'>): string {
  return `[${agent.name} · ${agent.title}]`;
}
