// Findings as people read them: in the terminal, and as the answer to `/doctor`. An area of which
// every check says the same, such as a stand-in's, is one line.
import type { Diagnosis } from './examine.ts';

const marks: Readonly<Record<Diagnosis['state'], string>> = {
  ok: '✓',
  warn: '!',
  fault: '✗',
  skipped: '–',
};

/** For a terminal; ends with a line that counts. */
export function reportText(diagnoses: readonly Diagnosis[]): string {
  const rows = rowsOf(diagnoses);
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  const lines = rows.flatMap((row, at) => {
    const title = `${marks[row.state]} ${row.name.padEnd(width)}  ${row.found}`;
    const heading = row.area === rows[at - 1]?.area ? [] : [row.area];
    return [...heading, `  ${title}`, ...cureLines(row.cure)];
  });
  return `${[...lines, '', countText(diagnoses)].join('\n')}\n`;
}

/** One finding by itself, as the guided set-up shows it. */
export function findingText({ state, name, found, cure }: Diagnosis): string {
  return [`  ${marks[state]} ${name}: ${found}`, ...cureLines(cure)].join('\n');
}

/** For a message in Discord. */
export function reportMessage(diagnoses: readonly Diagnosis[]): string {
  const lines = rowsOf(diagnoses).flatMap(({ state, area, name, found, cure }) => {
    const title = name === area ? `**${area}**` : `**${area}** ${name}`;
    return [`${marks[state]} ${title}: ${found}`, ...(cure === null ? [] : [`> ${oneLine(cure)}`])];
  });
  return [...lines, countText(diagnoses)].join('\n');
}

export function countText(diagnoses: readonly Diagnosis[]): string {
  const count = (state: Diagnosis['state']): number =>
    diagnoses.filter((diagnosis) => diagnosis.state === state).length;
  const faults = count('fault');
  const parts = [
    faults === 0 ? 'Healthy' : plural(faults, 'fault'),
    ...(count('warn') === 0 ? [] : [plural(count('warn'), 'warning')]),
    ...(count('skipped') === 0 ? [] : [`${count('skipped')} not looked at`]),
  ];
  return `${parts.join(', ')}; ${plural(diagnoses.length, 'check')}.`;
}

interface Row extends Pick<Diagnosis, 'state' | 'name' | 'found' | 'cure'> {
  area: string;
}

function rowsOf(diagnoses: readonly Diagnosis[]): Row[] {
  const areas = Map.groupBy(diagnoses, ({ id }) => areaOf(id));
  return [...areas].flatMap(([area, members]) => {
    const [first, ...others] = members;
    if (first === undefined) return [];
    const isOne = members.every(({ state, found }) => state === 'ok' && found === first.found);
    const name = isOne ? area : first.name;
    return [{ ...first, area, name }, ...(isOne ? [] : others.map((one) => ({ ...one, area })))];
  });
}

function areaOf(id: string): string {
  const [area = ''] = id.split('.');
  return area.slice(0, 1).toUpperCase() + area.slice(1);
}

function cureLines(cure: string | null): string[] {
  return cure === null ? [] : cure.split('\n').map((line) => `      → ${line}`);
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
