// A program that holds a data folder until it is killed. Argument: the folder.
import { writeSync } from 'node:fs';
import { openDataFolder } from '../../src/embedded/data-folder.ts';

const folder = await openDataFolder(process.argv[2] ?? '');
writeSync(1, `${JSON.stringify({ holds: folder.path })}\n`);
// The lock alone does not keep a program alive.
setInterval(() => undefined, 60_000);
