// Slash commands, buttons, selects and modals. All are one command of the common language, and each
// is acknowledged inside Discord's three seconds whatever happens behind. The receipt is the
// acknowledgement, and it goes out after the decision is in the database: what a person saw
// acknowledged has happened. Only where deciding takes long, a "thinking…" that promises nothing
// precedes it. Receipts are shown to that person only.
import { ComponentType, MessageFlags, TextInputStyle } from 'discord.js';
import type {
  APIModalInteractionResponseCallbackData,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  InteractionReplyOptions,
  ModalSubmitInteraction,
  StringSelectMenuInteraction,
} from 'discord.js';
import { parseCommandLine } from '../domain/command-language.ts';
import type { CommandLine } from '../domain/command-language.ts';
import type { Receipt } from '../domain/decision.ts';
import type { Command } from '../domain/define-command.ts';
import type { HumanInput } from '../domain/human-input.ts';
import { delay } from '../lib/clock.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { discordLimits } from './discord-limits.ts';
import { codeOf, discordCode } from './errors.ts';
import { commandOf } from './inbound.ts';
import { commandButton, modalMark, rows } from './render/buttons.ts';
import { calm, splitText } from './render/split-text.ts';
import { lineOfSlash, missingArgument, valueOfText } from './slash-commands.ts';
import type { SlashValue } from './slash-commands.ts';
import { reach } from '../lib/points.ts';

export interface InteractionDeps {
  guildId: string;
  commands: readonly Command[];
  input: HumanInput;
  log: Log;
}

/** A receipt that takes longer is preceded by a deferral; half of what Discord allows. */
const promptMs = 1500;
const receiptMessagesMax = 5;

/** Never rejects: what goes wrong is logged, and told to the person while that is possible. */
export async function answerInteraction(
  deps: InteractionDeps,
  interaction: Interaction,
): Promise<void> {
  try {
    if (interaction.isChatInputCommand()) await answerSlash(deps, interaction);
    else if (interaction.isButton()) await answerButton(deps, interaction);
    else if (interaction.isStringSelectMenu()) {
      // What was chosen are further words of the line that the menu's id begins.
      await answerClick(deps, interaction, [interaction.customId, ...interaction.values].join(' '));
    } else if (interaction.isModalSubmit()) await answerModal(deps, interaction);
  } catch (error) {
    const code = codeOf(error);
    const isLate =
      code === discordCode.unknownInteraction || code === discordCode.alreadyAcknowledged;
    const entry = { interaction: interaction.id, code, reason: messageOf(error) };
    if (isLate) deps.log.warn(entry, 'an interaction was answered too late or twice');
    else deps.log.error({ ...entry, err: error }, 'an interaction was not answered');
  }
}

async function answerSlash(
  deps: InteractionDeps,
  interaction: ChatInputCommandInteraction,
): Promise<void> {
  const command = deps.commands.find(({ name }) => name === interaction.commandName);
  const values = interaction.options.data.flatMap(({ name, value }): SlashValue[] =>
    value === undefined ? [] : [{ name, value }],
  );
  const receipt =
    command === undefined
      ? Promise.resolve(refused(`/${interaction.commandName} is not known any more.`))
      : receiptFor(deps, interaction, lineOfSlash(command, values));
  await replyInTime(interaction, receipt);
}

async function answerButton(deps: InteractionDeps, interaction: ButtonInteraction): Promise<void> {
  const { customId } = interaction;
  if (!customId.startsWith(modalMark)) return answerClick(deps, interaction, customId);
  const id = customId.slice(modalMark.length);
  const modal = modalFor(deps, id, labelOf(interaction));
  if (modal === null) await replyInTime(interaction, Promise.resolve(refused(outdated)));
  else await interaction.showModal(modal);
}

function labelOf({ component }: ButtonInteraction): string {
  return 'label' in component ? (component.label ?? '') : '';
}

const outdated = 'This button belongs to an older version. Write the command instead.';

/** @param id the line that lacks one argument; the modal carries it on */
function modalFor(
  deps: InteractionDeps,
  id: string,
  title: string,
): APIModalInteractionResponseCallbackData | null {
  const parsed = parseCommandLine(id);
  if (parsed === null || !parsed.ok) return null;
  const command = deps.commands.find(({ name }) => name === parsed.line.name);
  const argument = command === undefined ? undefined : missingArgument(command, parsed.line);
  if (argument === undefined) return null;
  const { modalLabelChars, modalTextChars, modalTitleChars } = discordLimits;
  const room = argument.isList ? undefined : argument.schema.maxLength;
  return {
    custom_id: id,
    title: (title === '' ? `/${parsed.line.name}` : title).slice(0, modalTitleChars),
    components: [
      {
        type: ComponentType.Label,
        label: asHeading(argument.description).slice(0, modalLabelChars),
        component: {
          type: ComponentType.TextInput,
          custom_id: argument.name,
          style: TextInputStyle.Paragraph,
          required: true,
          min_length: 1,
          max_length: Math.min(room ?? modalTextChars, modalTextChars),
          ...(argument.isList ? { placeholder: 'One per line' } : {}),
        },
      },
    ],
  };
}

function asHeading(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Nothing is acknowledged silently: a click that was lost with its process fails visibly. */
async function answerClick(
  deps: InteractionDeps,
  interaction: ButtonInteraction | StringSelectMenuInteraction,
  text: string,
): Promise<void> {
  const parsed = parseCommandLine(text);
  const receipt =
    parsed === null || !parsed.ok
      ? Promise.resolve(refused(outdated))
      : receiptFor(deps, interaction, parsed.line);
  await replyInTime(interaction, receipt);
}

async function answerModal(
  deps: InteractionDeps,
  interaction: ModalSubmitInteraction,
): Promise<void> {
  const parsed = parseCommandLine(interaction.customId);
  const command = deps.commands.find(
    ({ name }) => parsed?.ok === true && name === parsed.line.name,
  );
  if (parsed === null || !parsed.ok || command === undefined) {
    return replyInTime(interaction, Promise.resolve(refused(outdated)));
  }
  const { line } = parsed;
  const argument = missingArgument(command, line);
  if (argument !== undefined) {
    const text = interaction.fields.getTextInputValue(argument.name);
    line.named[argument.name] = valueOfText(argument, text);
  }
  await replyInTime(interaction, receiptFor(deps, interaction, line));
}

/** Never rejects: an error becomes a refusal that a person can read. */
async function receiptFor(
  deps: InteractionDeps,
  interaction: Interaction,
  line: CommandLine,
): Promise<Receipt> {
  const command = commandOf(interaction, line, deps.guildId);
  if (command === null) return refused('I only work in my own server.');
  reach('interaction.heard');
  try {
    const receipt = await deps.input.onCommand(command);
    reach('interaction.decided');
    return receipt;
  } catch (error) {
    deps.log.error(
      { interaction: interaction.id, line: line.name, err: error },
      'a command failed',
    );
    const reason = error instanceof AppError ? error.forPeople : 'Something broke on my side.';
    return refused(`${reason} Nothing has happened; please try again.`);
  }
}

type Repliable =
  | ChatInputCommandInteraction
  | ButtonInteraction
  | StringSelectMenuInteraction
  | ModalSubmitInteraction;

async function replyInTime(interaction: Repliable, receipt: Promise<Receipt>): Promise<void> {
  const waiting = new AbortController();
  const isPrompt = await Promise.race([
    receipt.then(() => true),
    delay(promptMs, waiting.signal).then(
      () => false,
      () => true,
    ),
  ]);
  waiting.abort();
  if (!isPrompt) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const [first, ...others] = messagesOf(await receipt);
  if (first !== undefined) {
    if (isPrompt) await interaction.reply(first);
    // A follow-up fills the deferred answer.
    else await interaction.followUp(first);
  }
  for (const message of others) await interaction.followUp(message);
}

function refused(reason: string): Receipt {
  return { ok: false, reason };
}

/** Long receipts take several messages; very long ones end in a file, whole. */
function messagesOf(receipt: Receipt): InteractionReplyOptions[] {
  const text = receipt.ok ? receipt.text : `⚠️ ${receipt.reason}`;
  const pieces = splitText(calm(text.trim() === '' ? 'Done.' : text), discordLimits.contentChars);
  const shown = pieces.slice(0, receiptMessagesMax);
  const messages = shown.map((content): InteractionReplyOptions => ({
    content,
    flags: MessageFlags.Ephemeral,
    allowedMentions: { parse: [] },
  }));
  const last = messages.at(-1);
  const buttons = (receipt.ok ? receipt.buttons : undefined) ?? [];
  if (last !== undefined && buttons.length > 0) last.components = rows(buttons.map(commandButton));
  if (last !== undefined && pieces.length > shown.length) {
    last.files = [{ name: 'message.md', attachment: Buffer.from(text) }];
  }
  return messages;
}
