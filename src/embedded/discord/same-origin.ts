// Keeps other web pages of the same browser out: the Host must be ours (against DNS rebinding) and
// an Origin, when there is one, must be the same. For every route and the WebSocket upgrade.
import type { IncomingHttpHeaders } from 'node:http';

export interface OriginGuard {
  isAllowed(headers: IncomingHttpHeaders): boolean;
}

/** @param host as configured; its own name is allowed besides the names of loopback. */
export function createOriginGuard(host: string, port: number): OriginGuard {
  const names = ['127.0.0.1', 'localhost', '[::1]', bracketed(host)];
  const hosts = new Set(
    names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : `${name}:${port}`)),
  );
  return {
    isAllowed({ host: given, origin }) {
      if (given === undefined || !hosts.has(given.toLowerCase())) return false;
      return origin === undefined || origin.toLowerCase() === `http://${given.toLowerCase()}`;
    },
  };
}

/** An address as it stands in a URL; "any address" is reached by loopback. */
export function bracketed(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
