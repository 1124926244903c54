// One embed: a colour bar, author, title, description, fields, pictures of this server, footer.
// Surprise: pictures from elsewhere are not loaded, so an author's icon is drawn from the name.
import { avatar, el, timeText } from './dom.js';
import { line, markdown } from './markdown.js';

export function embedView(embed, names) {
  const colour = `#${(embed.color ?? 0x1e1f22).toString(16).padStart(6, '0')}`;
  const node = el(
    'section',
    { class: 'embed' },
    embed.author && author(embed.author, embed.color ? colour : undefined),
    embed.title && el('div', { class: 'embed-title' }, linked(embed.title, embed.url, names)),
    embed.description && el('div', { class: 'text' }, markdown(embed.description, names)),
    embed.fields?.length > 0 &&
      el(
        'div',
        { class: 'fields' },
        embed.fields.map((one) => field(one, names)),
      ),
    picture(embed.image, 'embed-image'),
    picture(embed.thumbnail, 'embed-thumbnail'),
    footer(embed),
  );
  node.style.borderLeftColor = colour;
  return node;
}

function author({ name, url }, colour) {
  return el(
    'div',
    { class: 'embed-author' },
    avatar(name, { small: true, ...(colour ? { colour } : {}) }),
    url ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, name) : name,
  );
}

function linked(title, url, names) {
  if (!url || !/^https?:/.test(url)) return line(title, names);
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, title);
}

function field({ name, value, inline }, names) {
  return el(
    'div',
    { class: inline ? 'field inline' : 'field' },
    el('div', { class: 'field-name' }, line(name, names)),
    el('div', { class: 'text' }, markdown(value, names)),
  );
}

function picture(media, className) {
  const path = media && localPath(media.url);
  return path ? el('img', { class: className, src: path, alt: '', loading: 'lazy' }) : null;
}

function footer({ footer: text, timestamp }) {
  if (!text && !timestamp) return null;
  const parts = [text?.text, timestamp && timeText(timestamp)].filter(Boolean);
  return el('footer', {}, parts.join(' • '));
}

/** The path of a link into this server's own files; `undefined` for any other. */
export function localPath(url) {
  try {
    const { pathname, search } = new URL(url, location.href);
    return pathname.startsWith('/attachments/') ? pathname + search : undefined;
  } catch {
    return undefined;
  }
}
