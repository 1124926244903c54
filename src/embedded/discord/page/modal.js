// The modal that a bot opens: its fields as a form, sent as one interaction.
import { choicesOf } from './components.js';
import { el } from './dom.js';
import { markdown } from './markdown.js';

/**
 * @param {object} modal as the gateway brings it, with the id of the interaction that opened it
 * @param {{ interact(form: object): Promise<boolean>, names: object }} view
 */
export function openModal(modal, view) {
  const fields = [];
  const rows = modal.components.flatMap((part) => rowOf(part, fields, view));
  const failure = el(
    'p',
    { class: 'failure', role: 'alert', hidden: true },
    'Something went wrong. Try again.',
  );
  const send = el('button', { class: 'button primary', type: 'submit' }, 'Submit');
  const close = () => dialog.remove();
  const onsubmit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    failure.hidden = true;
    const components = fields.map(({ id, read }) => ({
      type: 1,
      components: [{ custom_id: id, ...read() }],
    }));
    const data = { id: modal.id, custom_id: modal.custom_id, components };
    const isDone = await view.interact({ type: 5, channel_id: modal.channel_id, data });
    if (isDone) return close();
    send.disabled = false;
    failure.hidden = false;
    return undefined;
  };
  const dialog = el(
    'dialog',
    { class: 'modal', onclose: close, 'aria-label': modal.title },
    el(
      'form',
      { onsubmit },
      el('h2', {}, modal.title),
      rows,
      failure,
      el(
        'div',
        { class: 'modal-buttons' },
        el('button', { class: 'button ghost', type: 'button', onclick: close }, 'Cancel'),
        send,
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function rowOf(part, fields, view) {
  if (part.type === 10) return [el('div', { class: 'text' }, markdown(part.content, view.names))];
  if (part.type !== 18) {
    return (part.components ?? []).map((input) => labelled({ ...input, input }, fields, view));
  }
  const { label, description, component } = part;
  return [labelled({ label, description, input: component }, fields, view)];
}

function labelled({ label, description, input }, fields, view) {
  const isRequired = input.required !== false;
  const field =
    input.type === 4 ? textField(input, isRequired) : choiceField(input, isRequired, view);
  fields.push({ id: input.custom_id, read: field.read });
  const mark = isRequired && el('span', { class: 'required' }, ' *');
  return el(
    'label',
    { class: 'modal-field' },
    el('span', { class: 'field-label' }, label ?? '', mark),
    description && el('small', {}, description),
    field.node,
  );
}

function textField(input, isRequired) {
  const node = el(input.style === 2 ? 'textarea' : 'input', {
    required: isRequired,
    placeholder: input.placeholder ?? '',
    value: input.value ?? '',
    maxLength: input.max_length ?? 4000,
    minLength: input.min_length ?? 0,
  });
  return { node, read: () => ({ value: node.value }) };
}

function choiceField(input, isRequired, view) {
  const isMany = (input.max_values ?? 1) > 1;
  const node = el(
    'select',
    { required: isRequired, multiple: isMany },
    !isMany && el('option', { value: '' }, input.placeholder ?? 'Make a selection'),
    choicesOf(input, view).map(({ value, label }) => el('option', { value }, label)),
  );
  const read = () => ({
    values: [...node.selectedOptions].map(({ value }) => value).filter(Boolean),
  });
  return { node, read };
}
