// `/doctor` in Discord: the agency looks at itself while it works.
import { expect, test } from 'vitest';
import { temporaryFolder } from '../embedded/temporary-folder.ts';
import { until } from '../support/agency.ts';
import { directorOf, startProgram } from '../scenarios/start-program.ts';

test('/doctor tells the Director how the running agency is', async () => {
  await using folder = await temporaryFolder();
  await using program = startProgram(folder.path, {});
  await program.says('A-TEAMs is ready.');
  const { director, tokens } = await directorOf(`${folder.path}/.ateams`);
  const channelId = await until(async () => {
    const channels = await director.channels(tokens.guildId);
    return channels.find(({ name }) => name === 'director')?.id ?? null;
  }, '#director');
  const asked = await director.slash({ guildId: tokens.guildId, channelId, name: 'doctor' });
  const { message } = await director.interactionResult(asked);
  const text = message?.content.replaceAll(folder.path, '').replaceAll(/\d+(\.\d+)+/g, '…');
  expect(text).toBe(
    [
      '✓ **Machine** Node: …',
      '✓ **Machine** Data folder: /.ateams, … GiB free',
      "✓ **Machine** Port: …:0, this agency's own",
      '✓ **Discord**: local Discord',
      '✓ **Model**: the rehearsal model plays every role, offline',
      '✓ **Database** Server: Postgres …, embedded',
      '✓ **Database** Rights: may create tables and schemas',
      '✓ **Database** Schema: of this version',
      '✓ **Database** Durability: keeps what it has acknowledged',
      '✓ **Queue**: in the database',
      '✓ **Memory**: Chroma …, embedded',
      'Healthy; 23 checks.',
    ].join('\n'),
  );
});
