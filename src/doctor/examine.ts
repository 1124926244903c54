// Runs checks beside each other: each as soon as what it needs is found well, and none for longer
// than it may take. Nothing that is said about a finding may hold a secret, so every secret of the
// patient is struck out here, once, whoever the words came from.
import { delay } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import { withoutSecrets } from '../lib/log.ts';
import { fault } from './check.ts';
import type { Check, CheckId, CheckState, Finding } from './check.ts';
import type { Patient } from './patient.ts';

export interface Diagnosis {
  /** `config`: of a variable that cannot be used. */
  id: CheckId | 'config';
  name: string;
  /** `skipped`: something it needs is not well. */
  state: CheckState | 'skipped';
  found: string;
  cure: string | null;
}

const checkMsMax = 10_000;

/** @returns one diagnosis for each check, in their order */
export async function examine(checks: readonly Check[], patient: Patient): Promise<Diagnosis[]> {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const secrets = secretsOf(patient);
  const running = new Map<CheckId, Promise<Diagnosis>>();
  const diagnose = (check: Check): Promise<Diagnosis> => {
    const diagnosis = running.get(check.id) ?? diagnoseAfter(check);
    running.set(check.id, diagnosis);
    return diagnosis;
  };
  const diagnoseAfter = async (check: Check): Promise<Diagnosis> => {
    const needed = check.needs.flatMap((id) => byId.get(id) ?? []);
    const before = await Promise.all(needed.map(diagnose));
    const { id, name } = check;
    const ill = before.find(({ state }) => state === 'fault' || state === 'skipped');
    if (ill !== undefined) {
      return { id, name, state: 'skipped', found: `needs: ${ill.name}`, cure: null };
    }
    const { state, found, cure } = await findingOf(check, patient);
    return { id, name, state, found: strike(found), cure: cure === null ? null : strike(cure) };
  };
  const strike = (text: string): string =>
    withoutSecrets(secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text));
  return Promise.all(checks.map(diagnose));
}

/** Faults are ill; warnings are not. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ state }) => state === 'ok' || state === 'warn');
}

async function findingOf(check: Check, patient: Patient): Promise<Finding> {
  const msMax = check.msMax ?? checkMsMax;
  const over = new AbortController();
  const late = delay(msMax, over.signal).then(
    () =>
      fault(
        `no answer within ${msMax / 1000} s`,
        'Something between here and there swallows the question, such as a firewall, or what ' +
          'should answer is overloaded.',
      ),
    // Called off, because the answer is there.
    () => fault('', ''),
  );
  try {
    return await Promise.race([Promise.resolve(patient).then(check.look), late]);
  } catch (error) {
    const cure = error instanceof AppError ? error.forPeople : 'This looks like a fault of ours.';
    return fault(messageOf(error), cure);
  } finally {
    over.abort();
  }
}

function secretsOf({ discord, models, embedding, database, redis, memory }: Patient): string[] {
  const keys = Object.values(models?.tiers ?? {}).map(({ apiKey }) => apiKey);
  const urls = [database?.url, redis?.url, memory?.url].flatMap((url) => passwordsOf(url));
  const embeddingKey = embedding.kind === 'endpoint' ? embedding.apiKey : null;
  const all = [discord?.token, embeddingKey, ...keys, ...urls];
  // A shorter one is no secret, and striking it out would garble every other word.
  return all.filter((secret) => typeof secret === 'string').filter(({ length }) => length > 3);
}

/** As it is written and as it is meant. */
function passwordsOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, unescape(password)];
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is meant as it stands.
    return text;
  }
}
