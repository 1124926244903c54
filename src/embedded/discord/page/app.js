// The page: connects with the token of the fragment, holds the views together, opens channels.
import { createActions } from './actions.js';
import { createComposer } from './composer.js';
import { connectGateway, createRest, Refused } from './connection.js';
import { el, replaceChildren } from './dom.js';
import { createEventHandlers, createTyping } from './events.js';
import { icon } from './icons.js';
import { createInteractions } from './interactions.js';
import { askForToken, readFragment, rememberChannel } from './login.js';
import { markdown } from './markdown.js';
import { openModal } from './modal.js';
import { createPanel } from './panel.js';
import { createSidebar } from './sidebar.js';
import { channelTree, createStore, openTimeline, placeOf } from './store.js';
import { createTimeline } from './timeline.js';

function startPage(token) {
  const store = createStore();
  const rest = createRest(token);
  const app = { store, rest, current: () => app.channelId, channelId: undefined };
  app.interactions = createInteractions(rest, () => store.guild.id);
  const actions = createActions(app);
  app.typing = createTyping(store, () => drawTyping(app));
  app.sidebar = createSidebar(store, actions);
  app.timeline = createTimeline(store, actions);
  app.composer = createComposer(store, actions);
  app.panel = createPanel(store, actions);
  app.header = el('header', { class: 'place' });
  app.typingLine = el('div', { class: 'typing', 'aria-live': 'polite' });
  app.status = el('div', { class: 'status', role: 'status', hidden: true });
  app.drawHeader = () => drawHeader(app, actions);
  app.drawTitle = () => drawTitle(store);
  app.open = (id, thread) => openChannel(app, id, thread);
  app.openFirst = () => openFirst(app);
  app.jumpTo = (id) => jumpTo(app, id);
  app.openModal = (modal) => openModal(modal, actions);
  app.guildIsHere = () => guildIsHere(app);
  layOut(app);
  connect(app, token);
}

function layOut(app) {
  const shade = el('div', { class: 'shade', onclick: () => toggleMenu(false) });
  const main = el(
    'main',
    { class: 'main' },
    app.header,
    app.status,
    el(
      'div',
      { class: 'columns' },
      el('div', { class: 'middle' }, app.timeline.node, app.composer.node, app.typingLine),
      app.panel.node,
    ),
  );
  main.addEventListener('dragover', (event) => event.preventDefault());
  main.addEventListener('drop', (event) => {
    event.preventDefault();
    app.composer.addFiles([...event.dataTransfer.files]);
  });
  replaceChildren(document.body, el('div', { class: 'app' }, app.sidebar.node, shade, main));
  app.sidebar.render();
  document.addEventListener('visibilitychange', () => seen(app));
  // Another link of this page, pasted into the same tab, only changes the fragment.
  addEventListener('hashchange', () => location.reload());
}

function connect(app, token) {
  const handlers = createEventHandlers(app);
  connectGateway(token, {
    onEvent: (name, data) => handlers[name]?.(data),
    onState: (state) => {
      if (state === 'refused') return askForToken('This token is not known here.');
      app.status.hidden = state === 'connected';
      app.status.textContent = 'Connection lost. Trying again…';
      return undefined;
    },
  });
}

/** After the first connection and after every reconnection: read again what is shown. */
async function guildIsHere(app) {
  const { store } = app;
  const index = await app.rest('GET', `/guilds/${store.guild.id}/application-command-index`);
  store.commands = index.application_commands;
  app.sidebar.render();
  const wanted = app.channelId ?? readFragment().channel;
  store.opened.clear();
  app.channelId = undefined;
  const isThere = wanted && (placeOf(store, wanted) || (await fetchThread(app, wanted)));
  if (isThere) await app.open(wanted);
  else await openFirst(app);
}

/** An archived thread is not among what the guild brings. */
async function fetchThread({ store, rest }, id) {
  try {
    const place = await rest('GET', `/channels/${id}`);
    if (place.thread_metadata) store.threads.set(place.id, place);
    return place.thread_metadata !== undefined;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

function openFirst(app) {
  const [first] = channelTree(app.store).flatMap(({ channels }) => channels);
  if (first) return openChannel(app, first.channel.id);
  app.channelId = undefined;
  app.composer.setPlace('');
  app.drawHeader();
  return app.timeline.show(undefined);
}

async function openChannel(app, id, thread) {
  const { store, rest } = app;
  if (thread && !store.threads.has(id)) store.threads.set(id, thread);
  const place = placeOf(store, id);
  if (!place || place.type === 4) return;
  app.channelId = id;
  rememberChannel(id);
  toggleMenu(false);
  app.composer.setPlace(place.thread_metadata ? `“${place.name}”` : `#${place.name}`);
  void app.panel.refresh('pins', 'threads');
  if (!store.opened.has(id)) {
    app.timeline.show(id);
    const messages = await rest('GET', `/channels/${id}/messages?limit=50`);
    openTimeline(store, id, { messages: messages.reverse() });
  }
  if (app.channelId !== id) return;
  app.timeline.show(id);
  seen(app);
  drawTyping(app);
}

/** What is open and visible is read. */
function seen(app) {
  if (document.visibilityState === 'visible') app.store.unread.delete(app.channelId);
  app.sidebar.render();
  app.drawHeader();
  app.drawTitle();
}

async function jumpTo(app, id) {
  if (id && app.timeline.jump(id)) return;
  const channelId = app.channelId;
  const around = await app.rest('GET', `/channels/${channelId}/messages?limit=50&around=${id}`);
  if (app.channelId !== channelId || !around.some((message) => message.id === id)) return;
  openTimeline(app.store, channelId, { messages: around.reverse(), isPast: true });
  app.timeline.redraw();
  app.timeline.jump(id);
}

function drawHeader(app, actions) {
  const { store, panel, header } = app;
  const place = placeOf(store, app.channelId);
  const parent = place?.thread_metadata ? store.channels.get(place.parent_id) : undefined;
  const tool = (label, text, kind) =>
    el(
      'button',
      {
        class: 'icon',
        type: 'button',
        title: label,
        'aria-label': label,
        onclick: () => void panel.toggle(kind),
      },
      text,
    );
  replaceChildren(
    header,
    el(
      'button',
      { class: 'icon menu', type: 'button', 'aria-label': 'Channels', onclick: () => toggleMenu() },
      icon('menu'),
    ),
    parent &&
      el(
        'button',
        { class: 'link crumb', type: 'button', onclick: () => void app.open(parent.id) },
        `# ${parent.name}`,
      ),
    parent && el('span', { class: 'mark' }, '›'),
    place && !parent && el('span', { class: 'mark' }, '#'),
    el('h2', {}, place?.name ?? 'No channels yet'),
    place?.thread_metadata?.archived && el('span', { class: 'tag grey' }, 'ARCHIVED'),
    el(
      'div',
      { class: 'topic' },
      place?.topic ? markdown(place.topic.split('\n')[0], actions.names) : null,
    ),
    place && [
      tool('Threads', icon('thread'), 'threads'),
      tool('Pinned messages', icon('pin'), 'pins'),
    ],
    tool('Members', icon('members'), 'members'),
  );
}

function drawTyping(app) {
  app.typingLine.textContent = app.typing.textFor(app.channelId);
}

function drawTitle({ unread, guild }) {
  const mentions = [...unread.values()].reduce((sum, count) => sum + count, 0);
  const mark = unread.size > 0 ? '• ' : '';
  document.title = `${mentions > 0 ? `(${mentions}) ` : mark}${guild?.name ?? 'Agency'}`;
}

function toggleMenu(isOpen) {
  document.querySelector('.app')?.classList.toggle('menu-open', isOpen);
}

const { token } = readFragment();
if (token) startPage(token);
else askForToken('');
