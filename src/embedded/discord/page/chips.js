// What goes along with the next message: the message it replies to, and files.
import { el, replaceChildren, sizeText } from './dom.js';
import { icon } from './icons.js';

const fileBytesMax = 10 * 1024 * 1024;
const filesMax = 10;

/** @param {{ names: object }} view */
export function createChips(view) {
  const node = el('div', { class: 'chips' });
  let files = [];
  let replyTo;

  const draw = () => {
    const reply = replyTo && `Replying to ${view.names.user(replyTo.author.id)}`;
    replaceChildren(
      node,
      reply && chip(reply, () => setReply(undefined)),
      files.map((file) =>
        chip(`${file.name} · ${sizeText(file.size)}`, () =>
          setFiles(files.filter((one) => one !== file)),
        ),
      ),
    );
  };
  const setReply = (message) => {
    replyTo = message;
    draw();
  };
  const setFiles = (list) => {
    files = list.slice(0, filesMax);
    draw();
  };

  return {
    node,
    setReply,
    files: () => files,
    /** @returns what is wrong with the files, empty when nothing is. */
    addFiles(list) {
      const tooLarge = list.find(({ size }) => size > fileBytesMax);
      setFiles([...files, ...list.filter(({ size }) => size <= fileBytesMax)]);
      return tooLarge ? `${tooLarge.name} is larger than 10 MB.` : '';
    },
    /** Empties the chips. @returns what they held. */
    take() {
      const held = { files, replyTo };
      files = [];
      setReply(undefined);
      return held;
    },
    put(held) {
      files = [...held.files, ...files];
      setReply(replyTo ?? held.replyTo);
    },
  };
}

function chip(text, onclick) {
  const remove = el('button', { type: 'button', 'aria-label': 'Remove', onclick }, icon('close'));
  return el('span', { class: 'chip' }, text, remove);
}
