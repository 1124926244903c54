// Where something is said. The domain names places; Discord's channel ids are looked up at the
// edge. guild = agency · category = project · channel = stream · thread = one Specialist's record
// of work.
import { z } from 'zod';
import { AgentId, ProjectId, Snowflake, StreamId } from './ids.ts';
import { clip, prose } from './prose.ts';

export const PlaceKey = z
  .string()
  .regex(
    /^(agency|agency\.(director|decisions|log)|P[1-9]\d*|P[1-9]\d*\.(overview|S\d+|S\d+\.[\w-]+))$/,
  );
export type PlaceKey = z.infer<typeof PlaceKey>;

export const agencyPlaces = {
  category: 'agency',
  director: 'agency.director',
  decisions: 'agency.decisions',
  log: 'agency.log',
} as const;

/** The category of a project is its id; these are the places inside it. */
export const placeOf = {
  overview: (projectId: string): PlaceKey => `${projectId}.overview`,
  stream: (projectId: string, streamId: string): PlaceKey => `${projectId}.${streamId}`,
  thread: (projectId: string, streamId: string, agentId: string): PlaceKey =>
    `${projectId}.${streamId}.${agentId}`,
};

/** A place that shall exist. Opening the same place twice changes nothing. */
export const PlaceOrder = z.strictObject({
  key: PlaceKey,
  kind: z.enum(['category', 'channel', 'thread']),
  /** The category of a channel, the channel of a thread; null for a category. */
  parent: PlaceKey.nullable(),
  name: z.string().min(1).max(100),
  topic: prose(1000).nullable(),
  /** Human specialists who may see it besides the Director. */
  humans: z.array(Snowflake),
});
export type PlaceOrder = z.infer<typeof PlaceOrder>;

/** What a place key names; null parts are not in it. */
export interface PlaceParts {
  projectId: string | null;
  streamId: string | null;
  agentId: string | null;
}

export function partsOf(key: PlaceKey): PlaceParts {
  const [first = '', second, third] = key.split('.');
  return {
    projectId: ProjectId.safeParse(first).success ? first : null,
    streamId: StreamId.safeParse(second).success ? (second ?? null) : null,
    agentId: AgentId.safeParse(third).success ? (third ?? null) : null,
  };
}

/** A channel's name as Discord shows it: lower case, words joined by hyphens. */
export function channelName(title: string): string {
  const words = title
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const name = clip(words.replace(/^-/, ''), 60).replace(/-$/, '');
  return name === '' ? 'stream' : name;
}
