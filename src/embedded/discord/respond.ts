// What the bot's answers to an interaction do: a message for everybody or for one person, a
// promise of one, an update of the message with the button, a modal, choices. Surprise: the first
// follow-up after a deferral fills the deferred message, with the visibility the deferral chose.
import { composeEdit, composeMessage, mentionsOf } from './compose.ts';
import { findPlace } from './access.ts';
import { ephemeralChanged, personally } from './events.ts';
import { parseForm } from './form.ts';
import { ChoicesForm, ModalForm } from './forms/interaction.ts';
import { EditedMessage, NewMessage } from './forms/message.ts';
import {
  interactionType,
  messageOfInteraction,
  originalOf,
  placeOfInteraction,
  tellPerson,
} from './interactions.ts';
import { messageFlag, messageType } from './payloads/message.ts';
import {
  editedWith,
  ephemeralHome,
  newMessage,
  postMessage,
  removeMessages,
  saveMessage,
  saveUploads,
} from './post-message.ts';
import type { NewPost } from './post-message.ts';
import { JsonObject } from './records.ts';
import type { Interaction, Message } from './records.ts';
import { invalidForm, refusal } from './refusal.ts';
import type { Upload } from './routing.ts';
import { userOf } from './world.ts';
import type { World } from './world.ts';

export interface Response {
  type: 4 | 5 | 6 | 7 | 8 | 9;
  data: unknown;
  files: Upload[];
}

/** Carries out the first answer. @returns the interaction after it. */
export function acknowledge(
  world: World,
  interaction: Interaction,
  response: Response,
): Interaction {
  requireFitting(interaction, response.type);
  const acknowledged = { ...interaction, responseType: response.type };
  switch (response.type) {
    case 4:
      return say(world, acknowledged, response);
    case 5:
      return promise(world, acknowledged, response);
    case 6:
      return done(world, { ...acknowledged, originalId: interaction.messageId });
    case 7:
      return update(world, acknowledged, response);
    case 8:
      return choose(world, acknowledged, response);
    case 9:
      return openModal(world, acknowledged, response);
  }
}

/** A follow-up, or the filling of a deferred answer. */
export function followUp(
  world: World,
  interaction: Interaction,
  given: { body: unknown; files: Upload[] },
): Message {
  const original = originalOf(world, interaction);
  if (original && (original.flags & messageFlag.loading) !== 0) {
    return editAnswer(world, original, given);
  }
  const { message } = sayMessage(world, interaction, { ...given, isFollowUp: true });
  return message;
}

/** Edits a message of an interaction, wherever it lives. */
export function editAnswer(
  world: World,
  message: Message,
  { body, files }: { body: unknown; files: Upload[] },
): Message {
  const form = parseForm(EditedMessage, body ?? {});
  const draft = composeEdit(world, { form, files, message });
  const place = findPlace(world, message.channelId);
  if (!place) throw refusal('unknownChannel');
  const mentions = mentionsOf(
    world,
    { content: draft.content, allowed: form.allowed_mentions },
    { author: userOf(world, world.settings.botId), place, replied: undefined },
  );
  const wasLoading = (message.flags & messageFlag.loading) !== 0;
  const edited = editedWith(world, message, { draft, mentions });
  const saved = wasLoading ? { ...edited, editedAt: null } : edited;
  saveMessage(world, saved);
  return saved;
}

/** Deletes a message of an interaction, wherever it lives. */
export function deleteAnswer(world: World, interaction: Interaction, messageId: string): void {
  const message = messageOfInteraction(world, interaction, messageId);
  if (!message) throw refusal('unknownMessage');
  const place = findPlace(world, message.channelId);
  const home = ephemeralHome(world, messageId);
  if (!home) {
    if (place) removeMessages(world, place, [messageId]);
    return;
  }
  const ephemeral = home.ephemeral.filter(({ id }) => id !== messageId);
  world.commit([{ put: 'interaction', value: { ...home, ephemeral } }]);
  world.files.remove(message.attachments.map(({ id }) => id));
  const payload = {
    id: messageId,
    channel_id: message.channelId,
    guild_id: world.settings.guildId,
  };
  personally(world, { name: 'MESSAGE_DELETE', userId: home.userId, payload });
}

/** Which answers a kind of interaction allows. */
function requireFitting({ type, messageId }: Interaction, answer: Response['type']): void {
  const isTyping = type === interactionType.autocomplete;
  const updates = answer === 6 || answer === 7;
  const fits =
    isTyping === (answer === 8) &&
    !(updates && messageId === null) &&
    !(answer === 9 && type === interactionType.modal);
  if (fits) return;
  const code = 'INTERACTION_TYPE_INVALID';
  const message = 'This kind of response does not fit the interaction';
  throw invalidForm([{ path: ['type'], code, message }]);
}

function say(world: World, interaction: Interaction, { data, files }: Response): Interaction {
  const answered = sayMessage(world, interaction, { body: data, files, isFollowUp: false });
  tellPerson(world, answered.interaction, { name: 'INTERACTION_SUCCESS' });
  return answered.interaction;
}

function promise(world: World, interaction: Interaction, { data }: Response): Interaction {
  const asked = parseForm(NewMessage, data ?? {});
  const flags = messageFlag.loading | ((asked.flags ?? 0) & messageFlag.ephemeral);
  const { interaction: promised } = deliver(world, interaction, {
    post: { ...answerPost(world, interaction), flags },
    isFollowUp: false,
  });
  tellPerson(world, promised, { name: 'INTERACTION_SUCCESS' });
  return promised;
}

function update(world: World, interaction: Interaction, { data, files }: Response): Interaction {
  const updated = { ...interaction, originalId: interaction.messageId };
  const message = originalOf(world, updated);
  if (!message) throw refusal('unknownMessage');
  editAnswer(world, message, { body: data, files });
  return done(world, updated);
}

function choose(world: World, interaction: Interaction, { data }: Response): Interaction {
  const { choices } = parseForm(ChoicesForm, data ?? {});
  const chosen = { ...interaction, choices: choices.map((choice) => JsonObject.parse(choice)) };
  world.commit([{ put: 'interaction', value: chosen }]);
  const name = 'APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE';
  tellPerson(world, chosen, { name, payload: { choices: chosen.choices } });
  return chosen;
}

function openModal(world: World, interaction: Interaction, { data }: Response): Interaction {
  const modal = JsonObject.parse(parseForm(ModalForm, data ?? {}));
  const opened = { ...interaction, modal };
  world.commit([{ put: 'interaction', value: opened }]);
  const payload = { channel_id: opened.channelId, ...modal };
  tellPerson(world, opened, { name: 'INTERACTION_MODAL_CREATE', payload });
  return opened;
}

function done(world: World, interaction: Interaction): Interaction {
  world.commit([{ put: 'interaction', value: interaction }]);
  tellPerson(world, interaction, { name: 'INTERACTION_SUCCESS' });
  return interaction;
}

function sayMessage(
  world: World,
  interaction: Interaction,
  given: { body: unknown; files: Upload[]; isFollowUp: boolean },
): { interaction: Interaction; message: Message } {
  const form = parseForm(NewMessage, given.body ?? {});
  const author = userOf(world, world.settings.botId);
  const draft = composeMessage(world, { form, files: given.files, author });
  const place = placeOfInteraction(world, interaction);
  const mentions = mentionsOf(
    world,
    { content: draft.content, allowed: form.allowed_mentions },
    { author, place, replied: undefined },
  );
  const post = { ...answerPost(world, interaction), draft, mentions };
  return deliver(world, interaction, { post, isFollowUp: given.isFollowUp });
}

/** Type, reference and provenance of a message that answers this interaction. */
function answerPost(world: World, interaction: Interaction): NewPost {
  const isCommand = interaction.type === interactionType.command;
  const answered = interaction.originalId ?? interaction.messageId ?? '';
  const isQuotable = world.tables.message.has(answered);
  const quotedType = isQuotable ? messageType.reply : messageType.default;
  return {
    place: placeOfInteraction(world, interaction),
    authorId: world.settings.botId,
    type: isCommand && interaction.originalId === null ? messageType.slashAnswer : quotedType,
    reference: isQuotable ? { channelId: interaction.channelId, messageId: answered } : null,
    answers: {
      id: interaction.id,
      type: interaction.type,
      userId: interaction.userId,
      name: interaction.commandName,
    },
  };
}

/** Public: into the channel. Ephemeral: into the interaction, and to its person alone. */
function deliver(
  world: World,
  interaction: Interaction,
  { post, isFollowUp }: { post: NewPost; isFollowUp: boolean },
): { interaction: Interaction; message: Message } {
  const linked = (message: Message): Interaction =>
    isFollowUp
      ? { ...interaction, followUpIds: [...interaction.followUpIds, message.id] }
      : { ...interaction, originalId: message.id };
  const flags = (post.draft?.flags ?? 0) | (post.flags ?? 0);
  if ((flags & messageFlag.ephemeral) === 0) {
    const message = postMessage(world, post, (posted) => [
      { put: 'interaction', value: linked(posted) },
    ]);
    return { interaction: linked(message), message };
  }
  const message = newMessage(world, post);
  saveUploads(world, post.draft?.uploads);
  const kept = linked(message);
  const stored = { ...kept, ephemeral: [...kept.ephemeral, message] };
  world.commit([{ put: 'interaction', value: stored }]);
  ephemeralChanged(world, { name: 'MESSAGE_CREATE', message, userId: interaction.userId });
  return { interaction: stored, message };
}
