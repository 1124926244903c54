// Postgres: reachable, young enough, ours to write in, at a schema that we know, and one that keeps
// what it has acknowledged.
import { AppError, StoreError } from '../lib/errors.ts';
import type { DatabaseFacts } from '../store/inspect-database.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { Patient } from './patient.ts';

const versionMin = 140_000;
const embedded = 'embedded Postgres, started with the agency';

export const databaseChecks: readonly Check[] = [
  { id: 'database.server', name: 'Server', needs: [], look: checkServer },
  { id: 'database.rights', name: 'Rights', needs: ['database.server'], look: of(checkRights) },
  { id: 'database.schema', name: 'Schema', needs: ['database.server'], look: of(checkSchema) },
  {
    id: 'database.durability',
    name: 'Durability',
    needs: ['database.server'],
    look: of(checkDurability),
  },
];

function of(look: (facts: DatabaseFacts) => Finding): Check['look'] {
  return async ({ database }) =>
    database === null ? ok(embedded) : look(await database.inspect());
}

async function checkServer({ database }: Patient): Promise<Finding> {
  if (database === null) return checkEmbedded();
  const at = nameOf(database.url);
  try {
    const { version, versionNumber } = await database.inspect();
    if (versionNumber >= versionMin) {
      return ok(`Postgres ${version}, ${database.isOwn ? at : 'embedded'}`);
    }
    return fault(`Postgres ${version} is too old`, 'Upgrade it to Postgres 14 or newer.');
  } catch (error) {
    if (error instanceof StoreError) return findingOf(error, at);
    throw error;
  }
}

/**
 * Nothing is started here; it is only looked whether it could be.
 * @throws EmbeddedError
 */
async function checkEmbedded(): Promise<Finding> {
  const { installedPackage } = await import('../embedded/postgres/binaries.ts');
  installedPackage();
  return ok(embedded);
}

interface Cure {
  found: string;
  cure: string;
}

const cures: Readonly<Record<string, Cure>> = {
  '28P01': {
    found: 'refuses the user or the password',
    cure: 'Set `DATABASE_URL` to the right ones; characters such as @ or # are written %40, %23.',
  },
  '28000': {
    found: 'does not let this user in from here',
    cure: 'Check the user of `DATABASE_URL` and the server’s pg_hba.conf.',
  },
  '3D000': {
    found: 'has no such database',
    cure: 'Create it (`createdb`, as a user who may), or name another one in `DATABASE_URL`.',
  },
  '53300': {
    found: 'has no free connection',
    cure: 'Raise its max_connections, or stop what uses them.',
  },
  '57P03': { found: 'is starting up or stopping', cure: 'Wait until it is ready and look again.' },
  ECONNREFUSED: {
    found: 'does not answer: nothing listens there',
    cure:
      'Start Postgres, or set `DATABASE_URL` to the right host and port, or leave it out for ' +
      'the embedded one.',
  },
  ENOTFOUND: {
    found: 'cannot be found: its name does not resolve',
    cure: 'Set `DATABASE_URL` to the right host.',
  },
};

function findingOf(error: StoreError, at: string): Finding {
  const known = cures[error.code.replace('database-', '')];
  if (known !== undefined) return fault(`${at} ${known.found}`, known.cure);
  return fault(
    `${at} cannot be used: ${error.message}`,
    'Check that it runs, and that `DATABASE_URL` names the right host, port, user and database.',
  );
}

function checkRights(facts: DatabaseFacts): Finding {
  if (facts.isReadOnly) {
    return fault(
      'it is read-only, such as a replica',
      'Set `DATABASE_URL` to the server that takes writes.',
    );
  }
  if (facts.encoding !== 'UTF8') {
    return fault(
      `its encoding is ${facts.encoding}, which cannot hold every text`,
      'Create the database anew with `encoding UTF8 template template0`.',
    );
  }
  const { mayCreateSchemas, mayCreateTables } = facts;
  if (mayCreateSchemas && mayCreateTables) return ok('may create tables and schemas');
  return fault(
    `may not create ${mayCreateTables ? 'schemas' : 'tables'}`,
    'Make its user the owner of the database, or grant it: `grant create on database … to …; ' +
      'grant create on schema public to …;`',
  );
}

function checkSchema({ migrations, tables }: DatabaseFacts): Finding {
  const { applied, known, isNewer } = migrations;
  if (isNewer) {
    return fault(
      'it was made by a newer version than this one',
      'Run that version, or name another database in `DATABASE_URL`.',
    );
  }
  if (applied === known) return ok('of this version');
  if (applied > 0) return ok(`${applied} of ${known} migrations; the next start does the others`);
  if (tables === 0) return ok('empty; its tables are made at the first start');
  return warn(
    `it holds ${tables === 1 ? 'a table' : `${tables} tables`} of something else`,
    'Give the agency a database of its own in `DATABASE_URL`.',
  );
}

function checkDurability({ off }: DatabaseFacts): Finding {
  if (off.length === 0) return ok('keeps what it has acknowledged');
  return warn(
    `switched off: ${off.join(', ')}`,
    `A power failure can lose what people were told is done. Set ${off.join(' and ')} to on.`,
  );
}

/** Without the user and the password. */
export function nameOf(url: string): string {
  if (!URL.canParse(url)) throw new AppError('no URL', { code: 'bad-url', retry: 'never' });
  const { host, pathname } = new URL(url);
  return pathname.length > 1 ? `“${pathname.slice(1)}” on ${host}` : host;
}
