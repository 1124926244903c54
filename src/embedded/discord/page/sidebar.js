// The left column: guild, categories, channels with their active threads, and who one is.
import { avatar, el, replaceChildren } from './dom.js';
import { icon } from './icons.js';
import { channelTree, nameOf } from './store.js';

export function createSidebar(store, view) {
  const list = el('nav', { class: 'channels', 'aria-label': 'Channels' });
  const title = el('h1', {}, 'Agency');
  const person = el('div', { class: 'person' });
  const closed = new Set();
  const entry = (channel, kind) => entryView(channel, kind, { store, view });

  const group = ({ category, channels }) => {
    const isClosed = category !== undefined && closed.has(category.id);
    const toggle = () => {
      if (!closed.delete(category.id)) closed.add(category.id);
      render();
    };
    const isOpen = ({ channel, threads }) =>
      [channel, ...threads].some(({ id }) => id === view.current());
    const shown = isClosed ? channels.filter(isOpen) : channels;
    return el(
      'section',
      {},
      category && categoryView(category.name, isClosed, toggle),
      shown.map(({ channel, threads }) => [
        entry(channel, 'channel'),
        threads.length > 0 &&
          el(
            'div',
            { class: 'threads' },
            threads.map((thread) => entry(thread, 'thread')),
          ),
      ]),
    );
  };

  const render = () => {
    title.textContent = store.guild?.name ?? 'Connecting…';
    replaceChildren(list, channelTree(store).map(group));
    if (store.me) replaceChildren(person, personView(store, view));
  };

  const node = el('aside', { class: 'sidebar' }, el('header', {}, title), list, person);
  return { node, render };
}

function categoryView(name, isClosed, onclick) {
  return el(
    'button',
    { class: 'category', type: 'button', 'aria-expanded': String(!isClosed), onclick },
    el('span', { class: 'chevron' }, isClosed ? '›' : '⌄'),
    name,
  );
}

function entryView(channel, kind, { store, view }) {
  const mentions = store.unread.get(channel.id);
  const isCurrent = channel.id === view.current();
  const classes = [kind, isCurrent && 'current', mentions !== undefined && 'unread'];
  return el(
    'button',
    {
      class: classes.filter(Boolean).join(' '),
      type: 'button',
      title: channel.topic ?? channel.name,
      'aria-current': isCurrent ? 'page' : undefined,
      onclick: () => view.openChannel(channel.id),
    },
    kind === 'channel' && el('span', { class: 'mark', 'aria-hidden': 'true' }, '#'),
    el('span', { class: 'label' }, channel.name),
    mentions > 0 && el('span', { class: 'badge' }, String(mentions)),
  );
}

function personView({ me, guild }, view) {
  const leave = { class: 'icon', type: 'button', title: 'Leave', 'aria-label': 'Leave' };
  return [
    avatar(nameOf(me)),
    el(
      'div',
      {},
      el('strong', {}, nameOf(me)),
      el('small', {}, guild?.ownerId === me.id ? 'Owner of this server' : 'Member'),
    ),
    el('button', { ...leave, onclick: view.leave }, icon('leave')),
  ];
}
