// Building the page without markup in strings: text from people only ever becomes text nodes, so
// nothing that somebody writes can become an element.

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] `class`, `onclick` and other handlers, properties, or
 *   attributes; `undefined` and `false` are left out.
 * @param {...(Node | string | null | undefined | false | unknown[])} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(node.dataset, value);
    else if (name in node && name !== 'list') node[name] = value;
    else node.setAttribute(name, value === true ? '' : `${value}`);
  }
  append(node, children);
  return node;
}

/** Appends what there is; arrays are flattened, empty values skipped. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    node.append(child);
  }
  return node;
}

export function replaceChildren(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

const palette = ['#5865f2', '#3ba55c', '#eb459e', '#e67e22', '#1abc9c', '#9b59b6', '#e74c3c'];

/** A round picture made of initials; the same name always has the same colour. */
export function avatar(name, { colour, small } = {}) {
  const node = el(
    'span',
    { class: small ? 'avatar small' : 'avatar', 'aria-hidden': 'true' },
    initials(name),
  );
  node.style.backgroundColor = colour ?? colourOf(name);
  return node;
}

export function colourOf(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return palette[sum % palette.length];
}

function initials(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? '?').slice(0, 1);
  return letters.toUpperCase();
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** As Discord writes it: the time today, "Yesterday at", else the date. */
export function timeText(iso) {
  const then = new Date(iso);
  const time = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((startOfDay(new Date()) - startOfDay(then)) / 86_400_000);
  if (days === 0) return `Today at ${time}`;
  if (days === 1) return `Yesterday at ${time}`;
  return `${then.toLocaleDateString()} ${time}`;
}

export function dayText(iso) {
  return new Date(iso).toLocaleDateString([], { dateStyle: 'long' });
}

export function clockText(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
