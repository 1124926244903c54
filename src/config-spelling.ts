// Typing errors in variable names. A misspelt variable would silently start a stand-in (a local
// Discord, a rehearsal model), so names with our own prefixes must be known ones, and names that
// are one slip away from a known one with a prefix we share with others are refused too.
import { configVariables } from './config-variables.ts';
import type { ConfigFault, Environment } from './config-reader.ts';

const ownPrefixes = ['ATEAMS_', 'MODEL_', 'BUDGET_', 'REHEARSAL_'];
const sharedPrefixes = ['DISCORD_', 'DIRECTOR_', 'OPENAI_', 'WEB_SEARCH_'];

/** One fault for every variable that is set and looks like ours but is not. */
export function misspeltVariables(env: Environment): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!value?.trim() || configVariables.has(name)) continue;
    const closest = closestVariable(name);
    const isOurs = ownPrefixes.some((prefix) => name.startsWith(prefix));
    const isNear = sharedPrefixes.some((prefix) => name.startsWith(prefix));
    if (!isOurs && !(isNear && closest.distance === 1)) continue;
    faults.push({
      variable: name,
      problem: 'is not a known variable',
      expected: `${closest.name}, the nearest known name, or no such variable`,
    });
  }
  return faults;
}

function closestVariable(name: string): { name: string; distance: number } {
  let closest = { name: '', distance: Infinity };
  for (const known of configVariables.keys()) {
    const distance = slips(name, known);
    if (distance < closest.distance) closest = { name: known, distance };
  }
  return closest;
}

/**
 * How many slips (a character too many, too few, another one, two swapped) lie between two names.
 * @see https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance (optimal string alignment)
 */
function slips(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const options = [
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      if (swapped) options.push((beforePrevious[column - 2] ?? 0) + 1);
      current.push(Math.min(...options));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
