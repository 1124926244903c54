// The model endpoints: is somebody there, does the key fit, is the model known, and what can it do?
// A question is really asked, because a list of models proves nothing.
import { ModelError } from '../lib/errors.ts';
import type { Tier } from '../domain/model-port.ts';
import type { EndpointConfig } from '../model/catalog.ts';
import { faultTable } from '../model/fault-table.ts';
import { listModels } from '../model/list-models.ts';
import type { ListedModel, ModelList } from '../model/list-models.ts';
import { probeEmbeddings } from '../model/probe-embeddings.ts';
import type { EndpointProbe } from '../model/probe-endpoint.ts';
import { fault, ok, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import type { ModelPatient, Patient } from './patient.ts';

/** Twice the time that one question may take. */
const questionsMsMax = 200_000;
const rehearsal = 'the rehearsal model plays every role, offline';

export const modelChecks: readonly Check[] = [
  { id: 'model.endpoint', name: 'Endpoint', needs: [], msMax: 25_000, look: checkEndpoints },
  tierCheck('economy'),
  tierCheck('standard'),
  tierCheck('premium'),
  {
    id: 'model.embedding',
    name: 'Embeddings',
    needs: ['model.endpoint'],
    msMax: 35_000,
    look: checkEmbedding,
  },
];

function tierCheck(tier: Tier): Check {
  return {
    id: `model.${tier}`,
    name: `Model ${tier}`,
    needs: ['model.endpoint'],
    msMax: questionsMsMax,
    look: ({ models }) =>
      models === null ? ok(rehearsal) : checkModel(models, tier, models.tiers[tier]),
  };
}

async function checkEndpoints({ models }: Patient): Promise<Finding> {
  if (models === null) return ok(rehearsal);
  const endpoints = new Map(
    Object.values(models.tiers).map((one) => [`${one.baseUrl} ${one.apiKey ?? ''}`, one]),
  );
  const findings = await Promise.all(
    [...endpoints.values()].map(async (endpoint) =>
      findingOn(endpoint, await models.list(endpoint)),
    ),
  );
  const bad = findings.find(({ state }) => state === 'fault');
  return bad ?? ok(findings.map(({ found }) => found).join('; '));
}

async function findingOn({ baseUrl, apiKey }: EndpointConfig, list: ModelList): Promise<Finding> {
  if (list.ok) return ok(`${baseUrl} has ${list.models.length} models`);
  if (list.status === null) {
    return fault(
      `nothing answers at ${baseUrl}: ${list.reason}`,
      'Check that the server runs and that `OPENAI_BASE_URL` names its host and port. Inside a ' +
        'container 127.0.0.1 is the container itself.',
    );
  }
  if (list.status === 401) {
    const found = apiKey === null ? 'wants a key, and none is set' : 'refuses the key';
    return fault(
      `${baseUrl} ${found}`,
      'Set `OPENAI_API_KEY`, or the `_API_KEY` of a tier that has its own, to a key for it.',
    );
  }
  const withVersion = `${baseUrl}/v1`;
  if (!/\/v\d+$/.test(baseUrl) && isThere(await listModels({ baseUrl: withVersion, apiKey }))) {
    return fault(
      `${baseUrl} is not where the models are, but ${withVersion} is`,
      `Set \`OPENAI_BASE_URL\` to ${withVersion}.`,
    );
  }
  return ok(`${baseUrl} answers, and lists no models`);
}

/** A server that wants a key first is one too. */
function isThere(list: ModelList): boolean {
  return list.ok || list.status === 401;
}

async function checkModel(
  models: ModelPatient,
  tier: Tier,
  endpoint: EndpointConfig,
): Promise<Finding> {
  const list = await models.list(endpoint);
  const listed = list.ok ? list.models : [];
  try {
    return findingOf(endpoint, await models.probe(endpoint), listed);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return findingOfFailure(error, { tier, endpoint, listed });
  }
}

function findingOf(
  endpoint: EndpointConfig,
  probe: EndpointProbe,
  listed: readonly ListedModel[],
): Finding {
  const { model, contextTokens } = endpoint;
  const told = listed.find(({ id }) => id === model)?.contextTokens ?? null;
  const abilities = [
    'text',
    probe.tools === 'native' ? 'tools' : 'no tools',
    probe.jsonSchema ? 'JSON schema' : 'no JSON schema',
    probe.streaming ? 'streaming' : 'no streaming',
    `answers in ${(probe.latencyMs / 1000).toFixed(1)} s`,
    `${contextTokens} tokens of context`,
    endpoint.priceIn === null ? 'no price, so tokens alone bound it' : 'with prices',
  ];
  const found = `${model}: ${abilities.join(', ')}`;
  if (told !== null && told < contextTokens) {
    return warn(
      `${found}; the server says it has ${told}`,
      `Set the tier's \`_CONTEXT\` to ${told}, or long prompts are cut or refused.`,
    );
  }
  return probe.tools === 'native' ? ok(found) : warn(found, withoutTools(probe.tools));
}

function withoutTools(tools: 'text' | 'none'): string {
  const works =
    tools === 'text'
      ? 'It works: it writes its commands as lines of text, which fails more often.'
      : 'Told to write a command as a line of text it did not either: expect it to fail.';
  return (
    `${works} Better take a model that calls tools, or switch them on in the server (vLLM: ` +
    '--enable-auto-tool-choice, llama.cpp: --jinja).'
  );
}

interface Failed {
  tier: Tier;
  endpoint: EndpointConfig;
  listed: readonly ListedModel[];
}

function findingOfFailure(error: ModelError, { tier, endpoint, listed }: Failed): Finding {
  const { model, baseUrl } = endpoint;
  const variable = `MODEL_${tier.toUpperCase()}`;
  const isListed = listed.some(({ id }) => id === model);
  if (listed.length > 0 && !isListed) {
    return fault(
      `${baseUrl} has no model ${model}`,
      `Set \`${variable}\` to one that it has: ${nearest(model, listed).join(', ')}.`,
    );
  }
  const words = error.message.replace(/^[a-z-]+: /, '').slice(0, 300);
  if (error.code === 'access-refused') {
    return fault(
      `${model} is refused: ${words}`,
      `Set \`${variable}\` to a model that this endpoint has, or \`OPENAI_API_KEY\` to a key ` +
        'that may use it.',
    );
  }
  return fault(`${model} gave no answer: ${words}`, curesOfFaults.get(error.code) ?? askLogs);
}

const askLogs = 'The log of the model server says more.';

/** In the words of the running agency, which promises to try again; nobody does so here. */
const curesOfFaults: ReadonlyMap<string, string> = new Map(
  Object.entries(faultTable).map(([code, { forPeople }]) => [
    code,
    forPeople.replaceAll(/; we keep trying\.?|We keep trying; if it lasts, /g, 'If it lasts: '),
  ]),
);

const namesMax = 6;

/** Those that share most with the wanted name come first. */
function nearest(wanted: string, listed: readonly ListedModel[]): string[] {
  const wordsOf = (name: string): string[] => name.toLowerCase().split(/[^a-z0-9]+/);
  const asked = new Set(wordsOf(wanted));
  const shared = (name: string): number => wordsOf(name).filter((word) => asked.has(word)).length;
  const names = listed.map(({ id }) => id).sort((a, b) => shared(b) - shared(a));
  const more = names.length > namesMax ? [`… (${names.length} in all)`] : [];
  return [...names.slice(0, namesMax), ...more];
}

async function checkEmbedding({ models, embedding }: Patient): Promise<Finding> {
  if (models === null) return ok(rehearsal);
  if (embedding.kind === 'none' || embedding.model === null) {
    return ok('none: memories are found by their words alone');
  }
  const { baseUrl, apiKey, model } = embedding;
  try {
    const dimensions = await probeEmbeddings({ baseUrl, apiKey, model });
    return ok(`${model}: ${dimensions} dimensions`);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return warn(
      `${model} makes no vectors: ${error.message}`,
      'Set `EMBEDDING_MODEL` to an embedding model of the endpoint, or leave it out: memories ' +
        'are then found by their words alone.',
    );
  }
}
