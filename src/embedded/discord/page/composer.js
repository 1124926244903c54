// The message box: text, files, replies and commands.
import { createChips } from './chips.js';
import { el } from './dom.js';
import { icon } from './icons.js';
import { commandOf, invocation, missingOptions, readOptions, usableCommands } from './slash.js';
import { createSuggestions } from './suggestions.js';

const heightMaxPx = 220;

export function createComposer(store, view) {
  const box = el('textarea', { rows: 1, 'aria-label': 'Message' });
  const notice = el('div', { class: 'notice', role: 'alert', hidden: true });
  const chips = createChips(view);
  const grow = () => {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, heightMaxPx)}px`;
  };
  const suggestions = createSuggestions({ box, store, view, onTaken: grow });
  const say = (text) => {
    notice.textContent = text;
    notice.hidden = text === '';
  };
  const addFiles = (list) => say(chips.addFiles(list));

  const submit = async () => {
    const text = box.value.trim();
    if (text === '' && chips.files().length === 0) return;
    say('');
    suggestions.clear();
    // The box is free at once for the next words; what could not be sent comes back.
    const along = chips.take();
    box.value = '';
    grow();
    const problem = await send(text, { store, view, along });
    if (!problem) return;
    say(problem);
    if (box.value === '') box.value = text;
    chips.put(along);
    grow();
  };

  box.addEventListener('input', () => {
    grow();
    suggestions.update();
  });
  box.addEventListener('keydown', (event) => {
    const isSending = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (suggestions.onKey(event)) event.preventDefault();
    else if (event.key === 'Escape') chips.setReply(undefined);
    else if (isSending) {
      event.preventDefault();
      void submit();
    }
  });
  box.addEventListener('paste', ({ clipboardData }) => addFiles([...clipboardData.files]));

  return {
    node: el(
      'div',
      { class: 'composer' },
      suggestions.node,
      notice,
      chips.node,
      barOf(box, { addFiles, submit }),
    ),
    addFiles,
    setReply(message) {
      chips.setReply(message);
      box.focus();
    },
    /** @param {string} name of the place that is open; empty when there is none */
    setPlace(name) {
      box.placeholder = name ? `Message ${name}` : '';
      box.disabled = !name;
      say('');
    },
  };
}

function barOf(box, { addFiles, submit }) {
  const picker = el('input', { type: 'file', multiple: true, hidden: true });
  picker.addEventListener('change', () => {
    addFiles([...picker.files]);
    picker.value = '';
  });
  const button = (label, text, onclick) =>
    el('button', { type: 'button', title: label, 'aria-label': label, onclick }, text);
  return el(
    'div',
    { class: 'composer-bar' },
    button('Attach files', icon('plus'), () => picker.click()),
    box,
    picker,
    button('Send', icon('send'), () => void submit()),
  );
}

/** @returns a text for the person when it did not work. */
function send(text, { store, view, along }) {
  const found = text.startsWith('/') ? commandOf(usableCommands(store.commands), text) : undefined;
  const { files } = along;
  if (!found) return view.send({ content: text, files, replyTo: along.replyTo });
  const { values } = readOptions(found, text);
  const missing = missingOptions(found, values);
  const fileOption = files.length > 0 ? missing.find(({ type }) => type === 11) : undefined;
  if (fileOption) values.push({ option: fileOption, text: '0' });
  const needed = missing.find((option) => option.required && option !== fileOption);
  if (needed) return `/${found.path} needs ${needed.name}: …`;
  return view.invoke(invocation(found, values, { idOf: view.idOf }), files);
}
