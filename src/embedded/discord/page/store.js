// What the page knows of the guild: kept current by gateway events, asked by the views. Only the
// messages of channels that were opened are kept, and only the newest of those.

const messagesKept = 400;
const channelsKept = 12;

export function createStore() {
  const store = {
    me: undefined,
    guild: undefined,
    channels: new Map(),
    threads: new Map(),
    members: new Map(),
    roles: new Map(),
    commands: [],
    /** channel id → { messages, isComplete } of opened channels, least recently opened first. */
    opened: new Map(),
    /** channel id → how often the person was mentioned since, 0 for plain unread. */
    unread: new Map(),
  };
  return store;
}

/** Applies GUILD_CREATE. */
export function takeGuild(store, guild) {
  store.guild = { id: guild.id, name: guild.name, ownerId: guild.owner_id };
  store.channels = byId(guild.channels);
  store.threads = byId(guild.threads);
  store.roles = byId(guild.roles);
  store.members = new Map(guild.members.map((member) => [member.user.id, member]));
}

export function placeOf(store, id) {
  return store.channels.get(id) ?? store.threads.get(id);
}

export function nameOf(user) {
  return user.global_name ?? user.username;
}

export function userName(store, id) {
  const member = store.members.get(id);
  return member ? (member.nick ?? nameOf(member.user)) : 'unknown';
}

/**
 * Starts keeping a channel, with what was read of it.
 * @param {{ messages: object[], isPast?: boolean }} page oldest first; `isPast` when it does not
 *   reach the newest message
 */
export function openTimeline(store, channelId, { messages, isPast = false }) {
  const ephemeral = (store.opened.get(channelId)?.messages ?? []).filter(isEphemeral);
  store.opened.delete(channelId);
  const all = [...messages, ...ephemeral].sort(byAge);
  const timeline = { messages: all, isComplete: messages.length < 50 && !isPast, isPast };
  store.opened.set(channelId, timeline);
  for (const id of store.opened.keys()) {
    if (store.opened.size <= channelsKept) break;
    store.opened.delete(id);
  }
  return timeline;
}

export function addOlder(store, channelId, messages) {
  const timeline = store.opened.get(channelId);
  if (!timeline) return;
  timeline.messages.unshift(...messages);
  timeline.isComplete = messages.length < 50;
}

/** @returns whether the message is new here. */
export function putMessage(store, message) {
  const timeline = store.opened.get(message.channel_id);
  if (!timeline) return false;
  const isKnown = timeline.messages.some(({ id }) => id === message.id);
  // While an old page is shown the newest message would stand in the wrong place.
  if (timeline.isPast && !isKnown) return false;
  const position = timeline.messages.findIndex(({ id }) => id === message.id);
  if (position >= 0) {
    timeline.messages[position] = { ...timeline.messages[position], ...message };
    return false;
  }
  timeline.messages.push(message);
  if (timeline.messages.length > messagesKept) {
    timeline.messages.splice(0, timeline.messages.length - messagesKept);
    timeline.isComplete = false;
  }
  return true;
}

export function findMessage(store, channelId, id) {
  return store.opened.get(channelId)?.messages.find((message) => message.id === id);
}

export function dropMessages(store, channelId, ids) {
  const timeline = store.opened.get(channelId);
  if (timeline) timeline.messages = timeline.messages.filter(({ id }) => !ids.includes(id));
}

/** Applies one person's reaction. @returns the message, when it is one we keep. */
export function changeReaction(store, event, isAdded) {
  const message = findMessage(store, event.channel_id, event.message_id);
  if (!message) return undefined;
  const isSame = ({ emoji }) => emoji.name === event.emoji.name && emoji.id === event.emoji.id;
  const reactions = message.reactions ?? [];
  const present = reactions.find(isSame) ?? { emoji: event.emoji, count: 0, me: false };
  const isMine = event.user_id === store.me.id;
  const changed = {
    ...present,
    count: present.count + (isAdded ? 1 : -1),
    me: isMine ? isAdded : present.me,
  };
  const kept = reactions.some(isSame)
    ? reactions.map((reaction) => (isSame(reaction) ? changed : reaction))
    : [...reactions, changed];
  message.reactions = kept.filter(({ count }) => count > 0);
  return message;
}

/** Categories with their channels, each with its active threads, in the order of the guild. */
export function channelTree(store) {
  const all = [...store.channels.values()].sort(
    (a, b) => a.position - b.position || (a.id < b.id ? -1 : 1),
  );
  const threads = [...store.threads.values()].filter((one) => !one.thread_metadata.archived);
  const withThreads = (channel) => ({
    channel,
    threads: threads.filter(({ parent_id }) => parent_id === channel.id),
  });
  const texts = all.filter(({ type }) => type !== 4);
  const isLoose = ({ parent_id }) => !parent_id || !store.channels.has(parent_id);
  const loose = { category: undefined, channels: texts.filter(isLoose).map(withThreads) };
  const groups = all
    .filter(({ type }) => type === 4)
    .map((category) => ({
      category,
      channels: texts.filter(({ parent_id }) => parent_id === category.id).map(withThreads),
    }));
  return [loose, ...groups].filter(({ channels, category }) => category || channels.length > 0);
}

export function isEphemeral(message) {
  return (message.flags & 64) !== 0;
}

function byId(list) {
  return new Map(list.map((one) => [one.id, one]));
}

function byAge(a, b) {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}
