// How long one question to a model may take and how often it is asked again. These bound the
// transport; what a turn may cost or how many steps it has is the domain's to say. Tests pass
// shorter ones, so no test waits for real time to pass.

export interface ModelLimits {
  /** Streaming: from sending the request to the first piece of content, headers included. */
  firstDeltaMs: number;
  /** Streaming: between two pieces of content. Keep-alive bytes are not content. */
  idleMs: number;
  /** From sending the request to its last byte, streaming or not. */
  totalMs: number;
  /** Requests sent for one question while the endpoint fails; a rate limit does not count. */
  attemptsMax: number;
  /** No further attempt starts this long after the question was asked. */
  retryWindowMs: number;
  backoffFirstMs: number;
  backoffMaxMs: number;
  /** A server that fails and wants a longer pause than this is asked again from the queue. */
  waitMaxMs: number;
  /** The same for a server that wants us to slow down: from the queue, people see until when. */
  rateWaitMaxMs: number;
  /** An endpoint that is left alone is tried again, by one question, this often. */
  probeMs: number;
  /** What a server refused to take is tried again, by one request, after this long. */
  featureRetryMs: number;
  concurrencyFirst: number;
  concurrencyMax: number;
  /** Longer answers are a server gone wrong: no model's output reaches this. */
  answerCharsMax: number;
  toolCallsMax: number;
}

/** Timers and attempts as RELIABILITY §1.7 sets them. */
export const defaultModelLimits: ModelLimits = {
  firstDeltaMs: 120_000,
  idleMs: 45_000,
  totalMs: 300_000,
  attemptsMax: 6,
  retryWindowMs: 15 * 60_000,
  backoffFirstMs: 1_000,
  backoffMaxMs: 60_000,
  waitMaxMs: 60_000,
  rateWaitMaxMs: 10_000,
  probeMs: 30_000,
  featureRetryMs: 60 * 60_000,
  concurrencyFirst: 32,
  concurrencyMax: 128,
  answerCharsMax: 2_000_000,
  toolCallsMax: 64,
};
