import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf, recogniser } from '../../src/discord/fingerprint.ts';
import { renderPost } from '../../src/discord/render/render-post.ts';
import type { Rendered } from '../../src/discord/render/rendered.ts';
import { file, post, statusView } from './render/sample-posts.ts';

const words = fc.stringMatching(/^[\p{L}\p{N} .,!?*_`\n-]{1,60}$/u);

/** What Discord is known, or may be feared, to do to a text on its way into the history. */
function asKept(text: string): string {
  return text
    .trim()
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll('\u200b', '')
    .normalize('NFC');
}

function only(messages: readonly Rendered[]): Rendered {
  const [message] = messages;
  if (message === undefined) throw new Error('no message');
  return message;
}

test('a message is recognised after Discord has trimmed and stripped it', () => {
  fc.assert(
    fc.property(words, words, (text, title) => {
      const speech = post({ type: 'notice', tone: 'info', title, text: `${text}\n\n\u200b` });
      const message = only(renderPost(speech));
      const kept = {
        content: asKept(message.content),
        embeds: message.embeds.map((embed) => ({
          ...embed,
          title: asKept(embed.title ?? ''),
          description: asKept(embed.description ?? ''),
        })),
        attachments: [],
      };
      expect(recogniser(speech, message)(kept)).toBe(true);
    }),
  );
});

test('a file is recognised by what Discord makes of its name, and by its size', () => {
  const said = (filename: string, size = 5) => {
    return fingerprintOf({ content: 'Files', embeds: [], attachments: [{ filename, size }] });
  };
  expect(said('Größe 1 (new).md')).toBe(said('Gr_e_1_new.md'));
  expect(said('Größe 1.md')).not.toBe(said('Gr_e_2.md'));
  expect(said('notes.md', 5)).not.toBe(said('notes.md', 6));
  const deliverable = post({
    type: 'deliverable',
    title: 'Sizes',
    files: [file('speakers list.md', 812)],
    results: [],
    criteria: [],
    author: 'Ada',
    approver: 'Bruno',
  });
  const message = only(renderPost(deliverable));
  const isIt = recogniser(deliverable, message);
  const attachments = [{ filename: 'speakers_list.md', size: 812 }];
  expect(isIt({ ...message, attachments })).toBe(true);
  expect(isIt({ ...message, attachments: [] })).toBe(false);
});

test('messages with other words, speakers or facts are not taken for each other', () => {
  const one = post({ type: 'speech', text: 'Monday is full.' });
  const isOne = recogniser(one, only(renderPost(one)));
  const said = (other: typeof one) => ({ ...only(renderPost(other)), attachments: [] });
  expect(isOne(said(one))).toBe(true);
  expect(isOne(said(post({ type: 'speech', text: 'Sunday is full.' })))).toBe(false);
  const speaker = { ...one.speaker, name: 'Bruno' };
  expect(isOne(said({ ...one, speaker }))).toBe(false);
});

test('a status is recognised by its project, whatever has come of it', () => {
  const at = (projectId: string, phase: 'running' | 'done') =>
    post({ type: 'status', view: { ...statusView, projectId, phase } }, { pin: true });
  const isStatus = recogniser(at('P1', 'running'), only(renderPost(at('P1', 'running'))));
  const said = (other: ReturnType<typeof at>) => ({
    ...only(renderPost(other)),
    attachments: [],
  });
  expect(isStatus(said(at('P1', 'done')))).toBe(true);
  expect(isStatus(said(at('P11', 'running')))).toBe(false);
  expect(isStatus(said(post({ type: 'speech', text: 'P1 · done' })))).toBe(false);
});
