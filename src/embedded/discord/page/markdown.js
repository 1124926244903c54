// Discord's markdown to nodes: blocks line by line, then what stands inside a line. Anything that
// does not parse stays as the text it is.
import { el } from './dom.js';

const inline = new RegExp(
  [
    String.raw`(?<escape>\\(?<escaped>[\\*_~|\x60>#\[\]()<-]))`,
    '(?<code>(?<ticks>`{1,2})(?<codeText>.+?)\\k<ticks>)',
    String.raw`(?<bold>\*\*(?<boldText>.+?)\*\*(?!\*))`,
    String.raw`(?<under>__(?<underText>.+?)__(?!_))`,
    String.raw`(?<star>\*(?<starText>[^\s*](?:.*?[^\s*])?)\*)`,
    String.raw`(?<low>(?<![\p{L}\p{N}])_(?<lowText>[^_]+?)_(?![\p{L}\p{N}]))`,
    String.raw`(?<strike>~~(?<strikeText>.+?)~~)`,
    String.raw`(?<spoiler>\|\|(?<spoilerText>.+?)\|\|)`,
    String.raw`(?<link>\[(?<linkText>[^\]]+)\]` +
      String.raw`\(<?(?<linkUrl>https?:\/\/[^\s)>]+)>?(?: "[^"]*")?\))`,
    String.raw`(?<mention><(?<kind>@!?|@&|#)(?<mentionId>\d+)>)`,
    String.raw`(?<command><\/(?<commandName>[^:>]+):\d+>)`,
    String.raw`(?<time><t:(?<seconds>-?\d+)(?::(?<style>[tTdDfFR]))?>)`,
    String.raw`(?<custom><a?:(?<emojiName>\w+):\d+>)`,
    String.raw`(?<url><?(?<plainUrl>https?:\/\/[^\s<>]+[^\s<>.,:;"'\])])>?)`,
  ].join('|'),
  'su',
);

/**
 * @param {string} text
 * @param {object} names what ids mean: `user`, `role` and `channel` of an id, and `openChannel`
 */
export function markdown(text, names) {
  const nodes = [];
  const parts = text.split(/```(?:([\w+#-]*)\n)?([\s\S]*?)```/g);
  for (let index = 0; index < parts.length; index += 3) {
    nodes.push(...blocks(parts[index].replace(/^\n/, ''), names));
    const code = parts[index + 2];
    if (code !== undefined) {
      const language = parts[index + 1] || undefined;
      nodes.push(el('pre', {}, el('code', { dataset: { language } }, code.replace(/\n$/, ''))));
    }
  }
  return nodes;
}

/** One line of text, such as a title. */
export function line(text, names) {
  return inlineNodes(text, names);
}

function blocks(text, names) {
  const nodes = [];
  const lines = text.split('\n');
  let paragraph = [];
  const endParagraph = () => {
    const isBlank = paragraph.every((one) => one === '');
    if (!isBlank) nodes.push(el('p', {}, inlineNodes(paragraph.join('\n'), names)));
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const block = blockAt(lines, at, names);
    if (block) {
      endParagraph();
      nodes.push(block.node);
      at = block.next;
    } else {
      paragraph.push(lines[at]);
      at += 1;
    }
  }
  endParagraph();
  return nodes;
}

/** The heading, quote or list that begins at a line, and the line after it. */
function blockAt(lines, at, names) {
  const heading = /^(#{1,3}) +(.+)$/.exec(lines[at]);
  if (heading) {
    return {
      node: el(`h${heading[1].length + 2}`, {}, inlineNodes(heading[2], names)),
      next: at + 1,
    };
  }
  const small = /^-# +(.+)$/.exec(lines[at]);
  if (small) {
    const node = el('small', { class: 'subtext' }, inlineNodes(small[1], names));
    return { node, next: at + 1 };
  }
  if (lines[at].startsWith('>>> ')) {
    const rest = [lines[at].slice(4), ...lines.slice(at + 1)].join('\n');
    return { node: el('blockquote', {}, blocks(rest, names)), next: lines.length };
  }
  if (lines[at].startsWith('> ')) {
    const next = firstNot(lines, at, /^>(?: |$)/);
    const quoted = lines.slice(at, next).map((one) => one.replace(/^> ?/, ''));
    return { node: el('blockquote', {}, blocks(quoted.join('\n'), names)), next };
  }
  return isItem(lines[at]) ? listAt(lines, at, names) : undefined;
}

function listAt(lines, at, names) {
  const next = firstNot(lines, at, /^\s*(?:[-*]|\d+\.) +\S/);
  const items = lines.slice(at, next).map((one) => {
    const [, indent, mark, text] = /^(\s*)([-*]|\d+\.) +(.+)$/.exec(one);
    return { depth: indent.length, mark, text };
  });
  return { node: listOf(items, names), next };
}

/** Items that are indented deeper than the first belong to the item above them. */
function listOf(items, names) {
  const [{ mark, depth }] = items;
  const isNumbered = /\d/.test(mark);
  const list = el(isNumbered ? 'ol' : 'ul', isNumbered ? { start: Number.parseInt(mark, 10) } : {});
  for (let at = 0; at < items.length;) {
    let next = at + 1;
    while (next < items.length && items[next].depth > depth) next += 1;
    const inner = items.slice(at + 1, next);
    const text = inlineNodes(items[at].text, names);
    list.append(el('li', {}, text, inner.length > 0 && listOf(inner, names)));
    at = next;
  }
  return list;
}

function isItem(text) {
  return /^(?:[-*]|\d+\.) +\S/.test(text);
}

function firstNot(lines, from, pattern) {
  let at = from;
  while (at < lines.length && pattern.test(lines[at])) at += 1;
  return at;
}

function inlineNodes(text, names) {
  const nodes = [];
  let rest = text;
  for (let match = inline.exec(rest); match; match = inline.exec(rest)) {
    if (match.index > 0) nodes.push(rest.slice(0, match.index));
    nodes.push(inlineNode(match.groups, names) ?? match[0]);
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') nodes.push(rest);
  return nodes;
}

function inlineNode(found, names) {
  const inner = (text) => inlineNodes(text, names);
  if (found.escape) return found.escaped;
  if (found.code) return el('code', { class: 'inline' }, found.codeText);
  if (found.bold) return el('strong', {}, inner(found.boldText));
  if (found.under) return el('u', {}, inner(found.underText));
  if (found.star) return el('em', {}, inner(found.starText));
  if (found.low) return el('em', {}, inner(found.lowText));
  if (found.strike) return el('s', {}, inner(found.strikeText));
  if (found.spoiler) return spoiler(inner(found.spoilerText));
  if (found.link) return anchor(found.linkUrl, inner(found.linkText));
  if (found.url) return anchor(found.plainUrl, found.plainUrl);
  return reference(found, names);
}

function reference(found, names) {
  if (found.command) return el('span', { class: 'mention' }, `/${found.commandName}`);
  if (found.custom) return `:${found.emojiName}:`;
  if (found.time) return timestamp(Number(found.seconds) * 1000, found.style ?? 'f');
  if (!found.mention) return undefined;
  const id = found.mentionId;
  if (found.kind === '#') {
    const onclick = () => names.openChannel(id);
    return el('button', { class: 'mention', type: 'button', onclick }, `#${names.channel(id)}`);
  }
  const name = found.kind === '@&' ? names.role(id) : names.user(id);
  return el('span', { class: 'mention' }, `@${name.replace(/^@/, '')}`);
}

function spoiler(children) {
  const onclick = (event) => event.currentTarget.classList.add('shown');
  return el('span', { class: 'spoiler', onclick }, children);
}

function anchor(href, children) {
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

const dateStyles = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

function timestamp(ms, style) {
  const date = new Date(ms);
  const text = style === 'R' ? relative(ms) : date.toLocaleString([], dateStyles[style]);
  return el('time', { dateTime: date.toISOString(), title: date.toLocaleString() }, text);
}

function relative(ms) {
  const seconds = Math.round((ms - Date.now()) / 1000);
  const format = new Intl.RelativeTimeFormat([], { numeric: 'auto' });
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ]) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(seconds, 'second');
}
