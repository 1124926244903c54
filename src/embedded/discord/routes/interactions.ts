// The person's side of interactions: use a command, a component or a modal, type in an
// autocomplete, and (our extension) read what came of it. Everything is checked against what the
// bot registered or posted before the bot hears of it.
import { once } from 'node:events';
import { canAt, visiblePlace } from '../access.ts';
import type { Place } from '../access.ts';
import { parseForm } from '../form.ts';
import { componentType, flatten } from '../forms/component.ts';
import { InteractionForm } from '../forms/interaction.ts';
import type { ComponentUse, Invocation, ModalUse } from '../forms/interaction.ts';
import {
  interactionPayload,
  interactionType,
  messageSeenBy,
  startInteraction,
  stateOf,
} from '../interactions.ts';
import { checkOptions } from '../invocation.ts';
import type { InvocationContext, Resolved } from '../invocation.ts';
import { serverLimits } from '../limits.ts';
import { checkModal } from '../modal.ts';
import { uploadsOf } from '../compose.ts';
import type { Attachment, Command, Interaction } from '../records.ts';
import { invalidForm, refusal } from '../refusal.ts';
import { ok, route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { saveUploads } from '../post-message.ts';
import { Select, selectionFault } from '../selection.ts';
import type { World } from '../world.ts';
import { commandName, mayUse } from './commands.ts';

export const interactionRoutes: Route[] = [
  route('person', 'POST /interactions', start),
  route('person', 'GET /interactions/:interaction', readResult),
];

function start(world: World, call: Call): Answer {
  const form = parseForm(InteractionForm, call.body);
  const place = visiblePlace(world, call.user.id, form.channel_id);
  const shared = { world, call, place, nonce: form.nonce };
  switch (form.type) {
    case 2:
    case 4:
      return ok(useCommand({ ...shared, type: form.type, invocation: form.data }));
    case 3:
      return ok(useComponent({ ...shared, form }));
    case 5:
      return ok(submitModal({ ...shared, form }));
  }
}

/** With `?wait=true` the reply comes once there is a result, or after a while without one. */
async function readResult(world: World, call: Call): Promise<Answer> {
  const id = call.param('interaction');
  const own = (): Interaction => {
    const interaction = world.tables.interaction.get(id);
    if (interaction?.userId !== call.user.id) throw refusal('unknownInteraction');
    return interaction;
  };
  const isOver = (): boolean => ['answered', 'failed'].includes(stateOf(world, own()));
  const timeout = AbortSignal.timeout(serverLimits.interactionWaitMs);
  while (call.query['wait'] === 'true' && !isOver() && !timeout.aborted) {
    await changeOf(world, id, timeout);
  }
  return ok(interactionPayload(world, own()));
}

async function changeOf(world: World, id: string, signal: AbortSignal): Promise<void> {
  try {
    await once(world.interactions, id, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

interface Use {
  world: World;
  call: Call;
  place: Place;
  nonce: string | null | undefined;
}

function useCommand(use: Use & { type: 2 | 4; invocation: Invocation }): object {
  const { world, call, place, type, invocation } = use;
  if (!canAt(world, call.user.id, { place, name: 'USE_APPLICATION_COMMANDS' })) {
    throw refusal('missingPermissions');
  }
  const command = commandOf(world, invocation);
  if (!mayUse(world, call.user.id, command)) throw refusal('missingPermissions');
  const isTyping = type === interactionType.autocomplete;
  const stored = uploadsOf(world, { attachments: [] }, isTyping ? [] : call.files);
  const uploads = new Map<string, Attachment>();
  stored.attachments.forEach((file, index) => {
    uploads.set(call.files[index]?.index ?? String(index), file);
  });
  const context = contextOf(use, { uploads, isTyping });
  const options = checkOptions(context, command, invocation.options ?? []);
  saveUploads(world, stored.uploads);
  const name = commandName(command);
  const data = {
    id: command.id,
    name,
    type: command.definition['type'],
    ...(command.guildId === null ? {} : { guild_id: command.guildId }),
    ...(options.length === 0 ? {} : { options }),
    ...resolvedOf(context.resolved),
  };
  return idOf(
    startInteraction(world, {
      type,
      user: call.user,
      place,
      nonce: use.nonce,
      data,
      commandName: name,
      uploads: stored.attachments,
    }),
  );
}

function commandOf(world: World, { id, name }: Invocation): Command {
  const commands = [...world.tables.command.values()];
  // Without an id the guild's command wins over a global one of the same name.
  const named = commands
    .filter((command) => commandName(command) === name)
    .sort((a, b) => Number(a.guildId === null) - Number(b.guildId === null));
  const command = typeof id === 'string' ? world.tables.command.get(id) : named[0];
  if (!command) throw refusal('unknownCommand');
  return command;
}

function useComponent(use: Use & { form: ComponentUse }): object {
  const { world, call, place, form } = use;
  const message = messageSeenBy(world, call.user.id, { place, messageId: form.message_id });
  if (!message) throw refusal('unknownMessage');
  const component = flatten(message.components).find(
    (one) => one['custom_id'] === form.data.custom_id && one['type'] === form.data.component_type,
  );
  if (!component || component['disabled'] === true) throw invalidComponent('custom_id');
  const isButton = component['type'] === componentType.button;
  const context = contextOf(use, { uploads: new Map(), isTyping: false });
  const values = form.data.values ?? [];
  if (!isButton && selectionFault(context, Select.parse(component), values) !== undefined) {
    throw invalidComponent('values');
  }
  const data = {
    custom_id: form.data.custom_id,
    component_type: form.data.component_type,
    ...(isButton ? {} : { values }),
    ...resolvedOf(context.resolved),
  };
  return idOf(
    startInteraction(world, {
      type: interactionType.component,
      user: call.user,
      place,
      nonce: use.nonce,
      data,
      message,
    }),
  );
}

function submitModal(use: Use & { form: ModalUse }): object {
  const { world, call, place, form } = use;
  const opener = world.tables.interaction.get(form.data.id);
  const isOwn = opener?.userId === call.user.id && opener.channelId === place.id;
  if (!isOwn || opener.modal?.['custom_id'] !== form.data.custom_id) {
    throw refusal('unknownInteraction');
  }
  const context = contextOf(use, { uploads: new Map(), isTyping: false });
  const components = checkModal(context, opener.modal, form.data.components);
  const message =
    opener.messageId === null
      ? undefined
      : messageSeenBy(world, call.user.id, { place, messageId: opener.messageId });
  return idOf(
    startInteraction(world, {
      type: interactionType.modal,
      user: call.user,
      place,
      nonce: use.nonce,
      data: { custom_id: form.data.custom_id, components, ...resolvedOf(context.resolved) },
      message,
    }),
  );
}

function contextOf(
  { world, call, place }: Use,
  given: Pick<InvocationContext, 'uploads' | 'isTyping'>,
): InvocationContext {
  return { world, viewerId: call.user.id, channelId: place.id, resolved: {}, ...given };
}

function resolvedOf(resolved: Resolved): object {
  return Object.keys(resolved).length === 0 ? {} : { resolved };
}

function idOf({ id }: Interaction): object {
  return { id };
}

function invalidComponent(field: string) {
  const code = 'COMPONENT_VALIDATION_FAILED';
  return invalidForm([{ path: ['data', field], code, message: 'Component validation failed' }]);
}
