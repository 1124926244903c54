// The bot's side of interactions: the callback within three seconds, then edits and follow-ups
// through the webhook routes with the interaction's token. These carry their right in the path.
import { parseForm } from '../form.ts';
import { CallbackForm } from '../forms/interaction.ts';
import {
  interactionOfToken,
  isTooLate,
  messageOfInteraction,
  originalOf,
} from '../interactions.ts';
import { messageFlag, messagePayload } from '../payloads/message.ts';
import type { Interaction, Message } from '../records.ts';
import { refusal } from '../refusal.ts';
import { acknowledge, deleteAnswer, editAnswer, followUp } from '../respond.ts';
import { nothing, ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import type { World } from '../world.ts';

export const responseRoutes: Route[] = [
  route('public', 'POST /interactions/:interaction/:token/callback', callback),
  route('public', 'POST /webhooks/:application/:token', createFollowUp),
  route('public', 'GET /webhooks/:application/:token/messages/:message', readAnswer),
  route('public', 'PATCH /webhooks/:application/:token/messages/:message', changeAnswer),
  route('public', 'DELETE /webhooks/:application/:token/messages/:message', removeAnswer),
];

function callback(world: World, call: Call): Answer {
  const interaction = world.tables.interaction.get(call.param('interaction'));
  if (interaction?.token !== call.param('token')) throw refusal('unknownInteraction');
  if (interaction.responseType !== null) throw refusal('alreadyAcknowledged');
  if (isTooLate(world, interaction)) throw refusal('unknownInteraction');
  const { type, data } = parseForm(CallbackForm, call.body);
  const answered = acknowledge(world, interaction, { type, data, files: call.files });
  if (call.query['with_response'] !== 'true') return nothing;
  return ok(callbackPayload(world, answered));
}

function callbackPayload(world: World, interaction: Interaction): object {
  const message = originalOf(world, interaction);
  const flags = message?.flags ?? 0;
  const body = {
    id: interaction.id,
    type: interaction.type,
    response_message_loading: (flags & messageFlag.loading) !== 0,
    response_message_ephemeral: (flags & messageFlag.ephemeral) !== 0,
  };
  if (!message) return { interaction: body };
  return {
    interaction: { ...body, response_message_id: message.id },
    resource: {
      type: interaction.responseType,
      message: messagePayload(world, message, world.settings.botId),
    },
  };
}

function createFollowUp(world: World, call: Call): Answer {
  const message = followUp(world, acknowledgedOne(world, call), call);
  return ok(messagePayload(world, message, call.user.id));
}

function readAnswer(world: World, call: Call): Answer {
  return ok(messagePayload(world, answerOf(world, call).message, call.user.id));
}

function changeAnswer(world: World, call: Call): Answer {
  const { message } = answerOf(world, call);
  return ok(messagePayload(world, editAnswer(world, message, call), call.user.id));
}

function removeAnswer(world: World, call: Call): Answer {
  const { interaction, message } = answerOf(world, call);
  deleteAnswer(world, interaction, message.id);
  return nothing;
}

/** @throws Refusal 10015 before the first answer, as there is nothing to follow up on. */
function acknowledgedOne(world: World, call: Call): Interaction {
  if (call.param('application') !== world.settings.botId) throw refusal('unknownWebhook');
  const interaction = interactionOfToken(world, call.param('token'));
  if (interaction.responseType === null) throw refusal('unknownWebhook');
  return interaction;
}

function answerOf(world: World, call: Call): { interaction: Interaction; message: Message } {
  const interaction = acknowledgedOne(world, call);
  const named = call.param('message');
  const messageId = named === '@original' ? interaction.originalId : named;
  const message =
    messageId === null ? undefined : messageOfInteraction(world, interaction, messageId);
  if (!message) throw refusal('unknownMessage');
  return { interaction, message };
}
