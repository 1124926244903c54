// A list that grows at the bottom: it stays at the bottom while the reader is there, else it leaves
// him where he reads and says that there is more. Pictures and previews grow after they were drawn.
import { el } from './dom.js';

const nearBottomPx = 120;
const nearTopPx = 60;

/** @param {{ list: HTMLElement, onTop: () => void }} around `onTop`: the reader reached the top */
export function createScroller({ list, onTop }) {
  const scroller = el('div', { class: 'scroller', tabIndex: 0 }, list);
  const more = el('button', { class: 'more', type: 'button', hidden: true }, 'New messages ↓');
  let isFollowing = true;

  const toBottom = () => {
    isFollowing = true;
    more.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  more.addEventListener('click', toBottom);
  scroller.addEventListener('scroll', () => {
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    isFollowing = below < nearBottomPx;
    if (isFollowing) more.hidden = true;
    if (scroller.scrollTop < nearTopPx) onTop();
  });
  const observer = new ResizeObserver(() => {
    if (isFollowing) toBottom();
  });
  observer.observe(list);
  observer.observe(scroller);

  return {
    node: el('div', { class: 'timeline' }, scroller, more),
    toBottom,
    /** Something new came; `isOwn` moves to it in any case. */
    grown(isOwn) {
      if (isFollowing || isOwn) toBottom();
      else more.hidden = false;
    },
    /** Runs `change`, which adds above, without moving what is read. */
    async keepPlace(change) {
      const fromBottom = scroller.scrollHeight - scroller.scrollTop;
      await change();
      scroller.scrollTop = scroller.scrollHeight - fromBottom;
    },
    stopFollowing() {
      isFollowing = false;
    },
  };
}
