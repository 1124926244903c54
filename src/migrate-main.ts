// `npm run db:migrate`: brings DATABASE_URL to this version's schema. `npm start` does it by
// itself.
import { configFromProcess, faultsText } from './config.ts';
import { AppError, messageOf } from './lib/errors.ts';
import { migrate } from './store/migrate.ts';

const read = configFromProcess();
if (!read.ok) {
  process.stderr.write(`${faultsText(read.faults)}\n`);
  process.exitCode = 78;
} else if (read.config.database.kind === 'embedded') {
  process.stdout.write('DATABASE_URL is not set: the embedded database is migrated at start.\n');
} else {
  try {
    await migrate(read.config.database.url);
    process.stdout.write('The database is up to date.\n');
  } catch (error) {
    const text = error instanceof AppError ? error.forPeople : messageOf(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
