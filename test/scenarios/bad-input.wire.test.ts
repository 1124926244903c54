// What people send by mistake: each is answered in words, nothing of it is acted on in part, and
// nothing that could be read is lost.
import { expect, test } from 'vitest';
import { textOf } from '../../src/demo/seen-text.ts';
import { startTestAgency, until } from '../support/agency.ts';
import { startCast } from '../support/cast.ts';
import { planOf } from '../support/plans.ts';

/** Discord's flag of messages that one person sees. */
const ephemeral = 64;
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);

test('a message that cannot be taken in whole is answered with what is wrong', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  const long = (length: number) => 'Trams. '.repeat(length / 7).padEnd(length, '.');

  // Discord itself refuses what is too long for a message; its clients attach it instead.
  await expect(director.says('director', long(2001))).rejects.toThrow('50035');
  const sent = [
    [{ name: 'message.txt', data: long(20_001) }],
    [{ name: 'empty.txt', data: '' }],
    [{ name: 'photo.png', data: png }],
    [{ name: 'book.txt', data: 'x'.repeat(1_100_000) }],
    [{ name: 'notes.txt', data: png }],
  ];
  for (const files of sent) {
    const { id } = await director.says('director', '', files);
    await until(async () => {
      const after = (await director.reads('director')).filter((one) => BigInt(one.id) > BigInt(id));
      return after.find(({ author }) => author.bot === true) ?? null;
    }, 'an answer');
  }
  const seen = await world.sees('director');
  expect(seen.slice(seen.indexOf('- Director:'))).toMatchInlineSnapshot(`
    "- Director:
        [message.txt]
    - [Paul · Project Manager]
        That has 20,001 characters, and I can take 20,000 at a time. Nothing has happened:
        please shorten it, or say it in several messages.
    - Director:
        [empty.txt]
    - [Paul · Project Manager]
        I found no text in that message.
        empty.txt: it is empty
        Write what you want in words, or attach it as a text file (.txt, .md, .csv or
        .json).
    - Director:
        [photo.png]
    - [Paul · Project Manager]
        I found no text in that message.
        photo.png: I read text files only (.txt, .md, .csv or .json)
        Write what you want in words, or attach it as a text file (.txt, .md, .csv or
        .json).
    - Director:
        [book.txt]
    - [Paul · Project Manager]
        I found no text in that message.
        book.txt: it has 1.1 MB, and I take files up to 1 MB
        Write what you want in words, or attach it as a text file (.txt, .md, .csv or
        .json).
    - Director:
        [notes.txt]
    - [Paul · Project Manager]
        I found no text in that message.
        notes.txt: what is in it is no text
        Write what you want in words, or attach it as a text file (.txt, .md, .csv or
        .json)."
  `);
  expect((await world.agency.readAgency()).projects).toEqual([]);
  expect(await director.uses('director', 'objective', { text: '   ' })).toMatchInlineSnapshot(
    `"⚠️ /objective: text: must not be empty"`,
  );

  await director.says('director', 'Write me a guide to Lisbon.', [
    { name: 'message.txt', data: long(2001) },
    { name: 'photo.png', data: png },
  ]);
  await director.hears('director', 'P1-D1 waits for you');
  await director.hears('director', 'photo.png');
  const project = await world.agency.readProject('P1');
  expect(project?.objective).toContain('Trams.');
  const [, last] = (await world.skims('director')).split('| [message.txt] [photo.png]');
  expect(last).toMatchInlineSnapshot(`
    " | 👀
    - [Paul · Project Manager] | I took in what you wrote, but not everything you
        attached:
    - [Paul · Project Manager] /brief
    - [Paul · Project Manager] | Three days in Lisbon, with a budget.
    - [Paul · Project Manager] /propose /propose
    - [Paul · Project Manager] 2 approaches · P1-D1 waits for you | I see two ways. | 1 ·
        Short | 2 · Long | (1) (2) (Other ideas)"
  `);
});

test('a button that is pressed twice at once counts once', async () => {
  await using model = await startCast(planOf([{}]));
  await using world = await startTestAgency({ modelUrl: model.url });
  const { director } = world;
  await director.says('director', 'Write me a guide to Lisbon.');
  const card = await director.hears('director', 'P1-D1 waits for you');
  const press = () => director.click(card.channel_id, card.id, '/approve decision:P1-D1 choice:1');
  const pressed = await Promise.allSettled([press(), press(), press()]);
  const shown = await Promise.all(
    pressed.map(async (one) => {
      // The card may have lost its buttons before the last click was there.
      if (one.status === 'rejected') return 'too late';
      return until(async () => {
        const { message, follow_ups: more } = await director.interactionResult(one.value);
        const all = [...(message === null ? [] : [message]), ...more];
        const shownHere = all.filter(({ flags }) => ((flags ?? 0) & ephemeral) !== 0);
        return shownHere.length === 0 ? null : shownHere.map((seen) => textOf(seen)).join('\n');
      }, 'what a click shows');
    }),
  );
  const refusals = ['⚠️ P1-D1 was already decided, or never asked.', 'too late'];
  expect(shown.filter((text) => !refusals.includes(text))).toMatchInlineSnapshot(`
    [
      "Approach 1 it is: Short. I am making the plan.",
    ]
  `);
  await director.hears('director', 'P1-D2 waits for you');
  await world.untilQuiet();
  const plans = model.asked.filter(({ kind }) => kind === 'project-manager.plan');
  expect(plans).toHaveLength(1);
});
