// What only one person was shown, answers to commands above all, without what is to be forgotten.
// Discord itself lets go of such answers by and by; here they would stand in a file for a day.
import { eraseDeep } from '../../domain/passage.ts';
import type { Passage } from '../../domain/passage.ts';
import { parseValue } from '../../lib/json.ts';
import { Interaction } from './records.ts';
import type { Change } from './records.ts';
import type { World } from './world.ts';

/** @returns the file without the passages; null when they are not in it */
export type CleanFile = (content: Buffer) => Buffer | null;

/** Then no old version of anything is on disk. @returns how many answers held it */
export function purge(world: World, passages: readonly Passage[], cleanFile: CleanFile): number {
  const changes: Change[] = [];
  for (const interaction of world.tables.interaction.values()) {
    const shown = interaction.ephemeral.flatMap((one) => one.attachments);
    const files = [...shown, ...interaction.uploads];
    const isChanged = files.filter(({ id }) => purgeFile(world, id, cleanFile)).length > 0;
    const clean = parseValue(Interaction, eraseDeep(interaction, passages));
    if (!clean.ok) continue;
    const isSame = JSON.stringify(clean.value) === JSON.stringify(interaction);
    if (!isSame || isChanged) changes.push({ put: 'interaction', value: clean.value });
  }
  if (changes.length > 0) world.commit(changes);
  world.forgetHistory();
  return changes.length;
}

function purgeFile(world: World, id: string, cleanFile: CleanFile): boolean {
  const content = world.files.read(id);
  const clean = content === undefined ? null : cleanFile(content);
  if (clean !== null) world.files.save(id, clean);
  return clean !== null;
}
