// What could be meant while a command is typed: its name, its options, the values that an option
// offers. Chosen with the arrows and Tab, or by a click.
import { el, replaceChildren } from './dom.js';
import {
  commandOf,
  invocation,
  matching,
  missingOptions,
  readOptions,
  replaceLast,
  usableCommands,
} from './slash.js';

const completeAfterMs = 200;
const shownMax = 25;

/** @param {object} around the message box, the store, the view, and what to do once one is taken */
export function createSuggestions({ box, store, view, onTaken }) {
  const node = el('div', { class: 'hints', role: 'listbox', hidden: true });
  let offers = [];
  let chosen = 0;
  let completing;
  const isOffering = () => offers.some(({ insert }) => insert !== undefined);

  const draw = () => {
    node.hidden = offers.length === 0;
    replaceChildren(
      node,
      offers.map((offer, at) => offerView(offer, at === chosen, () => take(at))),
    );
    node.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  };

  const show = (list) => {
    offers = list.slice(0, shownMax);
    chosen = 0;
    draw();
  };

  const take = (at) => {
    box.value = offers[at]?.insert ?? box.value;
    box.focus();
    update();
    onTaken();
  };

  const complete = async (found, { values, focused }) => {
    const typed = box.value;
    const choices = await view.complete(
      invocation(found, values, { focused: focused.option.name, idOf: view.idOf }),
    );
    const isStill = box.value === typed && choices.length > 0;
    if (isStill) show(choices.map(inserting(typed, focused.text)));
  };

  const update = () => {
    clearTimeout(completing);
    const usable = usableCommands(store.commands);
    const found = commandOf(usable, box.value);
    show(offersFor(usable, found, box.value));
    const read = found && readOptions(found, box.value);
    // A blank at the end means that the value is complete, as after taking a suggestion.
    const isTaken = read?.focused?.text !== '' && /\s$/.test(box.value);
    if (isTaken || !read?.focused?.option.autocomplete) return;
    completing = setTimeout(() => void complete(found, read), completeAfterMs);
  };

  const clear = () => {
    clearTimeout(completing);
    show([]);
  };

  const onKey = ({ key }) => {
    if (!isOffering()) return false;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      chosen = (chosen + (key === 'ArrowDown' ? 1 : offers.length - 1)) % offers.length;
      draw();
    } else if (key === 'Escape') show([]);
    else if (key === 'Tab' || (key === 'Enter' && isNaming())) take(chosen);
    else return false;
    return true;
  };
  const isNaming = () => !commandOf(usableCommands(store.commands), box.value);

  return { node, update, onKey, clear };
}

function offerView({ label, description, insert }, isChosen, onclick) {
  const props = { type: 'button', role: 'option', 'aria-selected': String(isChosen) };
  return el(
    'button',
    { ...props, disabled: insert === undefined, onclick },
    el('strong', {}, label),
    el('span', {}, description ?? ''),
  );
}

function offersFor(usable, found, text) {
  if (!text.startsWith('/')) return [];
  if (!found) {
    return matching(usable, text).map(({ path, description }) => ({
      label: `/${path}`,
      description,
      insert: `/${path} `,
    }));
  }
  const { values, focused } = readOptions(found, text);
  if (focused?.option.choices?.length > 0) return choiceOffers(focused, text);
  return missingOptions(found, values).map((option) => optionOffer(option, text));
}

function optionOffer({ name, description, required, type }, text) {
  const notes = [required ? '' : ' (optional)', type === 11 ? ' – attach a file' : ''];
  return {
    label: `${name}:`,
    description: description + notes.join(''),
    insert: `${text.trimEnd()} ${name}: `,
  };
}

function choiceOffers({ option, text: typed }, text) {
  return option.choices
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()) && name !== typed)
    .map(({ name }) => ({ label: name, insert: replaceLast(text, typed, name) }));
}

function inserting(text, typed) {
  return ({ name, value }) => ({ label: name, insert: replaceLast(text, typed, String(value)) });
}
