// One message as nodes: who, when, what it answers, text, embeds, files, components, reactions.
import { avatar, clockText, dayText, el, timeText } from './dom.js';
import { attachmentView } from './attachment.js';
import { componentsView } from './components.js';
import { embedView } from './embed.js';
import { icon } from './icons.js';
import { markdown } from './markdown.js';
import { isEphemeral, nameOf } from './store.js';

const type = { text: 0, pinned: 6, threadCreated: 18, reply: 19, slashAnswer: 20, starter: 21 };
const groupMs = 7 * 60_000;
const quickEmoji = ['👍', '👎', '✅', '❌', '👀', '🔔', '❓'];

/**
 * @param {object} message
 * @param {object | undefined} before the message above, for grouping and the divider of a new day
 * @param {object} view what the page offers: names, actions, `me`
 */
export function messageView(message, before, view) {
  const nodes = [];
  if (!before || dayText(before.timestamp) !== dayText(message.timestamp)) {
    nodes.push(el('div', { class: 'day' }, el('span', {}, dayText(message.timestamp))));
  }
  const isGrouped = nodes.length === 0 && continues(before, message);
  const isMention = message.mentions.some(({ id }) => id === view.me.id);
  const classes = ['message'];
  if (isGrouped) classes.push('grouped');
  if (isMention) classes.push('mentions-me');
  if (isEphemeral(message)) classes.push('ephemeral');
  nodes.push(
    el(
      'article',
      { class: classes.join(' '), tabIndex: -1 },
      isSystem(message) ? systemLine(message, view) : ordinary(message, view, isGrouped),
    ),
  );
  return el('div', { class: 'entry', dataset: { id: message.id } }, nodes);
}

function continues(before, message) {
  const isPlain = message.type === type.text && !isSystem(before) && !isEphemeral(message);
  const gap = Date.parse(message.timestamp) - Date.parse(before.timestamp);
  return isPlain && before.author.id === message.author.id && gap < groupMs;
}

function isSystem({ type: kind }) {
  return kind === type.pinned || kind === type.threadCreated;
}

function systemLine(message, view) {
  const who = el('strong', {}, nameOf(message.author));
  const time = el('time', { dateTime: message.timestamp }, timeText(message.timestamp));
  if (message.type === type.pinned) {
    const target = message.message_reference?.message_id;
    const jump = el('button', { class: 'link', onclick: () => view.jumpTo(target) }, 'a message');
    const all = el('button', { class: 'link', onclick: view.showPins }, 'pinned messages');
    return el(
      'div',
      { class: 'system' },
      icon('pin'),
      who,
      ' pinned ',
      jump,
      '. See all ',
      all,
      '. ',
      time,
    );
  }
  const id = message.message_reference?.channel_id;
  const open = el(
    'button',
    { class: 'link', onclick: () => view.openChannel(id) },
    message.content,
  );
  return el(
    'div',
    { class: 'system' },
    icon('thread'),
    who,
    ' started a thread: ',
    open,
    '. ',
    time,
  );
}

function ordinary(message, view, isGrouped) {
  if (message.type === type.starter && message.referenced_message) {
    return ordinary({ ...message.referenced_message, reactions: [] }, view, false);
  }
  const name = nameOf(message.author);
  const side = isGrouped
    ? el('time', { class: 'side', dateTime: message.timestamp }, clockText(message.timestamp))
    : avatar(name);
  return [
    contextLine(message, view),
    el(
      'div',
      { class: 'row' },
      side,
      el('div', { class: 'body' }, !isGrouped && header(message, name), content(message, view)),
    ),
    toolbar(message, view),
  ];
}

function header(message, name) {
  return el(
    'header',
    {},
    el('span', { class: message.author.bot ? 'name bot' : 'name' }, name),
    message.author.bot && el('span', { class: 'tag' }, 'BOT'),
    el('time', { dateTime: message.timestamp }, timeText(message.timestamp)),
    message.pinned && el('span', { class: 'pin', title: 'Pinned' }, icon('pin')),
  );
}

/** The line above: the message this one replies to, or the command it answers. */
function contextLine(message, view) {
  if (message.type === type.slashAnswer && message.interaction_metadata) {
    const { user, name } = message.interaction_metadata;
    return el(
      'div',
      { class: 'context' },
      avatar(nameOf(user), { small: true }),
      el('strong', {}, nameOf(user)),
      ' used ',
      el('span', { class: 'mention' }, `/${name ?? 'command'}`),
    );
  }
  if (message.type !== type.reply) return null;
  const replied = message.referenced_message;
  const gone = el('em', {}, 'Original message was deleted');
  if (!replied) return el('div', { class: 'context' }, gone);
  const embedded = replied.embeds[0]?.title ?? replied.embeds[0]?.description;
  const text = replied.content || embedded || 'Click to see attachment';
  return el(
    'button',
    { class: 'context', type: 'button', onclick: () => view.jumpTo(replied.id) },
    avatar(nameOf(replied.author), { small: true }),
    el('strong', {}, nameOf(replied.author)),
    el('span', { class: 'excerpt' }, text.replaceAll(/\s+/g, ' ').slice(0, 160)),
  );
}

function content(message, view) {
  const isLoading = (message.flags & 128) !== 0;
  return [
    isLoading
      ? el('p', { class: 'loading' }, `${nameOf(message.author)} is thinking…`)
      : el('div', { class: 'text' }, markdown(message.content, view.names), edited(message)),
    message.embeds.map((embed) => embedView(embed, view.names)),
    message.attachments.length > 0 &&
      el('div', { class: 'attachments' }, message.attachments.map(attachmentView)),
    componentsView(message, view),
    reactions(message, view),
    message.thread && threadBox(message.thread, view),
    isEphemeral(message) && ephemeralNote(message, view),
  ];
}

function edited({ edited_timestamp }) {
  if (!edited_timestamp) return null;
  return el('span', { class: 'edited', title: timeText(edited_timestamp) }, ' (edited)');
}

function reactions(message, view) {
  if (!message.reactions?.length) return null;
  const pills = message.reactions.map(({ emoji, count, me }) =>
    el(
      'button',
      {
        class: me ? 'reaction mine' : 'reaction',
        type: 'button',
        'aria-pressed': String(me),
        onclick: () => view.react(message, emoji, !me),
      },
      emoji.id ? `:${emoji.name}:` : emoji.name,
      el('span', { class: 'count' }, String(count)),
    ),
  );
  return el('div', { class: 'reactions' }, pills);
}

function threadBox(thread, view) {
  const known = view.thread(thread.id) ?? thread;
  const count = known.message_count;
  return el(
    'button',
    { class: 'thread-box', type: 'button', onclick: () => view.openChannel(thread.id) },
    el('strong', {}, known.name),
    el('span', {}, `${count} message${count === 1 ? '' : 's'} ›`),
  );
}

function ephemeralNote(message, view) {
  const dismiss = el('button', { class: 'link', onclick: () => view.dismiss(message) }, 'Dismiss');
  return el('div', { class: 'note' }, icon('eye'), ' Only you can see this · ', dismiss);
}

function toolbar(message, view) {
  if (isEphemeral(message)) return null;
  const button = (label, text, onclick) =>
    el('button', { type: 'button', title: label, 'aria-label': label, onclick }, text);
  const isOwn = message.author.id === view.me.id;
  return el(
    'div',
    { class: 'toolbar' },
    quickEmoji.map((name) =>
      button(`React with ${name}`, name, () => view.react(message, { id: null, name }, true)),
    ),
    button('Reply', icon('reply'), () => view.reply(message)),
    isOwn && button('Delete', icon('bin'), () => view.remove(message)),
  );
}
