// What only one person was shown, answers to commands above all, without what is to be forgotten.
// Discord itself lets go of such answers by and by; here they would stand in a file for a day.
import { erase, eraseDeep } from '../../domain/passage.ts';
import type { Passage } from '../../domain/passage.ts';
import { parseValue } from '../../lib/json.ts';
import { Interaction } from './records.ts';
import type { Change } from './records.ts';
import type { World } from './world.ts';

/** Then no old version of anything is on disk. @returns how many answers held it */
export function purge(world: World, passages: readonly Passage[]): number {
  const changes: Change[] = [];
  for (const interaction of world.tables.interaction.values()) {
    const files = [
      ...interaction.ephemeral.flatMap((one) => one.attachments),
      ...interaction.uploads,
    ];
    const isChanged = files.filter(({ id }) => purgeFile(world, id, passages)).length > 0;
    const clean = parseValue(Interaction, eraseDeep(interaction, passages));
    if (!clean.ok) continue;
    const isSame = JSON.stringify(clean.value) === JSON.stringify(interaction);
    if (!isSame || isChanged) changes.push({ put: 'interaction', value: clean.value });
  }
  if (changes.length > 0) world.commit(changes);
  world.forgetHistory();
  return changes.length;
}

function purgeFile(world: World, id: string, passages: readonly Passage[]): boolean {
  const text = world.files.read(id)?.toString('utf8') ?? '';
  const clean = erase(text, passages);
  if (clean === text) return false;
  world.files.save(id, Buffer.from(clean));
  return true;
}
