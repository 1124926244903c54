// What the views may do: the one object through which a click becomes a request.
import { Refused } from './connection.js';
import { addOlder, dropMessages, nameOf, placeOf, userName } from './store.js';

const contentMax = 2000;

export function createActions(app) {
  const { store, rest } = app;
  const names = {
    user: (id) => userName(store, id),
    role: (id) => store.roles.get(id)?.name ?? 'role',
    channel: (id) => placeOf(store, id)?.name ?? 'unknown',
    openChannel: (id) => void app.open(id),
  };
  const emojiPath = ({ id, name }) => encodeURIComponent(id ? `${name}:${id}` : name);

  return {
    names,
    rest,
    get me() {
      return store.me;
    },
    current: () => app.current(),
    thread: (id) => store.threads.get(id),
    openChannel: (id, thread) => void app.open(id, thread),
    openNewest: () => {
      store.opened.delete(app.current());
      void app.open(app.current());
    },
    leave: () => {
      location.hash = '';
      location.reload();
    },
    jumpTo: (id) => void app.jumpTo(id),
    showPins: () => void app.panel.toggle('pins'),
    reply: (message) => app.composer.setReply(message),
    react: (message, emoji, isAdded) =>
      rest(
        isAdded ? 'PUT' : 'DELETE',
        `/channels/${message.channel_id}/messages/${message.id}/reactions/${emojiPath(emoji)}/@me`,
      ),
    remove: (message) => rest('DELETE', `/channels/${message.channel_id}/messages/${message.id}`),
    dismiss: (message) => {
      dropMessages(store, message.channel_id, [message.id]);
      app.timeline.removed(message.channel_id);
    },
    interact: (form) => app.interactions.interact(form),
    invoke: (data, files) => app.interactions.invoke(app.current(), data, files),
    complete: (data) => app.interactions.complete(app.current(), data),
    async loadOlder(channelId) {
      const oldest = store.opened.get(channelId)?.messages[0]?.id;
      const path = `/channels/${channelId}/messages?limit=50&before=${oldest}`;
      addOlder(store, channelId, (await rest('GET', path)).reverse());
    },
    send: (message) => send(app, message),
    people: () => [...store.members.values()].map(({ user }) => [user.id, nameOf(user)]),
    roles: () => [...store.roles.values()].map(({ id, name }) => [id, name]),
    channels: () => [...store.channels.values()].map(({ id, name }) => [id, `#${name}`]),
    /** The id behind a name that was typed for an option of this kind. */
    idOf: (kind, text) => idOf(store, kind, text),
  };
}

/** @returns a text for the person when it did not work. */
async function send({ store, rest, current }, { content, files, replyTo }) {
  const message_reference = replyTo ? { message_id: replyTo.id } : undefined;
  const sent = outgoing(withMentions(store, content), files);
  try {
    await rest('POST', `/channels/${current()}/messages`, {
      body: { content: sent.content, message_reference },
      files: sent.files,
    });
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return `Refused: ${error.message} (${error.code})`;
    throw error;
  }
}

/** Discord's limit holds for people too; its clients send longer text as a file. */
function outgoing(content, files) {
  if ([...content].length <= contentMax) return { content, files };
  return {
    content: '',
    files: [new File([content], 'message.txt', { type: 'text/plain' }), ...files],
  };
}

/** `@Sam Specialist` of a member becomes a mention; other names after an @ stay text. */
function withMentions({ members }, content) {
  const named = [...members.values()]
    .flatMap(({ user }) =>
      [nameOf(user), user.username].map((name) => [`@${name}`, `<@${user.id}>`]),
    )
    .sort(([a], [b]) => b.length - a.length);
  return named.reduce((text, [name, mention]) => text.replaceAll(name, mention), content);
}

function idOf(store, kind, text) {
  const wanted = text.toLowerCase();
  const people = [...store.members.values()].map(({ user }) => [
    user.id,
    nameOf(user),
    user.username,
  ]);
  const places = [...store.channels.values(), ...store.threads.values()];
  const named = {
    6: people,
    7: places.map(({ id, name }) => [id, name]),
    8: [...store.roles.values()].map(({ id, name }) => [id, name]),
    9: people,
  }[kind];
  const found = named?.find((one) => one.slice(1).some((name) => name.toLowerCase() === wanted));
  return found?.[0] ?? text;
}
