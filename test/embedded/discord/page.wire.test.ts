import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Events, ThreadAutoArchiveDuration } from 'discord.js';
import type { Interaction } from 'discord.js';
import { findBrowser, openPage } from './browser.ts';
import type { Page } from './browser.ts';
import { startAgency, startServer } from './local-agency.ts';
import type { LocalAgency } from './local-agency.ts';

const browser = findBrowser();

/** The page as the Director sees it, with the front desk open. */
async function openAsDirector(agency: LocalAgency): Promise<Page> {
  const page = await openPage(browser ?? '');
  await page.open(`${agency.discord.url}/#token=${agency.discord.directorToken}`);
  await page.until(shows('.place h2', 'front-desk'));
  await page.until('document.querySelector("textarea").placeholder === "Message #front-desk"');
  return page;
}

/** An expression: some element of this kind has this text. */
function shows(selector: string, text: string): string {
  const [kind, wanted] = [selector, text].map((part) => JSON.stringify(part));
  return `[...document.querySelectorAll(${kind})].some((e) => e.textContent.includes(${wanted}))`;
}

/** A bot that asks for more after every answer. */
async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isChatInputCommand()) {
    const button = { type: 2, style: 1, label: 'More', custom_id: 'more' };
    return interaction.reply({
      content: `You asked ${interaction.options.getString('question', true)}`,
      components: [{ type: 1, components: [button] }],
    });
  }
  if (interaction.isButton()) {
    const input = { type: 4, custom_id: 'why', label: 'Why?', style: 2 };
    const components = [{ type: 1, components: [input] }];
    return interaction.showModal({ custom_id: 'm', title: 'Say more', components });
  }
  if (!interaction.isModalSubmit()) return undefined;
  return interaction.reply(`Because ${interaction.fields.getTextInputValue('why')}`);
}

const pressEnter = `document.querySelector('textarea').dispatchEvent(
  new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))`;

describe('the files of the page', () => {
  test('are served under a policy that allows nothing from elsewhere', async () => {
    await using server = await startServer();
    const { url } = server.discord;
    const index = await fetch(url);
    expect(index.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await index.text();
    const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(linked.length).toBeGreaterThan(4);
    for (const path of linked) {
      expect(path).toMatch(/^\/page\//);
      expect((await fetch(url + path)).status).toBe(200);
    }
  });

  test('never turn text into markup', async () => {
    const folder = new URL('../../../src/embedded/discord/page/', import.meta.url);
    for (const name of await readdir(folder)) {
      const text = await readFile(new URL(name, folder), 'utf8');
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    }
  });
});

describe.skipIf(browser === undefined)('the page in a browser', () => {
  test('asks for a token when there is none and says when it is wrong', async () => {
    await using server = await startServer();
    await using page = await openPage(browser ?? '');
    await page.open(server.discord.url);
    await page.until(shows('.login h1', 'Agency (local)'));
    await page.evaluate(`document.querySelector('.login input').value = 'wrong';
      document.querySelector('.login form').requestSubmit()`);
    await page.until(shows('.failure', 'not known'));
    expect(page.errors).toEqual([]);
  });

  test('shows what happens while it happens', async () => {
    await using agency = await startAgency();
    await using page = await openAsDirector(agency);
    const message = await agency.channel.send({
      content: '**loud** and `clear`',
      embeds: [
        { title: 'Plan', author: { name: 'Mara · PM' }, fields: [{ name: 'a', value: 'b' }] },
      ],
    });
    await page.until(shows('.message strong', 'loud'));
    await page.until(shows('.embed-author', 'Mara · PM'));
    await message.edit('changed');
    await page.until(shows('.edited', '(edited)'));
    await message.react('👀');
    await page.until(shows('.reaction', '👀1'));
    await message.pin();
    await page.until(shows('.system', 'pinned a message'));
    await message.startThread({
      name: 'Details',
      autoArchiveDuration: ThreadAutoArchiveDuration.OneDay,
    });
    await page.until(shows('.sidebar .thread', 'Details'));
    await message.delete();
    await page.until(`!${shows('.message', 'changed')}`);
    expect(page.errors).toEqual([]);
  });

  test('keeps what people write as text, and asks for nothing from elsewhere', async () => {
    await using agency = await startAgency();
    await using page = await openAsDirector(agency);
    const attack = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    await agency.channel.send({
      content: `${attack} [x](javascript:alert(1))`,
      embeds: [
        {
          title: attack,
          description: attack,
          author: { name: attack, icon_url: 'https://elsewhere.example/a.png' },
          image: { url: 'https://elsewhere.example/b.png' },
        },
      ],
    });
    await page.until(shows('.embed .text', '<script>'));
    expect(await page.evaluate("document.querySelectorAll('.messages img').length")).toBe(0);
    expect(await page.evaluate("document.querySelectorAll('.messages script').length")).toBe(0);
    expect(await page.evaluate('document.title')).toContain('Agency (local)');
    const foreign = page.requested.filter(
      (url) => !url.startsWith(agency.discord.url) && !url.startsWith('data:'),
    );
    expect(foreign).toEqual([]);
    expect(page.requested.join(' ')).not.toContain(agency.discord.directorToken);
  });

  test('posts what is typed, uses commands, buttons and modals', async () => {
    await using agency = await startAgency();
    await agency.guild.commands.set([
      {
        name: 'ask',
        description: 'Asks',
        options: [{ name: 'question', description: 'What', type: 3, required: true }],
      },
    ]);
    const answers: Promise<unknown>[] = [];
    agency.client.on(Events.InteractionCreate, (interaction) => {
      answers.push(answer(interaction));
    });
    await using page = await openAsDirector(agency);
    await page.evaluate("document.querySelector('textarea').focus()");
    await page.type('hello there');
    await page.evaluate(pressEnter);
    await page.until(shows('.message .text', 'hello there'));
    await page.until("document.querySelector('textarea').value === ''");
    await page.type('/ask how are you?');
    await page.evaluate(pressEnter);
    await page.until(shows('.message .text', 'You asked how are you?'));
    await page.until(shows('.context', 'used /ask'));
    await page.evaluate("document.querySelector('.components .button').click()");
    await page.until(shows('.modal h2', 'Say more'));
    await page.evaluate("document.querySelector('.modal textarea').focus()");
    await page.type('it is late');
    await page.evaluate("document.querySelector('.modal form').requestSubmit()");
    await page.until(shows('.message .text', 'Because it is late'));
    await Promise.all(answers);
    expect(page.errors).toEqual([]);
  });

  test('sends text over the limit as a file, and names of members as mentions', async () => {
    await using agency = await startAgency();
    await using page = await openAsDirector(agency);
    await page.evaluate("document.querySelector('textarea').focus()");
    await page.type('Ask @Sam Specialist and @Ada');
    await page.evaluate(pressEnter);
    await page.until(shows('.mention', '@Sam Specialist'));
    await page.type('x'.repeat(2001));
    await page.evaluate(pressEnter);
    await page.until(shows('.file-name', 'message.txt'));
    const [short, long] = await agency.director.read(agency.channel.id);
    expect(short?.content).toBe(`Ask <@${agency.discord.specialistId}> and @Ada`);
    expect(long).toMatchObject({ content: '', attachments: [{ size: 2001 }] });
  });

  test('comes back by itself after the server was away', async () => {
    await using agency = await startAgency();
    await using page = await openAsDirector(agency);
    await agency.server.restart();
    await agency.director.say(agency.channel.id, 'after the restart');
    await page.until(shows('.message .text', 'after the restart'));
    expect(await page.evaluate("document.querySelector('.status').hidden")).toBe(true);
  });
});
