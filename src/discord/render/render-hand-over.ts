// The end of a project: what was reached, with evidence, and everything in one bundle.
import type { PostBodyOf } from '../../domain/post.ts';
import { count, duration, money } from './amounts.ts';
import { outputRows } from './buttons.ts';
import { criteriaList, criteriaScore } from './criteria.ts';
import { tone } from './palette.ts';
import { bullets, card, fileList, fitsUpload, paragraphs, section, sheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

export function renderHandOver(body: PostBodyOf<'hand-over'>): Sheet {
  const { results, criteria } = body;
  const isWhole = results.every((result) => result.met);
  return sheet({
    headline: `${body.projectId} is done · ${criteriaScore(results)}`,
    cards: [
      card({
        title: `🏁 ${body.title}`,
        text: paragraphs([body.summary, section('Files', fileList([body.bundle, ...body.files]))]),
        facts: [
          { name: 'Cost', value: money(body.microUsd) },
          { name: 'Tokens', value: count(body.tokens) },
          { name: 'Time', value: duration(body.seconds * 1000) },
        ],
        colour: isWhole ? tone.good : tone.warning,
      }),
      card({ title: criteriaScore(results), text: criteriaList(criteria, results) }),
      card({
        text: paragraphs([
          section('Decisions taken', bullets(body.decisions)),
          section('Open risks', bullets(body.openRisks)),
          section('Lessons', bullets(body.lessons)),
        ]),
      }),
    ],
    rows: outputRows(body),
    files: [body.bundle, ...body.files].filter(fitsUpload),
  });
}
