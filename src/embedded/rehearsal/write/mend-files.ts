// Mends files by the reasons of a review: a sentence that was too general becomes the good one, a
// wish for less text takes sentences out, anything else is taken up in words, where it can be seen.
// What no reason concerns stays as it was.
import { countWords } from '../../../domain/check-output.ts';
import type { FileText } from '../../../domain/check-output.ts';
import { createDice } from '../dice.ts';
import { clip } from '../objective/words.ts';
import { generalAspectsIn } from './aspects.ts';
import type { Aspect } from './aspects.ts';
import { canonOf } from './canon.ts';
import { paletteOf } from './scene.ts';
import type { Palette, Scene } from './scene.ts';
import { demandsOn } from './task-brief.ts';
import type { TaskBrief } from './task-brief.ts';
import { withPoint } from './write-files.ts';

export interface MendOrder {
  task: TaskBrief;
  /** The files as they were submitted; those cut short in the prompt are not used. */
  previous: readonly FileText[];
  /** The files as they would be written now, for what is missing or cut short. */
  fresh: readonly FileText[];
  reasons: readonly string[];
}

export interface Mended {
  files: FileText[];
  /** What changed, as parts of a sentence. */
  changes: string[];
}

export function mendFiles(scene: Scene, { task, previous, fresh, reasons }: MendOrder): Mended {
  const palette = paletteOf(scene.objective, createDice(task.id, 'mend'));
  const changes: string[] = [];
  let files = fresh.map((file) => {
    const before = previous.find(({ name }) => name === file.name);
    const isCut = before?.text.includes('characters left out; use read-file]') === true;
    return before === undefined || isCut
      ? file
      : withoutGeneralities(before, { scene, palette, changes });
  });
  for (const reason of reasons.filter((one) => !isAboutGenerality(one))) {
    const result = heed(files, reason, { scene, palette, task });
    files = result.files;
    changes.push(result.change);
  }
  if (changes.length === 0) changes.push('wording checked against every reason');
  return { files, changes };
}

interface Mending {
  scene: Scene;
  palette: Palette;
}

function withoutGeneralities(file: FileText, mending: Mending & { changes: string[] }): FileText {
  let { text } = file;
  for (const aspect of generalAspectsIn(text)) {
    const good = goodSentence(aspect, file.name, mending);
    text = text.replaceAll(aspect.general ?? '', good);
    mending.changes.push(`what was too general in ${file.name} now says: “${clip(good, 120)}”`);
  }
  return { ...file, text };
}

function goodSentence(aspect: Aspect, file: string, { scene }: Mending): string {
  const { audience, topic } = scene.objective;
  return aspect.good({ audience, topic, file }, canonOf(scene.objective));
}

function isAboutGenerality(reason: string): boolean {
  return generalAspectsIn(reason).length > 0;
}

function heed(
  files: FileText[],
  reason: string,
  { scene, palette, task }: Mending & { task: TaskBrief },
): { files: FileText[]; change: string } {
  if (/\b(?:shorter|too long|cut|less text|concise|kürzer|zu lang)\b/i.test(reason)) {
    const shorter = files.map((file) => withLessText(file, task));
    return { files: shorter, change: 'sentences that said nothing new are taken out' };
  }
  const criterion = /^C\d+ \((.+?)\): /.exec(reason)?.[1];
  if (criterion !== undefined) {
    return {
      files: withPoint(scene, files, criterion),
      change: `“${clip(criterion, 100)}” is taken up`,
    };
  }
  const words = clip(reason, 180);
  const at = files.findIndex(({ name }) => name.endsWith('.md'));
  const sentence = `Added in the review, on “${words}”: there is ${palette.activity()}.`;
  const added = files.map((file, index) =>
    index === at ? { ...file, text: `${file.text.trimEnd()}\n\n${sentence}\n` } : file,
  );
  return { files: added, change: `“${clip(reason, 100)}” is taken up at the end` };
}

/** Takes the last sentence off long paragraphs while the file stays long enough. */
function withLessText(file: FileText, task: TaskBrief): FileText {
  if (!file.name.endsWith('.md')) return file;
  const { wordsMin } = demandsOn(file.name, task.criteria);
  const blocks = file.text.split('\n\n');
  for (let at = blocks.length - 1; at > 1; at -= 1) {
    const block = blocks[at] ?? '';
    const isPlain = /^[\p{Lu}“]/u.test(block) && !block.includes('\n');
    const cut = block.replace(/\s+[^.!?]+[.!?]\s*$/u, '');
    const next = blocks.with(at, cut).join('\n\n');
    if (isPlain && cut !== '' && countWords(next) >= wordsMin) blocks[at] = cut;
  }
  return { ...file, text: `${blocks.join('\n\n').trimEnd()}\n` };
}
