// Reads a request as a model would: which turn it is from the line `# Turn: …` of the system
// message, and the material from the `<section-MARK>` blocks of the user message, whose first line
// says what MARK is. Nothing else is known here, so the rehearsal plays on exactly what a real
// model would get.
import type { z } from 'zod';
import type { FileText } from '../../domain/check-output.ts';
import { TurnKind } from '../../domain/turn.ts';
import { parseJson } from '../../lib/json.ts';

export interface PlainMessage {
  role: string;
  text: string;
  /** Names of the tools that an assistant message called. */
  calls: readonly string[];
}

/** One turn of ours, as far as it can be read off the request. */
export interface Asked {
  kind: TurnKind;
  speaker: { name: string; title: string; id: string };
  /** Text of each section that is no file, by name; the first of each name counts. */
  sections: ReadonlyMap<string, string>;
  files: readonly FileText[];
  /** What the speaker has learned since it was made: the bullets of its system message. */
  learned: readonly string[];
  /** Tools called earlier in this turn. */
  called: readonly string[];
}

/** @returns null when the request is none of the agency's turns */
export function readAsked(messages: readonly PlainMessage[]): Asked | null {
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
  const rules = system.map(({ text }) => text).join('\n\n');
  const kind = TurnKind.safeParse(lastMatch(rules, /^# Turn: ([a-z.-]+)\s*$/gm)?.[1]);
  if (!kind.success) return null;
  // Later ones ask for a repair of an answer; the material does not change.
  const material = messages.find(({ role }) => role === 'user');
  const { sections, files } = readSections(material?.text ?? '');
  const who = lastMatch(rules, /^You are (.+), (.+) \(id ([\w-]+)\)\.$/gm);
  return {
    kind: kind.data,
    speaker: { name: who?.[1] ?? 'Paul', title: who?.[2] ?? '', id: who?.[3] ?? 'pm' },
    sections,
    files,
    learned: learnedIn(rules),
    called: messages.flatMap(({ calls }) => calls),
  };
}

/** Of the part on who the speaker is; instructions have lists of their own. */
function learnedIn(rules: string): string[] {
  const part = /^# (?:Who you are|What you have learned)\n([\s\S]*?)\n\n# Turn: /m.exec(rules);
  return [...(part?.[1] ?? '').matchAll(/^- (.+)$/gm)].map((found) => found[1] ?? '');
}

function lastMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

export function readSections(text: string): {
  sections: Map<string, string>;
  files: FileText[];
} {
  const sections = new Map<string, string>();
  const files: FileText[] = [];
  const mark = /^MARK is ([0-9a-f]+)\.$/m.exec(text)?.[1];
  if (mark === undefined) return { sections, files };
  // The mark stands nowhere but in our tags, so a section ends at the first tag that closes it.
  const block = new RegExp(
    `^<([a-z][a-z-]*)-${mark}(?: name="([^"\\n]*)")?>\\n([\\s\\S]*?)\\n</\\1-${mark}>$`,
    'gm',
  );
  for (const [, name = '', file, value = ''] of text.matchAll(block)) {
    if (name === 'file' && file !== undefined) files.push({ name: file, text: value });
    else if (!sections.has(name)) sections.set(name, value);
  }
  return { sections, files };
}

/** The JSON of a section, or `otherwise` where it is absent or of another shape. */
export function sectionOf<S extends z.ZodType>(
  asked: Asked,
  name: string,
  reading: { schema: S; otherwise: z.infer<S> },
): z.infer<S> {
  const text = asked.sections.get(name);
  if (text === undefined) return reading.otherwise;
  const parsed = parseJson(reading.schema, text);
  return parsed.ok ? parsed.value : reading.otherwise;
}

export function textOf(asked: Asked, name: string): string {
  return asked.sections.get(name) ?? '';
}
