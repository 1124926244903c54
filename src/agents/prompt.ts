// Builds the messages of a turn. Pure. What stays the same comes first (role, then persona, then
// the turn's instructions, then the material), so that a server's prompt cache serves most of it.
import type { Agent } from '../domain/agent.ts';
import type { ModelMessage } from '../domain/model-port.ts';
import type { Section, TurnContext } from './context.ts';
import type { TurnMessage } from './system-message.ts';

export interface PromptParts {
  role: string;
  agent: Agent;
  turn: TurnMessage;
  context: TurnContext;
}

export function promptOf({ role, agent, turn, context }: PromptParts): ModelMessage[] {
  const system = [
    role,
    `You are ${agent.name}, ${agent.title} (id ${agent.id}).`,
    personaText(agent),
    `# Turn: ${turn.kind}`,
    turn.body,
  ].filter((part) => part !== '');
  return [
    { role: 'system', text: system.join('\n\n') },
    { role: 'user', text: context.sections.map(sectionText).join('\n\n') },
  ];
}

function personaText({ persona }: Agent): string {
  if (persona === null) return '';
  return [
    '# Who you are',
    `Role: ${persona.role}`,
    `Expertise: ${persona.expertise}`,
    `Expectations: ${persona.expectations}`,
    `Collaboration: ${persona.collaboration}`,
    `Adaptability: ${persona.adaptability}`,
  ].join('\n');
}

/** `<name attribute="value">` … `</name>`; the closing tag cannot be forged from inside. */
function sectionText({ name, value, attributes = {} }: Section): string {
  const head = [name, ...Object.entries(attributes).map(([key, word]) => `${key}="${word}"`)];
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  return `<${head.join(' ')}>\n${text.replaceAll('</', '<\\/')}\n</${name}>`;
}
