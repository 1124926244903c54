// A variable that cannot be used, told like any other finding. While there is one, nobody knows
// where to look for the rest.
import type { ConfigFault } from '../config.ts';
import type { Diagnosis } from './examine.ts';

export function unusable({ variable, problem, expected }: ConfigFault): Diagnosis {
  const cure = `Set it to ${expected}.`;
  return { id: 'config', name: variable, state: 'fault', found: problem, cure };
}
