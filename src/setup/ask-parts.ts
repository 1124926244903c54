// What it may cost, and where the data lives. Whatever has no address is started by the agency.
import { configVariables } from '../config-variables.ts';
import type { CheckId } from '../doctor/check.ts';
import { askFor, lookAt } from './session.ts';
import type { Session } from './session.ts';

const amounts = [
  ['BUDGET_PROJECT_USD', 'US dollars that one project may cost'],
  ['BUDGET_AGENCY_USD_PER_DAY', 'US dollars that everything may cost per day'],
  ['BUDGET_PROJECT_TOKENS', 'Tokens that one project may use'],
] as const;

export async function askBudget(session: Session): Promise<void> {
  session.terminal.say(`
Budget
  Hard ceilings. A call that would pass one is not made, and the Director is asked.`);
  for (const [name, text] of amounts) {
    const usual = configVariables.get(name)?.absent ?? '';
    const before = session.draft.get(name);
    const value = await askFor(session, {
      text,
      preset: { value: before, words: before ?? usual },
      look: (amount) => lookAt(session, { env: { [name]: amount }, ids: [] }),
    });
    session.draft.set(name, value);
  }
}

interface Part {
  name: string;
  text: string;
  /** What there is without an address. */
  absent: string;
  ids: readonly CheckId[];
}

const parts: readonly Part[] = [
  {
    name: 'DATABASE_URL',
    text: 'Postgres, such as postgres://user:password@host:5432/ateams',
    absent: 'embedded',
    ids: ['database.server', 'database.rights', 'database.schema', 'database.durability'],
  },
  {
    name: 'REDIS_URL',
    text: 'Redis, such as redis://:password@host:6379',
    absent: 'none, the queue is in Postgres',
    ids: ['queue.server', 'queue.eviction', 'queue.round-trip'],
  },
  {
    name: 'CHROMA_URL',
    text: 'Chroma, such as http://host:8000',
    absent: 'embedded',
    ids: ['memory.server'],
  },
];

export async function askParts(session: Session): Promise<void> {
  session.terminal.say(`
Database, queue and memory
  Embedded ones need nothing; several processes need a database of your own.`);
  for (const { name, text, absent, ids } of parts) {
    const before = session.draft.get(name);
    const value = await askFor(session, {
      text,
      preset: { value: before, words: before === null ? absent : hostOf(before) },
      look: async (url) => (url === null ? [] : lookAt(session, { env: { [name]: url }, ids })),
    });
    session.draft.set(name, value);
  }
}

/** Without the user and the password. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'what is set';
}
