// What each gateway event changes: first the store, then the views that show it.
import {
  changeReaction,
  dropMessages,
  findMessage,
  isEphemeral,
  nameOf,
  placeOf,
  putMessage,
  takeGuild,
} from './store.js';

/** @param {object} app store and views, see app.js */
export function createEventHandlers(app) {
  const { store, interactions } = app;
  const settle = (name) => (data) => interactions.settle(name, data);
  return {
    READY: ({ user }) => {
      store.me = user;
    },
    GUILD_CREATE: (guild) => {
      takeGuild(store, guild);
      void app.guildIsHere();
    },
    ...placeHandlers(app),
    ...messageHandlers(app),
    TYPING_START: ({ channel_id, user_id }) => app.typing.started(channel_id, user_id),
    INTERACTION_SUCCESS: settle('INTERACTION_SUCCESS'),
    INTERACTION_FAILURE: settle('INTERACTION_FAILURE'),
    APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE: settle('AUTOCOMPLETE'),
    INTERACTION_MODAL_CREATE: (modal) => {
      interactions.settle('INTERACTION_MODAL_CREATE', modal);
      app.openModal(modal);
    },
  };
}

function placeHandlers(app) {
  const { store, sidebar, timeline, panel } = app;
  const keep = (map, one) => {
    map.set(one.id, { ...map.get(one.id), ...one });
    sidebar.render();
    app.drawHeader();
    void panel.refresh('threads');
  };
  const drop = (map, { id }) => {
    map.delete(id);
    sidebar.render();
    void panel.refresh('threads');
    if (app.current() === id) void app.openFirst();
  };
  const keepChannel = (channel) => {
    keep(store.channels, channel);
    // The first channel of an agency that was empty is opened by itself.
    if (!app.current()) void app.openFirst();
  };
  const keepThread = (thread) => {
    keep(store.threads, thread);
    timeline.changed(thread.parent_id, thread.id);
  };
  return {
    CHANNEL_CREATE: keepChannel,
    CHANNEL_UPDATE: keepChannel,
    CHANNEL_DELETE: (channel) => drop(store.channels, channel),
    THREAD_CREATE: keepThread,
    THREAD_UPDATE: keepThread,
    THREAD_DELETE: (thread) => drop(store.threads, thread),
    CHANNEL_PINS_UPDATE: () => void panel.refresh('pins'),
  };
}

function messageHandlers(app) {
  const { store, timeline } = app;
  const reacted = (isAdded) => (event) => {
    if (changeReaction(store, event, isAdded)) timeline.changed(event.channel_id, event.message_id);
  };
  const changed = (message) => {
    if (putMessageIfKnown(store, message)) timeline.changed(message.channel_id, message.id);
  };
  const dropped = (ids, channelId) => {
    dropMessages(store, channelId, ids);
    timeline.removed(channelId);
  };
  return {
    MESSAGE_CREATE: (message) => messageCame(app, message),
    MESSAGE_UPDATE: changed,
    MESSAGE_DELETE: ({ id, channel_id }) => dropped([id], channel_id),
    MESSAGE_DELETE_BULK: ({ ids, channel_id }) => dropped(ids, channel_id),
    MESSAGE_REACTION_ADD: reacted(true),
    MESSAGE_REACTION_REMOVE: reacted(false),
    MESSAGE_REACTION_REMOVE_ALL: ({ message_id, channel_id }) =>
      changed({ id: message_id, channel_id, reactions: [] }),
  };
}

function messageCame(app, message) {
  const { store, timeline, sidebar, typing } = app;
  const thread = store.threads.get(message.channel_id);
  if (thread && message.type !== 21) {
    thread.message_count += 1;
    timeline.changed(thread.parent_id, thread.id);
  }
  typing.stopped(message.channel_id, message.author.id);
  if (putMessage(store, message)) timeline.added(message);
  const isSeen = app.current() === message.channel_id && document.visibilityState === 'visible';
  const isOwn = message.author.id === store.me.id || isEphemeral(message);
  if (isSeen || isOwn || !placeOf(store, message.channel_id)) return;
  const isMention = message.mentions.some(({ id }) => id === store.me.id);
  const before = store.unread.get(message.channel_id) ?? 0;
  store.unread.set(message.channel_id, before + (isMention ? 1 : 0));
  sidebar.render();
  app.drawTitle();
}

function putMessageIfKnown(store, message) {
  const isKnown = findMessage(store, message.channel_id, message.id) !== undefined;
  if (isKnown) putMessage(store, message);
  return isKnown;
}

const typingMs = 9_000;

/** Who is typing where, forgotten after some seconds. */
export function createTyping(store, draw) {
  const typists = new Map();
  const keyOf = (channelId, userId) => `${channelId} ${userId}`;
  const stopped = (channelId, userId) => {
    clearTimeout(typists.get(keyOf(channelId, userId)));
    if (typists.delete(keyOf(channelId, userId))) draw();
  };
  return {
    stopped,
    started(channelId, userId) {
      if (userId === store.me.id) return;
      stopped(channelId, userId);
      typists.set(
        keyOf(channelId, userId),
        setTimeout(() => stopped(channelId, userId), typingMs),
      );
      draw();
    },
    textFor(channelId) {
      const names = [...typists.keys()]
        .map((key) => key.split(' '))
        .filter(([channel]) => channel === channelId)
        .map(([, userId]) => store.members.get(userId)?.user)
        .filter(Boolean)
        .map(nameOf);
      if (names.length === 0) return '';
      return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} typing…`;
    },
  };
}
