// Modules of the agency as a run loads them, changed. A mutant lacks a guard, to see that a run
// would notice; the hurried edition keeps all of them and only has less time. Each edit is a piece
// of a module's source and what stands in its place; the piece must be there exactly once, so that
// a change of the module breaks this loudly instead of making it harmless.

export interface Edition {
  name: string;
  /** What is different, in words. */
  about: string;
  edits: readonly Edit[];
}

export interface Edit {
  /** From the root of the repository. */
  file: string;
  find: string;
  put: string;
}

export const mutants: readonly Edition[] = [
  {
    name: 'no-nonce',
    about: 'Discord is not asked to make a repeated message once, and nothing is looked up',
    edits: [
      {
        file: 'src/discord/send-once.ts',
        find: 'enforce_nonce: true',
        put: 'enforce_nonce: false',
      },
      { file: 'src/discord/send-once.ts', find: 'if (isForgotten) {', put: 'if (false) {' },
    ],
  },
  {
    name: 'no-fence',
    about: 'whoever once claimed a turn may go on with it and end it',
    edits: [
      {
        file: 'src/store/turns.ts',
        find: "return and(eq(turns.id, id), eq(turns.fence, fence), eq(turns.status, 'running'));",
        put: 'return eq(turns.id, id);',
      },
    ],
  },
  {
    name: 'no-inbox-key',
    about: 'every delivery of an event is accepted, the second as well',
    edits: [{ file: 'src/store/inbox.ts', find: 'return rows.length > 0;', put: 'return true;' }],
  },
];

/**
 * The sender's times, shrunk: what an outage of minutes does, a kill does then. Discord's own
 * memory of nonces must be shrunk with it, see `hurriedNonceWindowMs`.
 */
export const hurried: Edition = {
  name: 'hurried',
  about: 'Discord is trusted to remember a nonce for 6 seconds instead of 60',
  edits: [
    { file: 'src/discord/discord-limits.ts', find: '  nonceMs: 60_000,', put: '  nonceMs: 6_000,' },
    { file: 'src/discord/discord-limits.ts', find: '  quietMs: 60_000,', put: '  quietMs: 8_000,' },
    { file: 'src/discord/discord-limits.ts', find: '  postMs: 15_000,', put: '  postMs: 3_000,' },
    { file: 'src/discord/discord-limits.ts', find: '  armedMs: 5_000,', put: '  armedMs: 2_000,' },
  ],
};

/** A little more than is trusted, as in life. */
export const hurriedNonceWindowMs = 7000;

export const editions: readonly Edition[] = [...mutants, hurried];

/** @throws Error when a module is not what the edition was written against */
export function edited(edition: Edition, edits: readonly Edit[], source: string): string {
  return edits.reduce((text, { file, find, put }) => {
    const parts = text.split(find);
    if (parts.length === 2) return parts.join(put);
    throw new Error(
      `The edition ${edition.name} looks for “${find}” in ${file} and finds it ` +
        `${parts.length - 1} times. Write it anew against the module as it is now.`,
    );
  }, source);
}
