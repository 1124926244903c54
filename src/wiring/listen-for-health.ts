// With a remote Discord the health routes have a listener of their own.
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { ConfigError, messageOf } from '../lib/errors.ts';
import type { PartsDeps } from './parts.ts';

/** @throws ConfigError when the address is not to be had */
export async function listenForHealth(
  { config, closers }: PartsDeps,
  routes: (app: FastifyInstance) => void,
): Promise<string> {
  const app = Fastify();
  routes(app);
  const { host, port } = config;
  const url = await app.listen({ host, port }).catch((error: unknown) => {
    throw notListening({ host, port }, error);
  });
  closers.add('HTTP', () => app.close());
  return url;
}

function notListening({ host, port }: { host: string; port: number }, error: unknown): ConfigError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const isTaken = code === 'EADDRINUSE';
  return new ConfigError(`cannot listen on ${host}:${port}: ${messageOf(error)}`, {
    code: isTaken ? 'port-taken' : 'address-unusable',
    retry: 'never',
    forPeople: isTaken
      ? `Port ${port} is taken by another program. Set PORT to a free one, or to 0 for any.`
      : `Cannot listen on ${host}:${port}. Set HOST and PORT to an address of this machine.`,
    cause: error,
  });
}
