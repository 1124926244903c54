// The model: where it is, the key to it, and which one serves which tier. A tier's model is really
// asked before it is taken.
import type { CheckId } from '../doctor/check.ts';
import type { Diagnosis } from '../doctor/examine.ts';
import { Tier } from '../domain/model-port.ts';
import { endpointFor, openaiBaseUrl } from '../model/catalog.ts';
import { listModels } from '../model/list-models.ts';
import { askFor, lookAt } from './session.ts';
import type { Session } from './session.ts';

export async function askModel(session: Session): Promise<void> {
  const { terminal, draft } = session;
  terminal.say(`
Model
  Any OpenAI-compatible endpoint. Without one the rehearsal model plays every role: it shows the
  whole job offline, and its texts are templates.`);
  const hasEndpoint = await askEndpoint(session);
  if (!hasEndpoint) {
    for (const name of [...endpointVariables, ...tierVariables]) draft.set(name, null);
    return;
  }
  const names = await namesOf(session);
  if (names.length > 0) terminal.say(`  It has ${listed(names)}.`);
  let preset: string | null = null;
  for (const tier of Tier.options) {
    preset = await askTier(session, { tier, names, before: preset });
    draft.set(variableOf(tier), preset);
  }
  draft.set('EMBEDDING_MODEL', await askEmbedding(session, names));
}

const endpointVariables = ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'EMBEDDING_MODEL', 'MODEL_API'];
const tierVariables = Tier.options.flatMap((tier) =>
  ['', '_BASE_URL', '_API_KEY', '_PRICE_IN', '_PRICE_OUT', '_CONTEXT'].map(
    (suffix) => `${variableOf(tier)}${suffix}`,
  ),
);

function variableOf(tier: Tier): string {
  return `MODEL_${tier.toUpperCase()}`;
}

/** Address and key are looked at together: neither says anything without the other. */
async function askEndpoint({ terminal, draft, clock }: Session): Promise<boolean> {
  const session = { terminal, draft, clock };
  const baseUrl = draft.get('OPENAI_BASE_URL');
  const before = baseUrl ?? (draft.get('OPENAI_API_KEY') === null ? null : openai);
  const endpoint = await askFor(session, {
    text: `Endpoint (${openai}, or a URL such as http://127.0.0.1:11434/v1)`,
    preset: { value: before, words: before ?? 'the rehearsal model' },
    look: async (value) => {
      if (value === null || value === openai) return [];
      // A key comes next; whether one is wanted is not the question here.
      const found = await look(session, { OPENAI_BASE_URL: value, OPENAI_API_KEY: null });
      return found.filter(({ cure }) => cure?.includes('OPENAI_API_KEY') !== true);
    },
  });
  if (endpoint === null) return false;
  draft.set('OPENAI_BASE_URL', endpoint === openai ? null : endpoint);
  const key = draft.get('OPENAI_API_KEY');
  draft.set(
    'OPENAI_API_KEY',
    await askFor(session, {
      text: 'Key (not shown)',
      preset: { value: key, words: key === null ? 'none' : 'keep the one set' },
      isSecret: true,
      look: (value) => look(session, { OPENAI_API_KEY: value, ...onlyUrl(endpoint) }),
    }),
  );
  return true;
}

const openai = 'openai';

function onlyUrl(endpoint: string): Record<string, string> {
  return { OPENAI_BASE_URL: endpoint === openai ? openaiBaseUrl : endpoint };
}

function look(
  session: Session,
  env: Readonly<Record<string, string | null>>,
  ids: readonly CheckId[] = ['model.endpoint'],
): Promise<Diagnosis[]> {
  return lookAt(session, { env, ids });
}

/** What is known of the endpoint by now, with one thing changed. */
function envWith({ draft }: Session, name: string, value: string | null) {
  const known = ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'MODEL_API', ...tierVariables];
  return { ...Object.fromEntries(known.map((one) => [one, draft.get(one)])), [name]: value };
}

async function namesOf({ draft }: Session): Promise<string[]> {
  const baseUrl = draft.get('OPENAI_BASE_URL') ?? openaiBaseUrl;
  const list = await listModels({ baseUrl, apiKey: draft.get('OPENAI_API_KEY') });
  return list.ok ? list.models.map(({ id }) => id).sort() : [];
}

const namesMax = 15;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, namesMax).map((name, at) => `${at + 1}. ${name}`);
  const more = names.length > namesMax ? [`… (${names.length} in all)`] : [];
  return [...shown, ...more].join(', ');
}

interface Choosing {
  tier: Tier;
  names: readonly string[];
  /** The model of the tier below. */
  before: string | null;
}

function askTier(session: Session, { tier, names, before }: Choosing): Promise<string | null> {
  const name = variableOf(tier);
  const { model: usual } = endpointFor(tier, {});
  const speaking = names.filter((one) => !isEmbedding(one));
  const isKnown = names.length === 0 || names.includes(usual);
  const preset = session.draft.get(name) ?? (isKnown ? usual : (before ?? speaking[0] ?? usual));
  return askFor(session, {
    text: `Model for ${tier} tasks (name or number)`,
    isNeeded: true,
    preset: { value: preset, words: preset },
    meant: (typed) => names[Number(typed) - 1] ?? typed,
    look: (value) => look(session, envWith(session, name, value), [`model.${tier}`]),
  });
}

function isEmbedding(name: string): boolean {
  return /embed|bge|minilm/i.test(name);
}

function askEmbedding(session: Session, names: readonly string[]): Promise<string | null> {
  const name = 'EMBEDDING_MODEL';
  const preset = session.draft.get(name) ?? names.find(isEmbedding) ?? null;
  return askFor(session, {
    text: 'Model for embeddings, which find memories by meaning',
    preset: { value: preset, words: preset ?? 'none' },
    meant: (typed) => names[Number(typed) - 1] ?? typed,
    look: async (value) =>
      value === null ? [] : look(session, envWith(session, name, value), ['model.embedding']),
  });
}
