import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixOf } from '../../../src/domain/agent.ts';
import type { Criterion, CriterionResult } from '../../../src/domain/criterion.ts';
import type { PostBody } from '../../../src/domain/post.ts';
import { modalMark } from '../../../src/discord/render/buttons.ts';
import { renderPost } from '../../../src/discord/render/render-post.ts';
import type { Rendered } from '../../../src/discord/render/rendered.ts';
import { splitText } from '../../../src/discord/render/split-text.ts';
import { parseCommandLine } from '../../../src/domain/command-language.ts';
import { arbitraryPost } from './arbitrary-post.ts';
import { expectWithinLimits } from './within-limits.ts';

/** What a person would call the same text: without white space, code marks and invisible spaces. */
const bare = (text: string): string => text.replaceAll(/[\s`\u200b]/g, '');

test('every post that can exist keeps every limit of Discord', () => {
  fc.assert(
    fc.property(arbitraryPost, (post) => {
      const messages = renderPost(post);
      expect(messages.length).toBeGreaterThan(0);
      messages.forEach(expectWithinLimits);
    }),
    { numRuns: 300 },
  );
});

test('no word of a post is lost: it is shown, or stands in the attached file', () => {
  fc.assert(
    fc.property(arbitraryPost, (post) => {
      const shown = shownBy(renderPost(post));
      for (const words of wordsOf(post.body)) {
        expect(shown.some((text) => text.includes(bare(words)))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('the same post always gives the same messages, and the first one begins with its prefix', () => {
  fc.assert(
    fc.property(arbitraryPost, (post) => {
      const messages = renderPost(post);
      expect(renderPost(post)).toEqual(messages);
      const visible = bare(messages[0]?.content ?? '');
      expect(visible.startsWith(bare(prefixOf(post.speaker)).slice(0, 40))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('every button is a line of the common language', () => {
  fc.assert(
    fc.property(arbitraryPost, (post) => {
      const buttons = renderPost(post).flatMap(({ components }) =>
        components.flatMap((row) => row.components),
      );
      for (const { custom_id: id } of buttons) {
        const line = id.startsWith(modalMark) ? id.slice(modalMark.length) : id;
        expect(parseCommandLine(line)).toMatchObject({ ok: true });
      }
    }),
    { numRuns: 100 },
  );
});

test('a text can never ping everybody', () => {
  fc.assert(
    fc.property(arbitraryPost, (post) => {
      for (const { content, embeds } of renderPost(post)) {
        expect(content).not.toMatch(/@(everyone|here)/);
        expect(JSON.stringify(embeds)).not.toMatch(/@(everyone|here)/);
      }
    }),
    { numRuns: 100 },
  );
});

test('pieces of a split text are within their limit and make up the text again', () => {
  const parts = fc.constantFrom(
    'word ',
    '\n',
    '\n\n',
    '```ts\n',
    '```\n',
    'x'.repeat(150),
    '𝒳',
    ' ',
  );
  const texts = fc.array(parts, { maxLength: 200 }).map((all) => all.join(''));
  fc.assert(
    fc.property(texts, fc.integer({ min: 100, max: 400 }), (text, max) => {
      const pieces = splitText(text, max);
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(max);
        expect(piece.isWellFormed()).toBe(true);
      }
      const letters = (whole: string): string => whole.replaceAll(/```(ts)?|\s/g, '');
      expect(letters(pieces.join('\n'))).toBe(letters(text));
    }),
    { numRuns: 500 },
  );
});

test('a code block that is cut is closed and opened again in the same language', () => {
  const code = Array.from({ length: 12 }, (_, n) => `  line(${n});`).join('\n');
  const pieces = splitText(`Look:\n\`\`\`ts\n${code}\n\`\`\`\nDone.`, 100);
  expect(pieces).toMatchInlineSnapshot(`
    [
      "Look:
    \`\`\`ts
      line(0);
      line(1);
      line(2);
      line(3);
      line(4);
      line(5);
      line(6);
    \`\`\`",
      "\`\`\`ts
      line(7);
      line(8);
      line(9);
      line(10);
      line(11);
    \`\`\`
    Done.",
    ]
  `);
});

function shownBy(messages: readonly Rendered[]): string[] {
  const embeds = messages.flatMap((message) => message.embeds);
  return [
    messages.map((message) => message.content).join(''),
    embeds.map((embed) => embed.description ?? '').join(''),
    embeds.map((embed) => embed.title ?? '').join(''),
    embeds.flatMap((embed) => (embed.fields ?? []).map((field) => field.value)).join(''),
    messages.flatMap((message) => message.texts.map(({ text }) => text)).join(''),
  ].map(bare);
}

/** Everything in a body that people must be able to read. */
function wordsOf(body: PostBody): string[] {
  switch (body.type) {
    case 'speech':
    case 'question':
      return [body.text];
    case 'command':
      return [body.line, body.text ?? ''];
    case 'questions':
      return [body.text, ...body.questions];
    case 'approaches':
      return [
        body.text,
        ...body.approaches.flatMap(({ approach }) => [
          approach.title,
          approach.get,
          approach.leftOut,
          ...approach.streams,
          approach.risk,
        ]),
      ];
    case 'plan':
      return [
        body.plan.title,
        body.plan.summary,
        ...body.plan.outputs.flatMap(({ title, criteria }) => [title, ...textsOf(criteria, [])]),
        ...body.plan.streams.flatMap(({ title, purpose }) => [title, purpose]),
        ...body.plan.tasks.map(({ title }) => title),
        ...body.seats.flatMap(({ label, why }) => [label, why]),
        ...body.faults,
      ];
    case 'learning-report':
      return [...body.advice.map(({ text }) => text), ...body.refused, body.failure ?? ''];
    case 'rewrite':
      return [body.hypothesis, body.outcome ?? '', ...body.evidence.map(({ text }) => text)];
    case 'specialist-card':
      return [body.why, ...body.agent.skills, ...Object.values(body.agent.persona ?? {})];
    case 'assignment':
      return [body.title, body.brief, body.why, body.model, ...textsOf(body.criteria, [])];
    case 'output':
      return [
        body.line,
        body.title,
        body.summary,
        ...body.openPoints,
        ...textsOf(body.criteria, body.checks),
      ];
    case 'verdict':
      return [
        body.line ?? '',
        body.title,
        body.text ?? '',
        ...body.reasons,
        ...textsOf(body.criteria, body.results),
      ];
    case 'handoff':
      return [body.line, body.summary, ...body.openPoints, ...body.to.map(({ agent }) => agent)];
    case 'decision':
      return [body.decision.title, body.decision.why, body.outcome ?? ''];
    case 'deliverable':
      return [body.title, body.author, body.approver, ...textsOf(body.criteria, body.results)];
    case 'hand-over':
      return [
        body.title,
        body.summary,
        ...textsOf(body.criteria, body.results),
        ...body.decisions,
        ...body.openRisks,
        ...body.lessons,
      ];
    case 'notice':
      return [body.title, body.text];
    case 'status':
      return [
        body.view.title,
        ...body.view.tasks.flatMap(({ title, assignee }) => [title, assignee ?? '']),
        ...body.view.waiting.map(({ title }) => title),
        ...body.view.working.flatMap(({ agent, what }) => [agent, what]),
      ];
  }
}

function textsOf(criteria: readonly Criterion[], results: readonly CriterionResult[]): string[] {
  // The newest of two results for one criterion is a matter of the domain; the first is shown.
  const seen = new Set<string>();
  const first = results.filter(({ criterion }) => !seen.has(criterion) && seen.add(criterion));
  return [...criteria.map(({ text }) => text), ...first.map(({ evidence }) => evidence)];
}
