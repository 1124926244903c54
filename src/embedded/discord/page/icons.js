// The page's own drawings, so that its tools look the same without any font for emoji.

const paths = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  thread: 'M5 5h14v10H11l-4 4v-4H5zM9 9h7M9 12h4',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  members:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 19c0-3 3-5 6-5s6 2 6 5' +
    'M16 11a3 3 0 0 0 0-6M17 14c2 .5 4 2 4 5',
  leave: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  plus: 'M12 5v14M5 12h14',
  send: 'M4 5l16 7-16 7 3-7zM7 12h6',
  close: 'M6 6l12 12M18 6L6 18',
  reply: 'M10 6l-6 6 6 6M4 12h9c4 0 7 2 7 6',
  bin: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.500 14c1 2 6 2 7 0M9 9v1M15 9v1',
  crown: 'M4 18h16M4 8l4 5 4-8 4 8 4-5-2 10H6z',
};

/** @param {keyof typeof paths} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'drawn');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg.namespaceURI, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
