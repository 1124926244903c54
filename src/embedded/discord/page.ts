// Serves the web page's own files from memory. They carry no data and no secret: the page reads the
// person's token from the URL fragment, which never reaches a server.
import { readFileSync, readdirSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const contentTypes = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
]);

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function servePage(app: FastifyInstance): void {
  const folder = new URL('./page/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const type = contentTypes.get(name.split('.').at(-1) ?? '');
    if (type === undefined) continue;
    const body = readFileSync(new URL(name, folder));
    const url = name === 'index.html' ? '/' : `/page/${name}`;
    app.get(url, (_request, reply) =>
      reply
        .header('content-type', type)
        .header('content-security-policy', policy)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(body),
    );
  }
}
