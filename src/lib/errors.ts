// Every error we throw is one of these: a code for machines, ids as fields, and whether trying
// again later can help. Expected refusals are values, not errors; anything thrown that is not an
// AppError is a bug, and the edge that catches it says so.

/**
 * `later`: the same work may succeed another time. `never`: it will not, the domain must decide.
 */
export type Retry = 'never' | 'later';

export interface AppErrorOptions {
  code: string;
  retry: Retry;
  /** What a person should be told; the message itself when absent. */
  forPeople?: string;
  ids?: Record<string, string | number>;
  cause?: unknown;
  /** With `later`: not before this many milliseconds. */
  retryAfterMs?: number;
}

export class AppError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly forPeople: string;
  readonly ids: Record<string, string | number>;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.retry = options.retry;
    this.forPeople = options.forPeople ?? message;
    this.ids = options.ids ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What the operator configured cannot work; the start stops and names every fault at once. */
export class ConfigError extends AppError {}
/** Discord, its REST or its gateway. */
export class DiscordError extends AppError {}
/** A model endpoint, or what came back from it. */
export class ModelError extends AppError {}
/** Postgres, or what is stored in it. */
export class StoreError extends AppError {}
/** Chroma. */
export class MemoryError extends AppError {}
/** A tool's execution. */
export class ToolError extends AppError {}
/** An embedded stand-in that does not start, answer or stop. */
export class EmbeddedError extends AppError {}

/** Not a failure: what it needs is not there yet. Trying again costs no attempt. */
export class NotYet extends AppError {
  constructor(message: string, retryAfterMs: number) {
    super(message, { code: 'not-yet', retry: 'later', retryAfterMs });
  }
}

/** Only people can put it right, and whatever needs the same must wait until they have. */
export class Blocked extends AppError {
  /** What is closed; the same for everything that waits for it. */
  readonly where: string;

  constructor(where: string, cause: AppError) {
    const { code, forPeople, ids } = cause;
    super(cause.message, { code, retry: 'never', forPeople, ids, cause });
    this.where = where;
  }
}

/** The message of anything thrown, for logs and for `cause` chains. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A broken expectation inside the program: a bug, never a refusal. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}
