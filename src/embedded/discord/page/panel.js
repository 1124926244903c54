// The panel on the right: pinned messages, threads (archived ones too) or members.
import { avatar, el, replaceChildren, timeText } from './dom.js';
import { icon } from './icons.js';
import { messageView } from './message.js';
import { nameOf } from './store.js';

export function createPanel(store, view) {
  const title = el('h2', {});
  const list = el('div', { class: 'panel-list' });
  const close = () => {
    node.hidden = true;
    kind = undefined;
  };
  const node = el(
    'aside',
    { class: 'panel', hidden: true },
    el(
      'header',
      {},
      title,
      el(
        'button',
        { class: 'icon', type: 'button', 'aria-label': 'Close', onclick: close },
        icon('close'),
      ),
    ),
    list,
  );
  let kind;

  const contents = { pins: pinsOf, threads: threadsOf, members: membersOf };
  const titles = { pins: 'Pinned messages', threads: 'Threads', members: 'Members' };

  const fill = async () => {
    const shown = kind;
    const nodes = await contents[shown](store, view);
    if (kind !== shown) return;
    replaceChildren(list, nodes.length > 0 ? nodes : el('p', { class: 'empty' }, 'None.'));
  };

  return {
    node,
    close,
    async toggle(asked) {
      if (kind === asked) return close();
      kind = asked;
      title.textContent = titles[asked];
      replaceChildren(list, el('p', { class: 'empty' }, 'Loading…'));
      node.hidden = false;
      return fill();
    },
    /** Draws again when it shows one of `kinds`. */
    async refresh(...kinds) {
      if (kinds.includes(kind)) await fill();
    },
  };
}

async function pinsOf(_store, view) {
  const pins = await view.rest('GET', `/channels/${view.current()}/pins`);
  return pins.map((message) =>
    el(
      'div',
      { class: 'panel-card' },
      messageView(message, { ...message, type: 6 }, view),
      el(
        'button',
        { class: 'link', type: 'button', onclick: () => view.jumpTo(message.id) },
        'Jump',
      ),
    ),
  );
}

async function threadsOf(store, view) {
  const current = view.current();
  const channelId = store.threads.get(current)?.parent_id ?? current;
  const active = [...store.threads.values()].filter(
    ({ parent_id, thread_metadata }) => parent_id === channelId && !thread_metadata.archived,
  );
  const archived = await Promise.all(
    ['public', 'private'].map((kind) =>
      view.rest('GET', `/channels/${channelId}/threads/archived/${kind}`),
    ),
  );
  const card = (thread) =>
    el(
      'button',
      { class: 'panel-card', type: 'button', onclick: () => view.openChannel(thread.id, thread) },
      el('strong', {}, thread.name),
      el('small', {}, threadNote(thread)),
    );
  return [...active, ...archived.flatMap(({ threads }) => threads)].map(card);
}

function threadNote({ message_count: count, thread_metadata: data }) {
  const messages = `${count} message${count === 1 ? '' : 's'}`;
  return data.archived ? `${messages} · archived ${timeText(data.archive_timestamp)}` : messages;
}

async function membersOf(store) {
  return [...store.members.values()].map(({ user }) =>
    el(
      'div',
      { class: 'member' },
      avatar(nameOf(user)),
      el('span', {}, nameOf(user)),
      user.bot && el('span', { class: 'tag' }, 'BOT'),
      user.id === store.guild.ownerId &&
        el('span', { class: 'crown', title: 'Owner' }, icon('crown')),
    ),
  );
}
