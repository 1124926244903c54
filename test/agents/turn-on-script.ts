// One turn of a project that has come so far, against a model server that answers as a test wrote
// down. The journal is a map, so that a test may take the same turn up again.
import { join } from 'node:path';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { loadSystemMessages } from '../../src/agents/system-message.ts';
import { takeTurn } from '../../src/agents/take-turn.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { agentInTurn } from '../../src/domain/seats.ts';
import type { Project } from '../../src/domain/project.ts';
import type { TurnKind, TurnOutput } from '../../src/domain/turn.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { sha256 } from '../../src/lib/json.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createModel } from '../../src/model/create-model.ts';
import { loadTools } from '../../src/tools/load-tools.ts';
import type { ScriptedReply } from '../support/chat-protocol.ts';
import { createWorld } from '../support/domain.ts';
import { noCeiling } from '../support/no-ceiling.ts';
import { planOf } from '../support/plans.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import type { ScriptedRequest, ScriptedStep } from '../support/scripted-model.ts';
import { atWork } from '../support/stages.ts';

const root = join(import.meta.dirname, '../..');
const commands = await loadCommands(join(root, 'commands'));
const tools = await loadTools();
const systemMessages = await loadSystemMessages(join(root, 'system-messages'), commands, tools);
export const plan = planOf([{}, { doer: 'analyst', after: ['T1'] }]);

export interface Taken {
  output: TurnOutput;
  requests: readonly ScriptedRequest[];
  journaled: string[];
  saved: Map<string, string>;
}

export interface Circumstances {
  plan?: Plan;
  silenceMs?: number;
  onDelay?: (reason: string) => Promise<void>;
  /** After the replies, in order. */
  steps?: readonly ScriptedStep[];
  journaled?: Map<string, unknown>;
  /** The text of every file. */
  fileText?: string;
  contextTokens?: number;
  /** The project as the turn finds it. */
  change?: (project: Project) => Project;
  /** Told of the model's window after the turn, however it ended. */
  onWindow?: (tokens: number) => void;
}

/** Takes a turn of this kind in a project that has come so far; the model answers in this order. */
export async function take(kind: TurnKind, ...replies: ScriptedReply[]): Promise<Taken> {
  return takeIn({}, kind, ...replies);
}

export async function takeIn(
  about: Circumstances,
  kind: TurnKind,
  ...replies: ScriptedReply[]
): Promise<Taken> {
  const { steps = [], contextTokens = 100_000, silenceMs = 30_000, onDelay } = about;
  const { order, project } = turnIn(about, kind);
  const agent = agentInTurn(project, order);
  await using server = await startScriptedModel({
    steps: [...replies.map((reply) => ({ reply })), ...steps],
  });
  const prices = { priceIn: null, priceOut: null };
  const endpoint = { baseUrl: server.url, apiKey: null, model: 'm', ...prices, contextTokens };
  const endpoints = { economy: endpoint, standard: endpoint, premium: endpoint };
  const limits = { backoffFirstMs: 1, backoffMaxMs: 4 };
  const model = createModel({ endpoints, clock: systemClock, log: silentLog, limits });
  const { journaled = new Map<string, unknown>(), fileText = 'Day one begins at the river.' } =
    about;
  const written: string[] = [];
  const saved = new Map<string, string>();
  const deps = {
    model,
    systemMessages,
    commands,
    tools,
    silenceMs,
    journal: {
      read: () => Promise.resolve(journaled),
      write: async ({ key, answer }: { key: string; answer: unknown }) => {
        written.push(key);
        journaled.set(key, answer);
      },
      writeLost: () => Promise.resolve(),
    },
    readText: () => Promise.resolve(fileText),
    saveText: (name: string, text: string) => {
      saved.set(name, text);
      return Promise.resolve({ name, sha256: sha256(text), bytes: text.length });
    },
  };
  try {
    const { signal } = new AbortController();
    const told = onDelay === undefined ? {} : { onDelay };
    const output = await takeTurn(deps, {
      order,
      project,
      agent,
      signal,
      budget: noCeiling,
      ...told,
    });
    server.expectDone();
    return { output, requests: server.requests, journaled: written, saved };
  } finally {
    about.onWindow?.(model.contextTokens(order.tier));
    await model.close();
  }
}

function turnIn({ plan: planned = plan, change }: Circumstances, kind: TurnKind) {
  const world = kind === 'project-manager.intake' ? createWorld(planned) : atWork(planned);
  if (kind === 'project-manager.intake') world.director.says('Write me a guide.');
  const order =
    kind === 'project-manager.staffing'
      ? { ...world.until('specialist.work'), kind, agentId: 'pm' }
      : world.until(kind);
  const project = world.project();
  return { order, project: change?.(project) ?? project };
}
