// Each virtual LLM keeps one colour for ever: derived from its id, taken from tones that are easy
// on the eyes on Discord's dark ground. Neighbouring Specialists get clearly different ones.
import type { Agent } from '../../domain/agent.ts';

const specialistTones = [
  0x57c7a3, 0xf0a35e, 0x6ea8fe, 0xe57fa6, 0xb6d35b, 0xa58bf0, 0xf2cf5b, 0x4fc3d9, 0xe8836b,
  0x86c57a, 0xd79be0, 0x8fb3c9,
] as const; // prettier-ignore

const collaboratorTones = [0x7f9cc0, 0x9db38a, 0xc0a07f, 0xa893b8, 0x7fb3ad, 0xb8929b] as const;

export const tone = {
  projectManager: 0x5865f2,
  lpm: 0xeb6fb5,
  good: 0x3ba55d,
  warning: 0xfaa61a,
  done: 0x747f8d,
} as const;

export function colourOf(agent: Pick<Agent, 'id'>): number {
  if (agent.id === 'pm') return tone.projectManager;
  if (agent.id === 'lpm') return tone.lpm;
  const [, digits = '0', second = ''] = /(\d+)(b?)$/.exec(agent.id) ?? [];
  // The second Collaborator of a stream is seen beside the first one.
  const number = Number(digits) + (second === '' ? 0 : 3);
  const tones = agent.id.startsWith('A') ? specialistTones : collaboratorTones;
  return tones[number % tones.length] ?? tone.done;
}
