// A project's whole conversation as Markdown: every channel and thread in order, speaker and time.
import type { Project } from '../domain/project.ts';

interface SaidRow {
  place: string;
  speaker: string;
  text: string;
  at: number;
}

/** @param names what people see as the name of each place */
export function transcriptText(
  project: Project,
  rows: readonly SaidRow[],
  names: ReadonlyMap<string, string>,
): string {
  const about = rows.filter((row) => row.text !== '' && row.at >= project.openedAt - 60_000);
  const places = [...new Set(about.map((row) => row.place))].sort(byPlace);
  const sections = places.flatMap((place) => [
    '',
    `## ${headingOf(place, names)}`,
    ...about.filter((row) => row.place === place).flatMap(rowLines),
  ]);
  return [`# Transcript: ${project.title} (${project.id})`, ...sections, ''].join('\n');
}

/** Where the Director begins first, then the project's streams, threads under their channel. */
function byPlace(a: string, b: string): number {
  const first = ['agency.director', 'agency.decisions', 'agency.log'];
  const rank = (place: string) => {
    const at = first.indexOf(place);
    return at >= 0 ? at : first.length + (place.endsWith('.overview') ? 0 : 1);
  };
  return rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true });
}

function headingOf(place: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(place) ?? place;
  return place.split('.').length > 2 ? `Thread: ${name} (${place})` : `#${name}`;
}

function rowLines(row: SaidRow): string[] {
  const time = new Date(row.at).toISOString().slice(11, 19);
  return ['', `**${row.speaker}** · ${time}`, '', row.text];
}
