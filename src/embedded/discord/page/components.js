// Buttons and selects under a message, and the layouts of components v2. A use is shown as pending
// until the bot has answered, and as failed when it did not within three seconds.
import { el } from './dom.js';
import { localPath } from './embed.js';
import { markdown } from './markdown.js';

const buttonStyles = ['', 'primary', 'secondary', 'success', 'danger', 'link', 'secondary'];

export function componentsView(message, view) {
  if (message.components.length === 0) return null;
  return el(
    'div',
    { class: 'components' },
    message.components.map((component) => componentView(component, message, view)),
    el('div', { class: 'failure', role: 'alert', hidden: true }, 'This interaction failed'),
  );
}

function componentView(component, message, view) {
  const inner = (list) => (list ?? []).map((one) => componentView(one, message, view));
  switch (component.type) {
    case 1:
      return el('div', { class: 'component-row' }, inner(component.components));
    case 2:
      return button(component, message, view);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return select(component, message, view);
    case 9:
      return el(
        'div',
        { class: 'section' },
        inner(component.components),
        inner([component.accessory]),
      );
    case 10:
      return el('div', { class: 'text' }, markdown(component.content, view.names));
    case 11:
      return picture(component.media);
    case 12:
      return (component.items ?? []).map(({ media }) => picture(media));
    case 14:
      return el('hr', {});
    case 17:
      return container(component, inner(component.components));
    default:
      return null;
  }
}

function container({ accent_color: accent }, children) {
  const node = el('section', { class: 'embed' }, children);
  if (accent) node.style.borderLeftColor = `#${accent.toString(16).padStart(6, '0')}`;
  return node;
}

function picture(media) {
  const path = media && localPath(media.url);
  return path ? el('img', { class: 'picture', src: path, alt: '' }) : null;
}

function button(component, message, view) {
  const { style, label, emoji, url, disabled, custom_id } = component;
  const face = [emoji?.name && el('span', {}, emoji.name), label];
  const name = `button ${buttonStyles[style] ?? 'secondary'}`;
  if (style === 5) {
    const href = /^https?:/.test(url) ? url : undefined;
    return el('a', { class: name, href, target: '_blank', rel: 'noopener noreferrer' }, face, ' ↗');
  }
  const use = (event) =>
    run(event.currentTarget, () =>
      view.interact({
        type: 3,
        channel_id: message.channel_id,
        message_id: message.id,
        data: { component_type: 2, custom_id },
      }),
    );
  return el(
    'button',
    { class: name, type: 'button', disabled: disabled === true, onclick: use },
    face,
  );
}

/** One choice is sent at once; several are confirmed with a button. */
function select(component, message, view) {
  const { custom_id, placeholder, disabled, min_values = 1, max_values = 1 } = component;
  const options = choicesOf(component, view);
  const isMany = max_values > 1;
  const send = (node, values) =>
    run(node, () =>
      view.interact({
        type: 3,
        channel_id: message.channel_id,
        message_id: message.id,
        data: { component_type: component.type, custom_id, values },
      }),
    );
  const chosen = (node) => [...node.selectedOptions].map(({ value }) => value).filter(Boolean);
  const onchange = (event) => {
    const values = chosen(event.currentTarget);
    if (!isMany && values.length > 0) send(event.currentTarget, values);
  };
  const list = el(
    'select',
    { class: 'select', multiple: isMany, disabled: disabled === true, onchange },
    !isMany && el('option', { value: '' }, placeholder ?? 'Make a selection'),
    options.map(({ label, value, description, default: isDefault }) =>
      el(
        'option',
        { value, selected: isDefault === true },
        description ? `${label} — ${description}` : label,
      ),
    ),
  );
  if (isMany) list.size = Math.min(options.length, 6);
  const amount = min_values === max_values ? min_values : `${min_values} to ${max_values}`;
  const confirm =
    isMany &&
    el(
      'button',
      { class: 'button primary', type: 'button', onclick: () => send(list, chosen(list)) },
      `Choose ${amount}`,
    );
  return el('div', { class: 'select-box' }, list, confirm);
}

/** What a select offers: its own options, or the people, roles or channels of the guild. */
export function choicesOf(component, view) {
  const plain = (list) => list.map(([value, label]) => ({ value, label }));
  switch (component.type) {
    case 5:
      return plain(view.people());
    case 6:
      return plain(view.roles());
    case 7:
      return plain([...view.people(), ...view.roles()]);
    case 8:
      return plain(view.channels());
    default:
      return component.options ?? [];
  }
}

async function run(node, use) {
  const failure = node.closest('.components')?.querySelector('.failure');
  if (failure) failure.hidden = true;
  node.classList.add('pending');
  node.disabled = true;
  const isDone = await use();
  node.classList.remove('pending');
  node.disabled = false;
  if (!isDone && failure) failure.hidden = false;
}
