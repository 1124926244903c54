// The life of an interaction: a person starts it, the bot acknowledges within three seconds, then
// has fifteen minutes to edit and follow up. What only that person sees is kept in the record.
//
//   state    | acknowledged by            | then
//   pending  | 4 message, 7 update, 8, 9  | answered
//            | 5, 6                       | deferred → answered by an edit; 6 is at once
//            | nobody for 3 s             | failed; the late call gets 10062
//   any but pending | a second callback   | 40060
import { randomBytes } from 'node:crypto';
import { findPlace, permissionsAt } from './access.ts';
import type { Place } from './access.ts';
import { everyIntent } from './dispatch.ts';
import { personally } from './events.ts';
import { discordLimits, serverLimits } from './limits.ts';
import { memberPayload, placePayload } from './payloads/guild.ts';
import { messageEvent, messageFlag, messagePayload } from './payloads/message.ts';
import { ephemeralHome } from './post-message.ts';
import { dropped } from './records.ts';
import type { Attachment, Interaction, Message, User } from './records.ts';
import { refusal } from './refusal.ts';
import { instantOf } from './snowflake.ts';
import type { World } from './world.ts';

export const interactionType = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

export interface NewInteraction {
  type: number;
  user: User;
  place: Place;
  nonce: string | null | undefined;
  /** What the bot gets as `data`. */
  data: object;
  commandName?: string;
  message?: Message | undefined;
  uploads?: Attachment[];
}

/** Stores an interaction and hands it to the bot. */
export function startInteraction(world: World, given: NewInteraction): Interaction {
  forgetOld(world);
  const interaction: Interaction = {
    id: world.snowflakes.next(),
    token: randomBytes(60).toString('base64url'),
    type: given.type,
    userId: given.user.id,
    channelId: given.place.id,
    commandName: given.commandName ?? null,
    nonce: given.nonce ?? null,
    messageId: given.message?.id ?? null,
    responseType: null,
    originalId: null,
    modal: null,
    choices: null,
    ephemeral: [],
    followUpIds: [],
    uploads: given.uploads ?? [],
  };
  world.commit([{ put: 'interaction', value: interaction }]);
  const payload = eventOf(world, interaction, given);
  personally(world, { name: 'INTERACTION_CREATE', userId: world.settings.botId, payload });
  setTimeout(() => announceFailure(world, interaction.id), discordLimits.interactionAckMs).unref();
  return interaction;
}

export type InteractionState = 'pending' | 'deferred' | 'answered' | 'failed';

export function stateOf(world: World, interaction: Interaction): InteractionState {
  const isOpen = interaction.responseType === null;
  if (isOpen) return isTooLate(world, interaction) ? 'failed' : 'pending';
  const original = originalOf(world, interaction);
  const isLoading = original !== undefined && (original.flags & messageFlag.loading) !== 0;
  return interaction.responseType === 5 && isLoading ? 'deferred' : 'answered';
}

/** More than three seconds have passed without an acknowledgement. */
export function isTooLate(world: World, interaction: Interaction): boolean {
  return world.clock.now() - instantOf(interaction.id) > discordLimits.interactionAckMs;
}

/** @throws Refusal 50027 when the token is unknown or older than fifteen minutes. */
export function interactionOfToken(world: World, token: string): Interaction {
  for (const interaction of world.tables.interaction.values()) {
    if (interaction.token !== token) continue;
    const age = world.clock.now() - instantOf(interaction.id);
    if (age > discordLimits.interactionTokenMs) break;
    return interaction;
  }
  throw refusal('invalidWebhookToken');
}

/** The message that `@original` means: public, or seen by one person. */
export function originalOf(world: World, interaction: Interaction): Message | undefined {
  return interaction.originalId === null
    ? undefined
    : messageOfInteraction(world, interaction, interaction.originalId);
}

/** A message that this interaction may read and change. */
export function messageOfInteraction(
  world: World,
  interaction: Interaction,
  messageId: string,
): Message | undefined {
  const isItsOwn =
    interaction.originalId === messageId || interaction.followUpIds.includes(messageId);
  if (!isItsOwn) return undefined;
  const stored = world.tables.message.get(messageId);
  // An update of an ephemeral message reaches into the interaction that made it.
  const home = stored ? undefined : ephemeralHome(world, messageId);
  return stored ?? home?.ephemeral.find(({ id }) => id === messageId);
}

/** A message with components as this person sees it, ephemeral ones included. */
export function messageSeenBy(
  world: World,
  userId: string,
  { place, messageId }: { place: Place; messageId: string },
): Message | undefined {
  const stored = world.tables.message.get(messageId);
  if (stored) return stored.channelId === place.id ? stored : undefined;
  const home = ephemeralHome(world, messageId);
  if (home?.userId !== userId) return undefined;
  return home.ephemeral.find(({ id, channelId }) => id === messageId && channelId === place.id);
}

/** Our extension: what a person learns of an interaction of his own. */
export function interactionPayload(world: World, interaction: Interaction): object {
  const payloadOf = (id: string): object[] => {
    const message = messageOfInteraction(world, interaction, id);
    return message ? [messagePayload(world, message, interaction.userId)] : [];
  };
  return {
    id: interaction.id,
    type: interaction.type,
    channel_id: interaction.channelId,
    state: stateOf(world, interaction),
    response_type: interaction.responseType,
    message:
      interaction.originalId === null ? null : (payloadOf(interaction.originalId)[0] ?? null),
    follow_ups: interaction.followUpIds.flatMap(payloadOf),
    modal: interaction.modal,
    choices: interaction.choices,
  };
}

/** Tells the person's own client, as Discord's gateway does. */
export function tellPerson(world: World, interaction: Interaction, event: PersonEvent): void {
  const { id, nonce, userId } = interaction;
  personally(world, { name: event.name, userId, payload: { id, nonce, ...event.payload } });
}

interface PersonEvent {
  name:
    | 'INTERACTION_SUCCESS'
    | 'INTERACTION_FAILURE'
    | 'INTERACTION_MODAL_CREATE'
    | 'APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE';
  payload?: object;
}

function announceFailure(world: World, id: string): void {
  const interaction = world.tables.interaction.get(id);
  if (!interaction || interaction.responseType !== null) return;
  tellPerson(world, interaction, { name: 'INTERACTION_FAILURE' });
  world.interactions.emit(id);
}

function eventOf(world: World, interaction: Interaction, given: NewInteraction): object {
  const { guildId, botId } = world.settings;
  const { user, place, message } = given;
  const member = world.tables.member.get(user.id);
  const bot = { userId: botId, isBot: true, intents: everyIntent };
  return {
    id: interaction.id,
    application_id: botId,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data: given.data,
    guild_id: guildId,
    guild: { id: guildId, locale: 'en-US', features: [] },
    channel_id: place.id,
    channel: placePayload(world, place.id, user.id),
    ...(member
      ? {
          member: {
            ...memberPayload(world, member),
            permissions: permissionsAt(world, user.id, place).toString(),
          },
        }
      : {}),
    ...(message ? { message: messageEvent(world, message, bot) } : {}),
    app_permissions: permissionsAt(world, botId, place).toString(),
    locale: 'en-US',
    guild_locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: { 0: guildId },
    context: 0,
    attachment_size_limit: discordLimits.fileBytes,
  };
}

/** Drops records that nobody can use any more, oldest first. */
function forgetOld(world: World): void {
  const { interaction: all } = world.tables;
  const old: Interaction[] = [];
  for (const interaction of all.values()) {
    const age = world.clock.now() - instantOf(interaction.id);
    const isSurplus = all.size - old.length >= serverLimits.interactionsKept;
    if (age < serverLimits.interactionKeptMs && !isSurplus) break;
    old.push(interaction);
  }
  if (old.length === 0) return;
  world.commit(old.map(({ id }) => dropped('interaction', id)));
  world.files.remove(
    old.flatMap(({ uploads, ephemeral }) => [
      ...uploads.map(({ id }) => id),
      ...ephemeral.flatMap(({ attachments }) => attachments.map(({ id }) => id)),
    ]),
  );
}

/** Where an interaction happens. @throws Refusal 10003 when the channel is gone. */
export function placeOfInteraction(world: World, interaction: Interaction): Place {
  const place = findPlace(world, interaction.channelId);
  if (!place) throw refusal('unknownChannel');
  return place;
}
