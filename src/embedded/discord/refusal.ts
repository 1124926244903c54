// A request that Discord would refuse: its HTTP status and its `{ code, message, errors }` body.
// Thrown by a route and turned into the reply in one place, so every refusal has Discord's shape.
import { EmbeddedError } from '../../lib/errors.ts';

export interface RefusalBody {
  code: number;
  message: string;
  errors?: unknown;
  /** Seconds, of a 429. */
  retry_after?: number;
  global?: boolean;
}

export class Refusal extends EmbeddedError {
  readonly status: number;
  readonly body: RefusalBody;
  readonly headers: Record<string, string>;

  constructor(status: number, body: RefusalBody, headers: Record<string, string> = {}) {
    super(`${body.code}: ${body.message}`, { code: `discord-${body.code}`, retry: 'never' });
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Discord's numeric codes with the status and words that go with them. */
const known = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownOverwrite: [404, 10009, 'Unknown Overwrite'],
  unknownRole: [404, 10011, 'Unknown Role'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownEmoji: [400, 10014, 'Unknown Emoji'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  notForBots: [403, 20001, 'Bots cannot use this endpoint'],
  onlyForBots: [403, 20002, 'Only bots can use this endpoint'],
  tooManyPins: [400, 30003, 'Maximum number of pins reached for the channel (250)'],
  tooManyReactions: [400, 30010, 'Maximum number of reactions reached (20)'],
  tooManyChannels: [400, 30013, 'Maximum number of guild channels reached (500)'],
  tooManyCommands: [400, 30032, 'Maximum number of application commands reached (100)'],
  tooLarge: [413, 40005, 'Request entity too large'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50001, 'Missing Access'],
  notTheAuthor: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  noDirectMessages: [400, 50007, 'Cannot send messages to this user'],
  notATextChannel: [400, 50008, 'Cannot send messages in a non-text channel'],
  wrongChannelType: [400, 50024, 'Cannot execute action on this channel type'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  wrongMessageType: [403, 50021, 'Cannot execute action on a system message'],
  threadArchived: [400, 50083, 'Thread is archived'],
  notJson: [400, 50109, 'The request body contains invalid JSON.'],
  threadExists: [400, 160004, 'A thread has already been created for this message'],
  tooManyThreads: [400, 160006, 'Maximum number of active threads reached'],
} as const satisfies Record<string, readonly [number, number, string]>;

export function refusal(name: keyof typeof known): Refusal {
  const [status, code, message] = known[name];
  return new Refusal(status, { code, message });
}

/** 429; clients read the header, people the body. */
export function rateLimited(waitMs: number): Refusal {
  const retry_after = waitMs / 1000;
  return new Refusal(
    429,
    { code: 0, message: 'You are being rate limited.', retry_after, global: false },
    { 'retry-after': String(Math.ceil(retry_after)), 'x-ratelimit-scope': 'user' },
  );
}

export interface FormFault {
  /** Where in the body, such as `['embeds', 0, 'title']`; empty for the body itself. */
  path: PropertyKey[];
  code: string;
  message: string;
}

/** 50035 with Discord's tree of `_errors`. */
export function invalidForm(faults: FormFault[]): Refusal {
  return new Refusal(400, { code: 50035, message: 'Invalid Form Body', errors: treeOf(faults) });
}

interface FaultTree {
  [key: string]: FaultTree | { code: string; message: string }[];
}

function treeOf(faults: FormFault[]): FaultTree {
  const root = emptyTree();
  for (const { path, code, message } of faults) {
    let node = root;
    for (const key of path) node = childOf(node, String(key));
    const listed = node['_errors'];
    node['_errors'] = [...(Array.isArray(listed) ? listed : []), { code, message }];
  }
  return root;
}

function childOf(node: FaultTree, key: string): FaultTree {
  const present = node[key];
  if (present !== undefined && !Array.isArray(present)) return present;
  const child = emptyTree();
  node[key] = child;
  return child;
}

/** Without a prototype, because the keys come from the request. */
function emptyTree(): FaultTree {
  return Object.create(null) as FaultTree; // the standard library types it as any
}
