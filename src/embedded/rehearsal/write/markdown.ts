// Writes a Markdown document that meets the criteria code checks (sections, headings, length) and
// says, in its fitting section, what the judged criteria ask for.
// The surprise: with a weakness, one of those sentences is left too general on purpose, once, so
// that people see a reviewer find it and the revision mend it.
import type { Dice } from '../dice.ts';
import type { Form } from '../objective/form.ts';
import { capital, clip, plainLine } from '../objective/words.ts';
import { aspectOf } from './aspects.ts';
import type { Aspect, CriterionTerms } from './aspects.ts';
import { canonOf } from './canon.ts';
import { fitLength } from './fit-length.ts';
import type { Part } from './fit-length.ts';
import { writePieces } from './pieces.ts';
import { paletteOf, rehearsalLine } from './scene.ts';
import type { Palette, Scene } from './scene.ts';
import { writeSection } from './sections.ts';
import type { FileDemands } from './task-brief.ts';

export interface DocumentOrder {
  file: string;
  form: Form;
  /** `Plan`, the title of the output. */
  title: string;
  demands: FileDemands;
  /** Texts of the judged criteria that concern the file. */
  judged: readonly string[];
  weakness: Aspect | null;
}

export function writeMarkdown(scene: Scene, dice: Dice, order: DocumentOrder): string {
  const { demands, form } = order;
  const palette = paletteOf(scene.objective, dice);
  const isPieces = form.shape === 'pieces';
  const parts = (isPieces ? pieceParts : sectionParts)(scene, palette, order);
  const fallback = wordsFor(form, parts);
  return fitLength({
    top: [`# ${order.title}`, rehearsalLine, ...sourceNotes(scene, order)],
    parts: withHeadings(parts, scene, demands),
    wordsMin: demands.wordsMin > 0 ? demands.wordsMin : fallback.min,
    wordsMax: Number.isFinite(demands.wordsMax) ? demands.wordsMax : fallback.max,
    kept: order.judged.map((criterion) => sentenceOn(criterion, scene, order)),
    further: (n) => furtherSentence(palette, n),
  });
}

function wordsFor(form: Form, parts: readonly Part[]): { min: number; max: number } {
  const [min, max] = form.length;
  return { min: Math.min(min, 60 * parts.length), max: Math.max(max, 200 * parts.length) };
}

/** What was handed over and what people said, cited where a reader would look for it. */
function sourceNotes(scene: Scene, { form }: DocumentOrder): string[] {
  const isClosing = form.id === 'overview';
  const cited = scene.handed.filter(({ fact }) => fact !== '').slice(0, isClosing ? 0 : 2);
  const sources = cited.map(
    ({ file, task, fact }) => `Taken over from \`${file}\` (${task}): ${fact}`,
  );
  const remarks = scene.remarks
    .slice(-3)
    .map(
      ({ by, text }) => `Heeded here, as ${plainLine(by)} asked: “${clip(plainLine(text), 160)}”`,
    );
  return [...sources, ...remarks];
}

function termsOf({ objective }: Scene, file: string): CriterionTerms {
  return { audience: objective.audience, topic: objective.topic, file };
}

function sectionParts(scene: Scene, palette: Palette, order: DocumentOrder): Part[] {
  const { demands, form } = order;
  const headings = demands.sections.length > 0 ? demands.sections : form.sections;
  // "This rules" and "this questions and answers" are no English.
  const isPlural = /s$| and /.test(form.title);
  const kind = isPlural ? 'document' : form.title.toLowerCase();
  const seen = new Set<string>();
  const parts = headings.map((heading, at) => {
    const { must, more } = writeSection(scene, palette, { heading, kind, at });
    const fresh = more.filter((sentence) => !seen.has(sentence));
    for (const sentence of fresh) seen.add(sentence);
    return { heading: `## ${heading}`, must: [...must], more: fresh };
  });
  for (const criterion of order.judged) {
    const sentence = sentenceOn(criterion, scene, order);
    partFor(parts, aspectOf(criterion))?.must.push(sentence);
  }
  return parts;
}

/** What meets a judged criterion, or, where the order wants a weakness there, what does not. */
function sentenceOn(criterion: string, scene: Scene, { file, weakness }: DocumentOrder): string {
  const aspect = aspectOf(criterion);
  if (aspect === undefined) return onThePoint(criterion, scene);
  const isWeak = aspect.id === weakness?.id && aspect.general !== undefined;
  if (isWeak) return aspect.general ?? '';
  return aspect.good(termsOf(scene, file), canonOf(scene.objective));
}

/** A criterion that we have no words of our own for is taken up in its own. */
export function onThePoint(criterion: string, scene: Scene): string {
  const { first } = canonOf(scene.objective);
  return `On the point “${plainLine(criterion)}” the answer is: ${first}.`;
}

function partFor<T extends Part>(parts: readonly T[], aspect: Aspect | undefined): T | undefined {
  const places: Partial<Record<Aspect['id'], RegExp>> = {
    audience: /who|audience|reader|purpose|goal|offer|introduction/i,
    owner: /who does|responsib|decides|watches|step|rules/i,
    measure: /measure|success|checked|recommend|finding/i,
  };
  const place = aspect === undefined ? undefined : places[aspect.id];
  return parts.find(({ heading }) => place?.test(heading) === true) ?? parts.at(-1);
}

function pieceParts(scene: Scene, palette: Palette, order: DocumentOrder): Part[] {
  const { demands, form, weakness } = order;
  const [level, count] = [...demands.headings][0] ?? [2, form.pieces ?? 3];
  const hasCall = order.judged.some((criterion) => aspectOf(criterion)?.id === 'call');
  const pieces = writePieces(scene, palette, {
    form: form.id,
    piece: form.piece ?? 'Part',
    count,
    level,
    hasCall,
    general: weakness?.general ?? null,
  });
  const others = order.judged
    .filter((criterion) => aspectOf(criterion)?.id !== 'call')
    .map((criterion) => sentenceOn(criterion, scene, order));
  const opening = `${capital(form.title.toLowerCase())} about ${scene.objective.topic}.`;
  const sections = demands.sections.map((heading, at) => {
    const { must, more } = writeSection(scene, palette, { heading, kind: form.id, at });
    return { heading: `## ${heading}`, must, more };
  });
  return [{ heading: '', must: [opening, ...others], more: [] }, ...pieces, ...sections];
}

/** Adds headings where a criterion asks for more of a level than the parts have. */
function withHeadings(parts: readonly Part[], scene: Scene, demands: FileDemands): Part[] {
  const all = [...parts];
  for (const [level, countMin] of demands.headings) {
    const mark = `${'#'.repeat(level)} `;
    const has =
      all.filter(({ heading }) => heading.startsWith(mark)).length + (level === 1 ? 1 : 0);
    const { activities } = scene.objective.lore;
    for (let at = has; at < countMin; at += 1) {
      const activity = activities[at % activities.length] ?? 'a first trial';
      all.push({ heading: `${mark}Point ${at + 1}`, must: [`There is ${activity}.`], more: [] });
    }
  }
  return all;
}

function furtherSentence(palette: Palette, n: number): string {
  const { risk, answer } = palette.risk();
  const patterns = [
    `Worth adding: ${palette.activity()} can begin without waiting for anything else.`,
    `Should it happen that ${risk}, the answer is known: ${answer}.`,
    `A further sign of progress: ${palette.measure()}.`,
    `People who ask for more can be pointed to ${palette.activity()}.`,
  ];
  return patterns[n % patterns.length] ?? '';
}
