// Lends a turn what it needs of the store: the project as it stands now, the journal and the
// ledger, and the files by content.
import { takeTurn } from '../agents/take-turn.ts';
import type { TakeTurnDeps } from '../agents/take-turn.ts';
import type { JournalEntry } from '../agents/ask-model.ts';
import { projectManager } from '../domain/agent.ts';
import type { ModelAnswer } from '../domain/model-port.ts';
import { agentsOf } from '../domain/project.ts';
import type { TurnOutput } from '../domain/turn.ts';
import { StoreError } from '../lib/errors.ts';
import { storableText } from '../lib/json.ts';
import { settle } from '../store/budget.ts';
import { readFileContent, saveFile } from '../store/files.ts';
import type { Store } from '../store/open-store.ts';
import { readProject } from '../store/record.ts';
import type { createPurse } from './purse.ts';
import type { TurnSigns } from './run-turn.ts';
import { noteProgress, readSteps, recordPersona, writeStep } from '../store/turns.ts';
import type { ClaimedTurn } from '../store/turns.ts';
import { reach } from '../lib/points.ts';

export type TurnTakerDeps = {
  store: Store;
  purse: ReturnType<typeof createPurse>;
  /** A turn may be stopped here without losing what was paid for. */
  onJournaled?: (turnId: string) => void;
} & Omit<TakeTurnDeps, 'journal' | 'readText' | 'saveText'>;

/** A turn under lease. */
export interface HeldTurn extends ClaimedTurn {
  /** Whether the lease was proven so lately that nobody else can have the turn. */
  isCurrent?: () => boolean;
}

export function createTurnTaker(deps: TurnTakerDeps) {
  const { store } = deps;
  const lent: Omit<TakeTurnDeps, 'journal'> = {
    ...deps,
    readText: async (file) =>
      new TextDecoder().decode(await readFileContent(store.db, file.sha256)),
    saveText: (name, text) =>
      saveFile(store.db, name, new TextEncoder().encode(storableText(text))),
  };
  return async (turn: HeldTurn, signal: AbortSignal, signs?: TurnSigns): Promise<TurnOutput> => {
    const { order, aggregateId, fence } = turn;
    const project = await readProject(store.db, aggregateId);
    if (project === null) {
      throw new StoreError(`No project ${aggregateId}`, {
        code: 'project-missing',
        retry: 'never',
      });
    }
    const agent = agentsOf(project).find((one) => one.id === order.agentId) ?? projectManager;
    if (agent.personaVersion > 1) await recordPersona(store.db, order.id, agent.personaVersion);
    const claim = { id: order.id, fence };
    const holder = {
      projectId: project.id,
      taskId: order.subject.task,
      terms: project.terms,
      turn: claim,
    };
    const optional = {
      ...(signs === undefined ? {} : { onDelay: signs.onDelay }),
      ...(turn.isCurrent === undefined ? {} : { isCurrent: turn.isCurrent }),
    };
    const budget = deps.purse(holder);
    let isPutOff = project.turns[order.id]?.wait !== undefined;
    const journal = {
      read: (turnId: string) => readSteps(store.db, turnId),
      write: async (entry: JournalEntry) => {
        await writeAnswer(store, claim, entry);
        if (isPutOff) await signs?.onGoingOn();
        isPutOff = false;
        deps.onJournaled?.(order.id);
      },
    };
    return takeTurn({ ...lent, journal }, { order, project, agent, signal, budget, ...optional });
  };
}

/**
 * The answer and what it cost, in one transaction: a paid answer is never lost or billed twice.
 * Whoever lost the turn meanwhile writes down what it paid all the same; the first answer stands.
 */
async function writeAnswer(
  store: Store,
  claim: { id: string; fence: number },
  { order, key, answer, microUsd }: JournalEntry,
) {
  const { usage, model, latencyMs } = answer;
  const cost = { microUsd, tokens: usage.inputTokens + usage.outputTokens };
  await store.transact(async (tx) => {
    await noteProgress(tx, claim);
    await settle(tx, `${order.id}.${key}`, cost);
    reach('call.settled');
    await writeStep(
      tx,
      { turnId: order.id, key, result: storableAnswer(answer) },
      {
        // Under its claim: what two processes paid for one question is on record twice.
        id: `${order.id}.${key}.${claim.fence}`,
        aggregateId: order.id.slice(0, order.id.indexOf('.')),
        turnId: order.id,
        agentId: order.agentId,
        tier: order.tier,
        model,
        ...usage,
        microUsd,
        latencyMs: Math.round(latencyMs),
      },
    );
  });
}

/** Models may write characters that Postgres refuses in jsonb. */
function storableAnswer(answer: ModelAnswer): ModelAnswer {
  const toolCalls = answer.toolCalls.map((call) => ({
    ...call,
    argumentsText: storableText(call.argumentsText),
  }));
  return { ...answer, text: storableText(answer.text), toolCalls };
}
