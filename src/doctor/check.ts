// What a check is: one question to the world around the agency, with what was found and, where that
// is not as it must be, what to do about it. Checks know nothing of each other and of who asks:
// the terminal, the guided set-up and `/doctor` show the same findings.
import type { Patient } from './patient.ts';

/** `warn`: it works, but not as well as it could. */
export type CheckState = 'ok' | 'warn' | 'fault';

export interface Finding {
  state: CheckState;
  /** What is the case, in one sentence without a full stop. */
  found: string;
  /** What a person should do, in whole sentences; null when there is nothing to do. */
  cure: string | null;
}

export interface Check {
  /** `area.thing`, stable for scripts. */
  id: CheckId;
  name: string;
  /** Without these there is nothing to look at. */
  needs: readonly CheckId[];
  /** How long it may take; ten seconds when absent. */
  msMax?: number;
  /** What it throws becomes a fault: an AppError in its own words, anything else as a bug. */
  look: (patient: Patient) => Promise<Finding> | Finding;
}

export type CheckId =
  | `machine.${'node' | 'folder' | 'port'}`
  | `discord.${'token' | 'intent' | 'invitations' | 'guild' | 'permissions' | 'role' | 'director'}`
  | `model.${'endpoint' | 'economy' | 'standard' | 'premium' | 'embedding'}`
  | `database.${'server' | 'rights' | 'schema' | 'durability'}`
  | `queue.${'server' | 'eviction' | 'round-trip'}`
  | 'memory.server';

export function ok(found: string): Finding {
  return { state: 'ok', found, cure: null };
}

export function warn(found: string, cure: string): Finding {
  return { state: 'warn', found, cure };
}

export function fault(found: string, cure: string): Finding {
  return { state: 'fault', found, cure };
}
