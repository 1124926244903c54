// A file of a message: a picture in place, a small text with its first lines, a link for the rest.
import { el, sizeText } from './dom.js';
import { localPath } from './embed.js';
import { icon } from './icons.js';

const pictureTypes = /^image\/(?:png|jpeg|gif|webp)/;
const textTypes = /^text\/|json|javascript|xml|yaml|csv/;
const previewBytes = 64 * 1024;
const previewLines = 10;

export function attachmentView(file) {
  const path = localPath(file.url);
  if (!path) return null;
  const type = file.content_type ?? '';
  if (pictureTypes.test(type)) {
    const image = el('img', { class: 'picture', src: path, alt: file.filename, loading: 'lazy' });
    return el('a', { href: path, target: '_blank', rel: 'noopener' }, image);
  }
  const isShown = textTypes.test(type) && file.size > 0 && file.size <= previewBytes;
  return el(
    'div',
    { class: 'file' },
    el(
      'a',
      { class: 'file-name', href: path, download: file.filename },
      icon('file'),
      el('span', {}, file.filename, el('small', {}, sizeText(file.size))),
    ),
    isShown && preview(path),
  );
}

function preview(path) {
  const code = el('code', {}, '…');
  const box = el('pre', { class: 'preview' }, code);
  void show(path, box, code);
  return box;
}

async function show(path, box, code) {
  const response = await fetch(path);
  if (!response.ok) return box.remove();
  const lines = (await response.text()).replace(/\n$/, '').split('\n');
  code.textContent = lines.slice(0, previewLines).join('\n');
  if (lines.length <= previewLines) return undefined;
  const expand = () => {
    code.textContent = lines.join('\n');
    more.remove();
  };
  const rest = lines.length - previewLines;
  const more = el(
    'button',
    { class: 'link', type: 'button', onclick: expand },
    `… ${rest} more lines`,
  );
  box.after(more);
  return undefined;
}
