// The doctor inside the agency, for `/doctor`: the same checks, over the parts that run now.
import type { Config } from '../config.ts';
import { checks } from '../doctor/checks.ts';
import { examine } from '../doctor/examine.ts';
import { patientOf } from '../doctor/patient.ts';
import type { Inside } from '../doctor/patient.ts';
import { reportMessage } from '../doctor/report.ts';
import { systemClock } from '../lib/clock.ts';

/** Whoever asks while it looks is given the same answer: a look asks the models, which costs. */
export function createDoctor(config: Config, inside: Inside): () => Promise<string> {
  let looking: Promise<string> | null = null;
  const look = async (): Promise<string> => {
    try {
      return reportMessage(await examine(checks, patientOf(config, systemClock, inside)));
    } finally {
      looking = null;
    }
  };
  return () => {
    looking ??= look();
    return looking;
  };
}
