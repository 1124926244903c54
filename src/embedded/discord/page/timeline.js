// The messages of the open channel: drawn once, then changed one by one as events come.
import { el, replaceChildren } from './dom.js';
import { messageView } from './message.js';
import { createScroller } from './scroller.js';
import { isEphemeral } from './store.js';

export function createTimeline(store, view) {
  const list = el('div', { class: 'messages', role: 'log', 'aria-live': 'polite' });
  const scroller = createScroller({ list, onTop: () => void loadOlder() });
  let channelId;
  let isLoading = false;

  const timeline = () => store.opened.get(channelId);
  const viewAt = (position) => {
    const { messages } = timeline();
    return messageView(messages[position], messages[position - 1], view);
  };
  const nodeOf = (id) => list.querySelector(`[data-id="${CSS.escape(id)}"]`);

  const draw = () => {
    const kept = timeline();
    if (!kept) return replaceChildren(list, note(channelId ? 'Loading…' : 'No channels yet.'));
    const { messages } = kept;
    if (messages.length === 0) return replaceChildren(list, note('Nothing here yet.'));
    return replaceChildren(
      list,
      !kept.isComplete && note('Loading earlier messages…'),
      messages.map((_message, position) => viewAt(position)),
      kept.isPast && presentButton(() => view.openNewest()),
    );
  };

  const loadOlder = async () => {
    if (isLoading || timeline()?.isComplete !== false) return;
    isLoading = true;
    await scroller.keepPlace(async () => {
      await view.loadOlder(channelId);
      draw();
    });
    isLoading = false;
  };

  return {
    node: scroller.node,
    show(id) {
      channelId = id;
      draw();
      scroller.toBottom();
    },
    redraw: draw,
    added(message) {
      if (message.channel_id !== channelId) return;
      const { messages } = timeline();
      if (messages.length <= 1) draw();
      else list.append(viewAt(messages.length - 1));
      scroller.grown(message.author.id === view.me.id || isEphemeral(message));
    },
    changed(channel, id) {
      if (channel !== channelId) return;
      const position = timeline()?.messages.findIndex((message) => message.id === id) ?? -1;
      if (position >= 0) nodeOf(id)?.replaceWith(viewAt(position));
    },
    removed(channel) {
      if (channel === channelId) draw();
    },
    /** Scrolls to a message. @returns whether it is drawn. */
    jump(id) {
      const node = nodeOf(id)?.querySelector('.message');
      if (node) flash(node, scroller);
      return Boolean(node);
    },
  };
}

function flash(node, scroller) {
  scroller.stopFollowing();
  node.scrollIntoView({ block: 'center' });
  node.classList.add('flash');
  node.addEventListener('animationend', () => node.classList.remove('flash'), { once: true });
}

function presentButton(onclick) {
  return el(
    'button',
    { class: 'present', type: 'button', onclick },
    'Back to the newest messages ↓',
  );
}

function note(text) {
  return el('p', { class: 'empty' }, text);
}
