// What the Learning & Performance Manager says: a report with scores that say how sure they are,
// and each proposed change as a card with its difference, its evidence and two buttons.
import { anyDomain, recordWords } from '../../domain/track-record.ts';
import type { TrackRecord } from '../../domain/track-record.ts';
import type { PostBodyOf } from '../../domain/post.ts';
import { counted, money } from './amounts.ts';
import { button, rows } from './buttons.ts';
import { tone } from './palette.ts';
import { bullets, card, paragraphs, section, sheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

type Report = PostBodyOf<'learning-report'>;

export function renderReport(report: Report): Sheet {
  const { projectId, title, scores, patterns, advice, proposed, refused, failure } = report;
  const waiting = proposed.length === 0 ? '' : ` · ${proposed.join(', ')} in #decisions`;
  return sheet({
    headline: `How the work on ${projectId} went${waiting}`,
    cards: [
      card({
        title,
        text: paragraphs([
          ...scores.map(({ who, records }) => section(who, records.map(scoreLine).join('\n'))),
          section('Worked well together', bullets(patterns)),
          section('Advice', bullets(advice.map(({ to, text: words }) => `**${to}** ${words}`))),
          section('Not put to you', bullets(refused)),
          section('No study this time', failure ?? ''),
        ]),
        facts: [
          { name: 'Proposals', value: proposed.length === 0 ? 'none' : proposed.join(', ') },
          { name: 'Cost', value: money(report.microUsd) },
        ],
        colour: failure === null ? tone.lpm : tone.warning,
      }),
    ],
  });
}

function scoreLine(record: TrackRecord): string {
  const domain = record.domain === anyDomain ? 'All tasks' : record.domain;
  const gap = record.isGap ? ' ⚠️ too often' : '';
  return `• ${domain}: ${recordWords(record)}${gap}`;
}

export function renderRewrite(rewrite: PostBodyOf<'rewrite'>): Sheet {
  const { id, who, version, diff, hypothesis, evidence, outcome } = rewrite;
  const text = paragraphs([
    section('Decided', outcome ?? ''),
    `\`\`\`diff\n${diff.map((line) => line.replaceAll('```', "'''")).join('\n')}\n\`\`\``,
    section('Why', hypothesis),
    section(
      `Evidence (${counted(evidence.length, 'output')})`,
      bullets(evidence.map((one) => `**${one.id}** ${one.text}`)),
    ),
  ]);
  const title = `System message of ${who}: version ${version} → ${version + 1}`;
  if (outcome !== null) {
    return sheet({
      headline: `${id} is decided`,
      cards: [card({ title: `✔️ ${title}`, text, colour: tone.done })],
    });
  }
  return sheet({
    headline: `${id} waits for you`,
    cards: [card({ title, text, colour: tone.lpm })],
    rows: rows([
      button('Apply', 'success', { name: 'learn', args: { what: 'apply', rewrite: id } }),
      button('Reject', 'secondary', { name: 'learn', args: { what: 'reject', rewrite: id } }),
    ]),
  });
}
