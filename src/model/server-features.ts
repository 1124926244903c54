// "OpenAI-compatible" servers differ in what they take. We ask with everything, and where a server
// refuses a request because of one feature, we leave that feature out from then on: it is found out
// once per endpoint, from the server's own words, and never probed for ahead (`feature-memory.ts`).
// The surprise: some servers refuse without naming what, and some take a feature and ignore it.
// Without `json_schema`, or where it is ignored, the schema is said in the prompt, so callers
// always get an answer meant to fit it. Tools are `text-tools.ts`'s.
import { messageOf } from '../lib/errors.ts';
import { openaiBaseUrl } from './catalog.ts';
import { apiErrorOf } from './classify.ts';
import { answerLimitNamedIn } from './window.ts';

export const features = [
  /** `metadata` with agent, turn and step; OpenAI itself takes it for stored completions only. */
  'metadata',
  /** The same in short; OpenAI calls it deprecated. */
  'user',
  'streamOptions',
  /** Schemas that say how long a text must be at least; OpenAI's strict mode refuses that. */
  'minLength',
  /** `strict: true` on tools and answer schemas. */
  'strict',
  'jsonSchema',
  /** Answers to a `json_schema` are JSON of about that shape; else the schema is said as well. */
  'heedsSchema',
  'toolChoice',
  /** `max_tokens`; without it the newer `max_completion_tokens` is sent. */
  'maxTokens',
  /** `include: ['reasoning.encrypted_content']`; models that do not reason refuse it. */
  'encryptedReasoning',
  /** Tools with the model's default reasoning; without it reasoning is switched off. */
  'reasoningWithTools',
  'streaming',
] as const;
export type Feature = (typeof features)[number];

export type ServerFeatures = Readonly<Record<Feature, boolean>>;

/** What we believe of a server before it has refused anything. */
export function featuresOf(baseUrl: string): ServerFeatures {
  const isOpenai = baseUrl === openaiBaseUrl;
  return {
    metadata: !isOpenai,
    user: true,
    streamOptions: true,
    minLength: !isOpenai,
    strict: true,
    jsonSchema: true,
    heedsSchema: true,
    encryptedReasoning: true,
    toolChoice: true,
    maxTokens: !isOpenai,
    reasoningWithTools: true,
    streaming: true,
  };
}

/** `uses` says whether to send a feature; `used` remembers which ones the request had a use for. */
export function countUses(known: ServerFeatures): {
  used: Set<Feature>;
  uses: (feature: Feature, wanted: boolean) => boolean;
} {
  const used = new Set<Feature>();
  return {
    used,
    uses(feature, wanted) {
      if (wanted && known[feature]) used.add(feature);
      return wanted && known[feature];
    },
  };
}

// The order matters: "stream_options" also contains "stream", and a schema that is refused for one
// of its keywords is called invalid as well.
const signs: readonly { feature: Feature; words: RegExp }[] = [
  { feature: 'metadata', words: /metadata/i },
  { feature: 'streamOptions', words: /stream_options|include_usage/i },
  { feature: 'encryptedReasoning', words: /encrypted|\binclude\b/i },
  { feature: 'reasoningWithTools', words: /reasoning_effort/i },
  { feature: 'minLength', words: /min_?length/i },
  { feature: 'strict', words: /invalid schema|\bstrict\b/i },
  { feature: 'jsonSchema', words: /response_format|json_schema|text\.format|grammar/i },
  { feature: 'toolChoice', words: /tool_choice/i },
  { feature: 'maxTokens', words: /max_tokens/i },
  { feature: 'streaming', words: /\bstream(ing)?\b/i },
  { feature: 'user', words: /(['"`.]|parameter:? )user\b/i },
];

const refusalWords = new RegExp(
  [
    'unsupported',
    'not (yet )?(supported|permitted|allowed|implemented)',
    'only allowed',
    'unknown|unrecognized|unexpected',
    'extra (fields|inputs)',
    'invalid|cannot',
  ].join('|'),
  'i',
);

const refusalStatuses = [400, 415, 422, 501];

/**
 * The feature a server refused with this error, if it was one that is still switched on and that
 * the request used.
 */
export function refusedFeature(
  error: unknown,
  state: { features: ServerFeatures; used: ReadonlySet<Feature> },
): Feature | undefined {
  const api = apiErrorOf(error);
  if (api === undefined || !refusalStatuses.includes(api.status ?? 0)) return undefined;
  // Too much of something is not the thing itself.
  if (answerLimitNamedIn(api) !== undefined) return undefined;
  const words = `${messageOf(api)} ${api.param ?? ''}`;
  if (!refusalWords.test(words)) return undefined;
  const sign = signs.find(
    ({ feature, words: pattern }) =>
      state.features[feature] && state.used.has(feature) && pattern.test(words),
  );
  return sign?.feature;
}

/** Worth a try without when a server refuses a request and does not say why. */
const doubtful: readonly Feature[] = ['jsonSchema', 'streaming'];
/** And with those, where that was not it: what nobody misses. */
const dispensable: readonly Feature[] = [
  'metadata',
  'user',
  'streamOptions',
  'minLength',
  'strict',
];

/**
 * The features to leave out of each further try after a refusal that names none: of those the
 * request used, the ones that no answer of this server has proven yet.
 */
export function doubtedFeatures(
  used: ReadonlySet<Feature>,
  proven: ReadonlySet<Feature>,
): Feature[][] {
  const isDoubted = (feature: Feature) => used.has(feature) && !proven.has(feature);
  const first = doubtful.filter(isDoubted);
  const more = dispensable.filter(isDoubted);
  if (first.length === 0) return [];
  return more.length === 0 ? [first] : [first, [...first, ...more]];
}
