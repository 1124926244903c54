// A whole agency played by the rehearsal, without a server: the domain's world, the real turns with
// their real prompts, commands and tools, and behind the model port the rehearsal's own answers.
// Requests go through the shapes of the wire, so that nothing else can reach it.
import { join } from 'node:path';
import { loadCommands } from '../../../src/agents/load-commands.ts';
import { loadSystemMessages } from '../../../src/agents/system-message.ts';
import { takeTurn } from '../../../src/agents/take-turn.ts';
import type { TakeTurnDeps } from '../../../src/agents/take-turn.ts';
import type { FileText } from '../../../src/domain/check-output.ts';
import type { FileRef } from '../../../src/domain/file.ts';
import type { ModelAnswer, ModelPort, ModelRequest } from '../../../src/domain/model-port.ts';
import { agentInTurn } from '../../../src/domain/seats.ts';
import type { TurnOrder } from '../../../src/domain/turn.ts';
import { answerTo } from '../../../src/embedded/rehearsal/answer.ts';
import { ChatRequest } from '../../../src/embedded/rehearsal/wire.ts';
import { sha256 } from '../../../src/lib/json.ts';
import { toWireMessages, toWireTools } from '../../../src/model/chat-wire.ts';
import { loadTools } from '../../../src/tools/load-tools.ts';
import { createWorld } from '../../support/domain.ts';
import { noCeiling } from '../../support/no-ceiling.ts';

const root = join(import.meta.dirname, '../../..');

export interface RehearsedAgency {
  world: ReturnType<typeof createWorld>;
  /** Plays one turn that is due. */
  play(order: TurnOrder | undefined): Promise<void>;
  /** Takes turns until nothing is left to do without a person. */
  settle(): Promise<void>;
  /** From the objective to the hand-over, as a Director who agrees with everything. */
  accomplish(objective: string, choice?: number): Promise<void>;
  /** The text of every file that was ever submitted, newest last. */
  submitted: FileText[];
  fileText(file: FileRef): string;
  /** What the model was asked and answered, in order. */
  exchanges: { order: TurnOrder; request: ModelRequest; answer: ModelAnswer }[];
}

export async function startRehearsedAgency(seed = 1): Promise<RehearsedAgency> {
  const commands = await loadCommands(join(root, 'commands'));
  const tools = await loadTools();
  const systemMessages = await loadSystemMessages(join(root, 'system-messages'), commands, tools);
  const world = createWorld();
  const texts = new Map<string, string>();
  const submitted: FileText[] = [];
  const exchanges: RehearsedAgency['exchanges'] = [];
  const fileText = (file: FileRef) => texts.get(file.sha256) ?? '';

  async function play(order: TurnOrder | undefined): Promise<void> {
    if (order === undefined) throw new Error('No turn is due.');
    const project = world.project(order.id.slice(0, order.id.indexOf('.')));
    const agent = agentInTurn(project, order);
    const deps: TakeTurnDeps = {
      model: rehearsalPort(seed, (request, answer) => exchanges.push({ order, request, answer })),
      systemMessages,
      commands,
      tools,
      journal: {
        read: async () => new Map(),
        write: async () => undefined,
        writeLost: async () => undefined,
      },
      readText: async (file) => fileText(file),
      saveText: async (name, text) => {
        texts.set(sha256(text), text);
        submitted.push({ name, text });
        return { name, sha256: sha256(text), bytes: Buffer.byteLength(text) };
      },
    };
    const signal = new AbortController().signal;
    const output = await takeTurn(deps, { order, project, agent, signal, budget: noCeiling });
    world.script(order.kind, () => output);
    world.take(order);
  }

  async function settle(): Promise<void> {
    for (let turns = 0; turns < 300; turns += 1) {
      const turn = world.dueTurns()[0];
      const bundle = turn === undefined ? world.bundles.shift() : undefined;
      if (turn !== undefined) await play(turn);
      else if (bundle !== undefined) world.writeBundle(bundle);
      else return;
    }
    throw new Error('300 turns without an end');
  }

  async function accomplish(objective: string, choice = 1): Promise<void> {
    world.director.says(objective);
    await settle();
    const id = world.projectIds().at(-1);
    if (world.project(id).phase === 'intake') {
      world.director.says('Decide as you think best.');
      await settle();
    }
    world.director.does({ type: 'approve', decision: null, choice });
    await settle();
    world.director.does({ type: 'approve', decision: null, choice: null });
    await settle();
  }

  return { world, play, settle, accomplish, submitted, fileText, exchanges };
}

/** The model port with the rehearsal right behind it. */
export function rehearsalPort(
  seed: number,
  heard: (request: ModelRequest, answer: ModelAnswer) => void = () => undefined,
): ModelPort {
  return {
    ask: async (request) => {
      const answer = answerOf(request, seed);
      heard(request, answer);
      return answer;
    },
    price: () => 0,
    estimateTokens: () => 0,
    contextTokens: () => 128_000,
    modelName: (tier) => `rehearsal-${tier}`,
    close: async () => undefined,
  };
}

function answerOf(request: ModelRequest, seed: number): ModelAnswer {
  const { answerSchema, tools } = request;
  const body = ChatRequest.parse({
    model: 'rehearsal-standard',
    messages: toWireMessages(request.messages),
    max_tokens: request.outputTokensMax,
    ...(tools.length > 0 ? { tools: toWireTools(tools, true) } : {}),
    ...(answerSchema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: answerSchema } }),
  });
  const { text, calls, finish, usage } = answerTo(body, seed);
  return {
    text,
    toolCalls: calls.map(({ id, name, argumentsText }) => ({ id, name, argumentsText })),
    finish: finish === 'tool_calls' ? 'tool-calls' : finish,
    usage: {
      inputTokens: usage.input,
      cachedTokens: 0,
      outputTokens: usage.output,
      estimated: false,
    },
    model: 'rehearsal-standard',
    latencyMs: 0,
    attempts: 1,
  };
}
