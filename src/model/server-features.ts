// "OpenAI-compatible" servers differ in what they take. We ask with everything, and where a server
// refuses a request because of one feature, we leave that feature out from then on: it is found out
// once per endpoint, from the server's own words, and never probed for ahead.
// The surprise: without `json_schema` the schema is said in the prompt instead, so callers always
// get an answer meant to fit it; without tools there is nothing we can do here, and the caller is
// told (`tools-unsupported`) to offer them as text.
import { messageOf } from '../lib/errors.ts';
import { openaiBaseUrl } from './catalog.ts';
import { apiErrorOf } from './classify.ts';

export const features = [
  /** `metadata` with agent, turn and step; OpenAI itself takes it for stored completions only. */
  'metadata',
  'streamOptions',
  /** `strict: true` on tools and answer schemas. */
  'strict',
  'jsonSchema',
  'toolChoice',
  /** `max_tokens`; without it the newer `max_completion_tokens` is sent. */
  'maxTokens',
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
    streamOptions: true,
    strict: true,
    jsonSchema: true,
    toolChoice: true,
    maxTokens: !isOpenai,
    reasoningWithTools: true,
    streaming: true,
  };
}

// The order matters: "stream_options" also contains "stream".
const signs: readonly { feature: Feature; words: RegExp }[] = [
  { feature: 'metadata', words: /metadata/i },
  { feature: 'streamOptions', words: /stream_options|include_usage/i },
  { feature: 'reasoningWithTools', words: /reasoning_effort/i },
  { feature: 'strict', words: /invalid schema|\bstrict\b/i },
  { feature: 'jsonSchema', words: /response_format|json_schema|grammar/i },
  { feature: 'toolChoice', words: /tool_choice/i },
  { feature: 'maxTokens', words: /max_tokens/i },
  { feature: 'streaming', words: /\bstream(ing)?\b/i },
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
  const words = `${messageOf(api)} ${api.param ?? ''}`;
  if (!refusalWords.test(words)) return undefined;
  const sign = signs.find(
    ({ feature, words: pattern }) =>
      state.features[feature] && state.used.has(feature) && pattern.test(words),
  );
  return sign?.feature;
}
