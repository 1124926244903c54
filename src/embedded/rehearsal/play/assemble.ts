// The end of a project: every judged criterion is looked up once more in the files, with a
// quotation or an honest "not met", and what was learned about working together is written down
// for the next.
import { readObjective } from '../objective/read-objective.ts';
import { clip, listed } from '../objective/words.ts';
import { textOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { aspectOf } from '../write/aspects.ts';
import { evidenceOf, findQuote } from '../write/find-quote.ts';
import { factOf } from '../write/scene.ts';
import { acceptedOf, outputsOf } from './materials.ts';
import type { AcceptedLine } from './materials.ts';
import { marked } from './said.ts';
import type { Played } from './said.ts';

type OutputLine = ReturnType<typeof outputsOf>[number];

export function playAssemble(asked: Asked): Played {
  const outputs = outputsOf(asked);
  const accepted = acceptedOf(asked);
  const objective = readObjective(textOf(asked, 'objective'));
  const criteria = outputs.flatMap((output) => verdictsOn(output, asked));
  const unmet = criteria.filter(({ met }) => !met);
  const delivered = outputs.filter(({ deliver }) => deliver).flatMap(({ files }) => files);
  const figure = asked.files
    .filter(({ name }) => name.endsWith('.csv'))
    .map((file) => `${file.name}: ${factOf(file)}`)[0];
  const revised = accepted.filter(({ rejections }) => rejections > 0);
  const summary = [
    `Delivered for ${objective.topic}: ${listed(delivered)}.`,
    'The parts name the same readers, weeks and roles; the overview holds them against each other.',
    figure === undefined ? '' : `The figure to remember is in ${figure}.`,
    revised.length > 0
      ? `${listed(revised.map(({ output }) => output))} went back once and came back better.`
      : '',
  ];
  const judged = `${criteria.length} judged ${criteria.length === 1 ? 'criterion' : 'criteria'}`;
  const verdict =
    unmet.length === 0 ? `${judged} met, with quotations` : `${unmet.length} of ${judged} not met`;
  return {
    text: marked(`All streams are complete. I read every file again: ${verdict}.`),
    calls: [
      {
        name: 'assemble',
        args: {
          summary: marked(clip(summary.filter((line) => line !== '').join(' '), 1900)),
          criteria,
          openRisks: risksOf(accepted, objective.lore.risks),
          lessons: lessonsOf(accepted, outputs),
        },
      },
    ],
  };
}

function verdictsOn(output: OutputLine, asked: Asked) {
  const files = asked.files.filter(({ name }) => output.files.includes(name));
  return output.criteria
    .filter(({ check }) => check.kind === 'judged')
    .map(({ id, text }) => {
      const quote = findQuote(text, files);
      const missing = `Nothing in ${listed(output.files)} says so: ${clip(text, 240)}`;
      const evidence = quote === null ? missing : evidenceOf(quote);
      return { criterion: id, met: quote !== null, evidence: clip(evidence, 600) };
    });
}

function risksOf(
  accepted: readonly AcceptedLine[],
  known: readonly { risk: string; answer: string }[],
): string[] {
  const open = [...new Set(accepted.flatMap(({ openPoints }) => openPoints))].slice(0, 2);
  const risks = known.slice(0, 2).map(({ risk, answer }) => `If ${risk}: ${answer}.`);
  const rehearsed =
    'Every text and figure is a rehearsal; have a person check it before it is used.';
  return [rehearsed, ...open, ...risks].map((risk) => clip(risk, 400)).slice(0, 5);
}

/** What the project taught about working: first what went wrong, then what went well. */
function lessonsOf(accepted: readonly AcceptedLine[], outputs: readonly OutputLine[]): string[] {
  const learned = accepted
    .filter(({ rejections }) => rejections > 0)
    .flatMap(({ files }) =>
      outputs.filter((output) => output.files.some((name) => files.includes(name))),
    )
    .flatMap(({ criteria }) => criteria)
    .flatMap(({ text, check }) => (check.kind === 'judged' ? (aspectOf(text)?.lesson ?? []) : []))
    .slice(0, 1);
  const hasTable = outputs.some(({ files }) => files.some((name) => name.endsWith('.csv')));
  const usual = [
    hasTable
      ? 'Let the table be finished before texts name figures; nobody had to correct one.'
      : '',
    'End with one task that holds all parts against each other; single reviews cannot see that.',
  ].filter((lesson) => lesson !== '');
  return [...learned, ...usual].slice(0, 3);
}
