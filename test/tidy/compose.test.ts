// What `docker compose up` would start, as far as the file itself can say: no engine runs here.
import { existsSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { processRoles } from '../../src/config.ts';
import { configVariables } from '../../src/config-variables.ts';
import { topology } from '../scenarios/topology.ts';

const Service = z.looseObject({
  image: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  pids_limit: z.number().optional(),
  mem_limit: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  networks: z.array(z.string()).optional(),
  restart: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.unknown()).optional(),
  deploy: z.strictObject({ replicas: z.int() }).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.unknown()),
});
type Compose = z.infer<typeof Compose>;

function read(text: string): Compose {
  return Compose.parse(parse(text, { merge: true }));
}

/** Everything that is wrong with a compose file of ours. */
function faultsOf({ services, networks, volumes }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const outside = (service.networks ?? []).filter((one) => networks[one]?.internal !== true);
    const named = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    const variables = name === 'gateway' || name === 'worker' ? service.environment : undefined;
    const faults: [boolean, string][] = [
      [service.read_only !== true, 'may write to its file system'],
      [service.cap_drop?.[0] !== 'ALL', 'keeps capabilities'],
      [!service.security_opt?.includes('no-new-privileges:true'), 'may gain privileges'],
      [service.pids_limit === undefined || service.mem_limit === undefined, 'has no limits'],
      [service.ports !== undefined, 'publishes a port'],
      [named.some((volume) => !(volume in volumes)), 'mounts something of the host'],
      [outside.length > 0 && !['gateway', 'worker'].includes(name), 'reaches outside'],
      [(service.image ?? '').endsWith(':latest'), 'has an image that changes'],
      [service.restart === undefined, 'does not say when it restarts'],
      ...Object.keys(variables ?? {}).map((variable): [boolean, string] => [
        !configVariables.has(variable),
        `sets ${variable}, which is no variable of ours`,
      ]),
    ];
    return faults.filter(([isFault]) => isFault).map(([, what]) => `${name} ${what}`);
  });
}

const text = readFileSync('docker-compose.yml', 'utf8');

describe('docker-compose.yml', () => {
  const compose = read(text);

  test('hardens every service', () => {
    expect(faultsOf(compose)).toEqual([]);
  });

  test('starts a gateway and workers in their roles, on the services of the file', () => {
    const { gateway, worker } = compose.services;
    const roles = [gateway, worker].map((service) => service?.environment?.['ATEAMS_ROLE']);
    expect(roles).toEqual(['gateway', 'worker']);
    expect(processRoles).toEqual(expect.arrayContaining(roles));
    for (const service of Object.keys(gateway?.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(service);
    }
  });

  test('starts as many of each as are killed in the test of its topology', () => {
    const { gateway, worker } = compose.services;
    const replicas = { gateway: gateway?.deploy?.replicas, worker: worker?.deploy?.replicas };
    expect(replicas).toEqual(topology);
  });

  test.each([
    [{ ready: true, degraded: [] }, 0],
    [{ ready: false, standby: true, missing: ['gateway'], degraded: [] }, 0],
    [{ ready: false, missing: ['progress'], degraded: [] }, 1],
    [null, 1],
  ])('calls a process that answers %j well (0) or not (1): %j', async (answer, code) => {
    const script = compose.services['worker']?.healthcheck?.test.at(-1) ?? '';
    const { promise, resolve } = Promise.withResolvers<number>();
    const fetch = async (url: string) => {
      if (answer === null) throw new Error(`nobody answers at ${url}`);
      return { json: async () => answer };
    };
    runInNewContext(script, { fetch, process: { exit: resolve } });
    expect(await promise).toBe(code);
  });

  test.each([
    ['  read_only: true\n', '', 'redis may write to its file system'],
    ['    mem_limit: 256m\n', '', 'redis has no limits'],
    [
      '    networks: [data]\n    mem_limit: 256m',
      '    networks: [outside]\n    mem_limit: 256m',
      'redis reaches outside',
    ],
    [
      "    volumes: ['chroma:/data']",
      "    volumes: ['/var/run/docker.sock:/data']",
      'chroma mounts something of the host',
    ],
    [
      'ATEAMS_ROLE: worker',
      'ATEAMS_ROLL: worker',
      'worker sets ATEAMS_ROLL, which is no variable of ours',
    ],
  ])('is caught when it says %j as %j', (good, bad, fault) => {
    expect(text).toContain(good);
    expect(faultsOf(read(text.replace(good, bad)))).toContain(fault);
  });
});

test('the Dockerfile copies what exists, and runs as somebody', () => {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  expect(lines.find((line) => line.startsWith('USER '))).toBe('USER 10001:10001');
});
