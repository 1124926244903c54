// `npm run setup`: asks for what the agency needs, looks at each answer at once, writes `.env` in
// one step at the very end, and runs the doctor over the whole. Every question has a default, so
// Enter all the way is the embedded set-up; answers may be piped in. Ctrl-C changes nothing.
// Exit 0: written and healthy; 1: something is wrong, or nothing was written; 130: broken off.
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { configFromProcess } from '../config.ts';
import { checks } from '../doctor/checks.ts';
import { unusable } from '../doctor/check-config.ts';
import { examine, isHealthy } from '../doctor/examine.ts';
import { patientOf } from '../doctor/patient.ts';
import { reportText } from '../doctor/report.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { askDiscord } from './ask-discord.ts';
import { askModel } from './ask-model.ts';
import { askBudget, askParts } from './ask-parts.ts';
import { changeEnv, readEnvFile, writeEnvFile } from './env-file.ts';
import { createDraft } from './session.ts';
import type { Session } from './session.ts';
import { createTerminal } from './terminal.ts';

const breakExit = 130;
const path = resolve('.env');

async function main(): Promise<number> {
  let isWritten = false;
  const onBreak = () => {
    const state = isWritten ? 'What was answered is written.' : 'Nothing was changed.';
    process.stdout.write(`\nBroken off. ${state}\n`, () => process.exit(breakExit));
  };
  const terminal = createTerminal({ input: process.stdin, output: process.stdout, onBreak });
  process.on('SIGINT', onBreak);
  const text = readEnvFile(path);
  const session = { terminal, clock: systemClock, draft: createDraft(parseEnv(text)) };
  try {
    terminal.say(`A-TEAMs set-up. Enter takes what stands in brackets; Ctrl-C changes nothing.`);
    await askDiscord(session);
    await askModel(session);
    await askBudget(session);
    await askParts(session);
    isWritten = await keep(session, text);
    if (!isWritten) return 1;
    return (await isWell()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.say(`\n${error.forPeople}\nNothing was changed.`);
    return 1;
  } finally {
    terminal.close();
  }
}

/** @returns whether `.env` is as it was answered */
async function keep({ terminal, draft, clock }: Session, text: string): Promise<boolean> {
  const changes = draft.changes();
  if (changes.size === 0) {
    terminal.say(`\nThere is nothing to change in ${path}.`);
    return true;
  }
  const set = [...changes].filter(([, value]) => value !== null).map(([name]) => name);
  const gone = [...changes].filter(([, value]) => value === null).map(([name]) => name);
  terminal.say('');
  if (set.length > 0) terminal.say(`Set: ${set.join(', ')}`);
  if (gone.length > 0) terminal.say(`Taken out: ${gone.join(', ')}`);
  const answer = await terminal.ask(`Write ${path}? [Enter: yes, no: leave it as it is]: `);
  if (/^n/i.test(answer)) {
    terminal.say('Nothing was changed.');
    return false;
  }
  const kept = writeEnvFile(path, changeEnv(text, changes), new Date(clock.now()));
  terminal.say(`Written, for your eyes only.${kept === null ? '' : ` The old one is ${kept}.`}`);
  return true;
}

/** The whole, as a start would find it: variables of the process count as well. */
async function isWell(): Promise<boolean> {
  process.stdout.write('\n');
  const read = configFromProcess();
  const diagnoses = read.ok
    ? await examine(checks, patientOf(read.config, systemClock))
    : read.faults.map(unusable);
  const isGood = isHealthy(diagnoses);
  const next = isGood ? 'Next: npm start' : 'Put right what is marked ✗, then: npm run doctor';
  process.stdout.write(`${reportText(diagnoses)}\n${next}\n`);
  return isGood;
}

process.exitCode = await main();
// A check that gave up may still hold a connection.
process.stdout.end(() => process.exit());
