import { describe, expect, test } from 'vitest';
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ButtonBuilder,
  ButtonStyle,
  DiscordAPIError,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  ModalSubmitInteraction,
  StringSelectMenuInteraction,
} from 'discord.js';
import { systemClock } from '../../../src/lib/clock.ts';
import { next, startAgency } from './local-agency.ts';
import type { LocalAgency } from './local-agency.ts';

const commands = [
  {
    name: 'ask',
    description: 'Asks the agency',
    options: [
      {
        name: 'question',
        description: 'What',
        type: ApplicationCommandOptionType.String,
        required: true,
      },
      { name: 'times', description: 'How often', type: ApplicationCommandOptionType.Integer },
    ],
  },
  {
    name: 'project',
    description: 'Projects',
    options: [
      {
        name: 'open',
        description: 'Opens one',
        type: ApplicationCommandOptionType.Subcommand,
        options: [
          {
            name: 'name',
            description: 'Which',
            type: ApplicationCommandOptionType.String,
            autocomplete: true,
          },
        ],
      },
    ],
  },
  {
    name: 'read',
    description: 'Reads a file',
    options: [
      {
        name: 'file',
        description: 'Which',
        type: ApplicationCommandOptionType.Attachment,
        required: true,
      },
    ],
  },
] as const;

async function startWithCommands(): Promise<LocalAgency> {
  const agency = await startAgency();
  await agency.guild.commands.set(commands);
  return agency;
}

/** The next interaction as the kind the test expects it to be. */
async function nextInteraction<T extends Interaction>(agency: LocalAgency): Promise<T> {
  return (await next<Interaction>(agency.client, 'interactionCreate')) as T; // the test's own claim
}

function ask(agency: LocalAgency, options: Record<string, string | number> = { question: 'Why?' }) {
  const { director, discord, channel } = agency;
  return director.slash({
    guildId: discord.guildId,
    channelId: channel.id,
    name: 'ask',
    options,
  });
}

describe('commands', () => {
  test('a command set twice keeps its id, and one left out is gone', async () => {
    await using agency = await startAgency();
    const first = await agency.guild.commands.set(commands);
    const second = await agency.guild.commands.set(commands.slice(0, 2));
    expect(second.map(({ name }) => name)).toEqual(['ask', 'project']);
    const idOf = (set: typeof first) => set.find(({ name }) => name === 'ask')?.id;
    expect(idOf(second)).toBe(idOf(first));
  });

  test('a person uses a command and everybody reads the answer', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    const id = await ask(agency, { question: 'Why?', times: 2 });
    const interaction = await asked;
    expect(interaction.options.getString('question', true)).toBe('Why?');
    expect(interaction.options.getInteger('times')).toBe(2);
    expect(interaction.user.id).toBe(agency.discord.directorId);
    expect(interaction.memberPermissions?.has('Administrator')).toBe(true);
    await interaction.reply('Because.');
    const result = await agency.director.interactionResult(id);
    expect(result).toMatchObject({ state: 'answered', message: { content: 'Because.', type: 20 } });
    const [seen] = await agency.stranger.read(agency.channel.id);
    expect(seen?.content).toBe('Because.');
  });

  test('a deferred answer is filled later, and a follow-up comes after it', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    const id = await ask(agency);
    const interaction = await asked;
    await interaction.deferReply();
    expect((await agency.director.interactionResult(id, false)).state).toBe('deferred');
    await interaction.editReply('Filled.');
    await interaction.followUp('And more.');
    const result = await agency.director.interactionResult(id);
    expect(result.message?.content).toBe('Filled.');
    expect(result.follow_ups.map(({ content }) => content)).toEqual(['And more.']);
    const read = await agency.director.read(agency.channel.id);
    expect(read.map(({ content }) => content)).toEqual(['Filled.', 'And more.']);
  });

  test('the first follow-up after a deferral fills the deferred answer', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    await ask(agency);
    const interaction = await asked;
    await interaction.deferReply();
    await interaction.followUp('Filled by a follow-up.');
    const read = await agency.director.read(agency.channel.id);
    expect(read.map(({ content }) => content)).toEqual(['Filled by a follow-up.']);
  });

  test('an ephemeral answer is seen by its person alone and never stands in the channel', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    const id = await ask(agency);
    const interaction = await asked;
    await interaction.reply({ content: 'Only you.', flags: MessageFlags.Ephemeral });
    await interaction.editReply('Only you, edited.');
    const result = await agency.director.interactionResult(id);
    expect(result.message).toMatchObject({ content: 'Only you, edited.', flags: 64 });
    expect(await agency.director.read(agency.channel.id)).toEqual([]);
    await expect(agency.stranger.interactionResult(id)).rejects.toThrow('10062');
    await interaction.deleteReply();
    expect((await agency.director.interactionResult(id)).message).toBeNull();
  });

  test('an option that is missing, unknown or of another type is refused', async () => {
    await using agency = await startWithCommands();
    await expect(ask(agency, {})).rejects.toThrow('50035');
    await expect(ask(agency, { question: 'Why?', times: 'twice' })).rejects.toThrow('50035');
    await expect(ask(agency, { question: 'Why?', other: 1 })).rejects.toThrow('50035');
  });

  test('autocomplete offers what the bot suggests for the words so far', async () => {
    await using agency = await startWithCommands();
    const { director, discord, channel } = agency;
    const typing = nextInteraction<AutocompleteInteraction>(agency).then(async (interaction) => {
      const focused = interaction.options.getFocused();
      await interaction.respond([{ name: `${focused}ollo`, value: 'apollo' }]);
      return interaction.options.getSubcommand();
    });
    const choices = await director.complete({
      guildId: discord.guildId,
      channelId: channel.id,
      name: 'project open',
      options: { name: 'Ap' },
      focused: 'name',
    });
    expect(choices).toEqual([{ name: 'Apollo', value: 'apollo' }]);
    expect(await typing).toBe('open');
  });

  test('a file can be an option', async () => {
    await using agency = await startWithCommands();
    const { director, discord, channel } = agency;
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    await director.slash({
      guildId: discord.guildId,
      channelId: channel.id,
      name: 'read',
      options: { file: '0' },
      files: [{ name: 'notes.txt', data: 'three lines' }],
    });
    const file = (await asked).options.getAttachment('file', true);
    expect(file).toMatchObject({ name: 'notes.txt', size: 11 });
    expect(await (await fetch(file.url)).text()).toBe('three lines');
  });
});

describe('components', () => {
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('approve').setLabel('Approve').setStyle(ButtonStyle.Success),
    new ButtonBuilder()
      .setCustomId('closed')
      .setLabel('Closed')
      .setStyle(ButtonStyle.Secondary)
      .setDisabled(true),
  );

  test('a click updates the message it stands under', async () => {
    await using agency = await startAgency();
    const message = await agency.channel.send({ content: 'Approve?', components: [row] });
    const clicked = nextInteraction<ButtonInteraction>(agency);
    const id = await agency.director.click(agency.channel.id, message.id, 'approve');
    const interaction = await clicked;
    expect(interaction.message.id).toBe(message.id);
    await interaction.update({ content: 'Approved.', components: [] });
    expect(await agency.director.interactionResult(id)).toMatchObject({
      state: 'answered',
      message: { id: message.id, content: 'Approved.', components: [] },
    });
  });

  test('a button that is disabled or not there cannot be clicked', async () => {
    await using agency = await startAgency();
    const message = await agency.channel.send({ content: 'Approve?', components: [row] });
    const click = (customId: string) =>
      agency.director.click(agency.channel.id, message.id, customId);
    await expect(click('closed')).rejects.toThrow('50035');
    await expect(click('other')).rejects.toThrow('50035');
  });

  test('a button of an ephemeral message works for the person who sees it', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    const id = await ask(agency);
    await (await asked).reply({ components: [row], flags: MessageFlags.Ephemeral });
    const { message } = await agency.director.interactionResult(id);
    const messageId = message?.id ?? '';
    const { channel, director, specialist } = agency;
    await expect(specialist.click(channel.id, messageId, 'approve')).rejects.toThrow('10008');
    const clicked = nextInteraction<ButtonInteraction>(agency);
    const clickId = await director.click(channel.id, messageId, 'approve');
    await (await clicked).update({ content: 'Noted.', components: [] });
    expect((await director.interactionResult(clickId)).message?.content).toBe('Noted.');
    expect((await director.interactionResult(id)).message?.content).toBe('Noted.');
    expect(await director.read(channel.id)).toEqual([]);
  });

  test('a choice in a select reaches the bot, a value that is not offered does not', async () => {
    await using agency = await startAgency();
    const select = new StringSelectMenuBuilder()
      .setCustomId('approach')
      .addOptions({ label: 'Fast', value: 'fast' }, { label: 'Sound', value: 'sound' });
    const message = await agency.channel.send({
      components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select)],
    });
    const choose = (value: string) =>
      agency.director.choose(agency.channel.id, message.id, {
        customId: 'approach',
        values: [value],
      });
    await expect(choose('cheap')).rejects.toThrow('50035');
    const chosen = nextInteraction<StringSelectMenuInteraction>(agency);
    const id = await choose('sound');
    const interaction = await chosen;
    expect(interaction.values).toEqual(['sound']);
    await interaction.deferUpdate();
    expect((await agency.director.interactionResult(id)).state).toBe('answered');
  });

  test('a button opens a modal, and what is filled in comes back', async () => {
    await using agency = await startAgency();
    const { channel, director } = agency;
    const message = await channel.send({ content: 'Plan', components: [row] });
    const clicked = nextInteraction<ButtonInteraction>(agency);
    const opened = await director.click(channel.id, message.id, 'approve');
    const why = new TextInputBuilder()
      .setCustomId('why')
      .setStyle(TextInputStyle.Paragraph)
      .setMaxLength(20);
    await (
      await clicked
    ).showModal(
      new ModalBuilder()
        .setCustomId('reasons')
        .setTitle('Reasons')
        .addLabelComponents(new LabelBuilder().setLabel('Why?').setTextInputComponent(why)),
    );
    expect((await director.interactionResult(opened)).modal?.title).toBe('Reasons');
    await expect(director.submitModal(opened, { why: 'x'.repeat(21) })).rejects.toThrow('50035');
    const submitted = nextInteraction<ModalSubmitInteraction>(agency);
    const id = await director.submitModal(opened, { why: 'It is sound.' });
    const interaction = await submitted;
    expect(interaction.fields.getTextInputValue('why')).toBe('It is sound.');
    expect(interaction.isFromMessage()).toBe(true);
    await interaction.reply('Thanks.');
    expect((await director.interactionResult(id)).message).toMatchObject({
      content: 'Thanks.',
      message_reference: { message_id: message.id },
    });
  });
});

describe('acknowledging', () => {
  test('a second acknowledgement is refused with 40060', async () => {
    await using agency = await startWithCommands();
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    await ask(agency);
    const interaction = await asked;
    await interaction.reply('One.');
    interaction.replied = false;
    expect(await codeOf(interaction.reply('Two.'))).toBe(40060);
  });

  test('after three seconds the interaction has failed and 10062 is the answer', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    await using agency = await startAgency({ clock });
    await agency.guild.commands.set(commands);
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    const id = await ask(agency);
    const interaction = await asked;
    ahead = 3_100;
    expect((await agency.director.interactionResult(id)).state).toBe('failed');
    expect(await codeOf(interaction.reply('Late.'))).toBe(10062);
  });

  test('after fifteen minutes the token is invalid', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    await using agency = await startAgency({ clock });
    await agency.guild.commands.set(commands);
    const asked = nextInteraction<ChatInputCommandInteraction>(agency);
    await ask(agency);
    const interaction = await asked;
    await interaction.reply('In time.');
    ahead = 15 * 60_000 + 1_000;
    expect(await codeOf(interaction.editReply('Too late.'))).toBe(50027);
  });
});

async function codeOf(refused: Promise<unknown>): Promise<number | string | undefined> {
  try {
    await refused;
    return undefined;
  } catch (error) {
    if (error instanceof DiscordAPIError) return error.code;
    throw error;
  }
}
