// Lends a turn what it needs of the store: the project as it stands now, the journal and the
// ledger, and the files by content.
import type { LostCall } from '../agents/lost-call.ts';
import { takeTurn } from '../agents/take-turn.ts';
import type { TakeTurnDeps } from '../agents/take-turn.ts';
import type { StudyMaterial } from '../agents/study-sections.ts';
import type { JournalEntry, LostCalls } from '../agents/ask-model.ts';
import type { ModelAnswer } from '../domain/model-port.ts';
import { learnedAgent } from '../domain/learned.ts';
import type { Project } from '../domain/project.ts';
import { learnersOf } from '../domain/study.ts';
import type { TurnOrder, TurnOutput } from '../domain/turn.ts';
import { StoreError } from '../lib/errors.ts';
import { storableText } from '../lib/json.ts';
import { settle } from '../store/budget.ts';
import type { Amount } from '../store/budget.ts';
import { readFileContent, saveFile } from '../store/files.ts';
import type { Executor, Store } from '../store/open-store.ts';
import { readOutcomes } from '../store/outcomes.ts';
import { readAgency, readProject } from '../store/record.ts';
import type { createPurse } from './purse.ts';
import type { TurnSigns } from './run-turn.ts';
import { addToLedger, noteProgress, readSteps, recordPersona, writeStep } from '../store/turns.ts';
import type { ClaimedTurn, LedgerEntry } from '../store/turns.ts';
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
    const agent = learnedAgent(project, order);
    if (agent.personaVersion > 1) await recordPersona(store.db, order.id, agent.personaVersion);
    const claim = { id: order.id, fence };
    const holder = {
      projectId: project.id,
      taskId: order.subject.task,
      terms: project.terms,
      turn: claim,
    };
    const study = order.kind === 'lpm.study' ? await studyMaterial(store.db, project) : undefined;
    const optional = {
      ...(study === undefined ? {} : { study }),
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
      writeLost: (calls: LostCalls) => writeLost(store, claim, calls),
    };
    return takeTurn({ ...lent, journal }, { order, project, agent, signal, budget, ...optional });
  };
}

/** What is known beyond the project, as it stands when the turn is begun. */
async function studyMaterial(db: Executor, project: Project): Promise<StudyMaterial> {
  const { learning } = await readAgency(db);
  return { learning, outcomes: await readOutcomes(db, { agentIds: learnersOf(project) }) };
}

interface Claim {
  id: string;
  fence: number;
}

/**
 * The answer and what it cost, in one transaction: a paid answer is never lost or billed twice.
 * Whoever lost the turn meanwhile writes down what it paid all the same; the first answer stands.
 */
async function writeAnswer(store: Store, claim: Claim, entry: JournalEntry): Promise<void> {
  const { order, key, answer, microUsd, lost } = entry;
  const { usage, model, latencyMs } = answer;
  const paid = {
    // Under its claim: what two processes paid for one question is on record twice.
    id: `${order.id}.${key}.${claim.fence}`,
    ...rowOf(order),
    model,
    ...usage,
    microUsd,
    latencyMs: Math.round(latencyMs),
  };
  await store.transact(async (tx) => {
    await noteProgress(tx, claim);
    await settle(tx, `${order.id}.${key}`, costOf([{ usage, microUsd }, ...lost]));
    reach('call.settled');
    const step = { turnId: order.id, key, result: storableAnswer(answer) };
    await writeStep(tx, step, [...rowsOfLost(claim, entry), paid]);
  });
}

/** No answer came, and each attempt may have been paid: a row for each, by our estimate. */
async function writeLost(store: Store, claim: Claim, calls: LostCalls): Promise<void> {
  await store.transact(async (tx) => {
    await settle(tx, `${calls.order.id}.${calls.key}`, costOf(calls.lost));
    await addToLedger(tx, rowsOfLost(claim, calls));
  });
}

function rowsOfLost({ fence }: Claim, { order, key, lost }: LostCalls): LedgerEntry[] {
  return lost.map(({ model, usage, microUsd }, index) => {
    const id = `${order.id}.${key}.${fence}.lost.${index + 1}`;
    return { id, ...rowOf(order), model, ...usage, microUsd, latencyMs: 0 };
  });
}

function rowOf({ id, agentId, tier }: TurnOrder) {
  return { aggregateId: id.slice(0, id.indexOf('.')), turnId: id, agentId, tier };
}

function costOf(calls: readonly Pick<LostCall, 'usage' | 'microUsd'>[]): Amount {
  return {
    microUsd: calls.reduce((sum, { microUsd }) => sum + microUsd, 0),
    tokens: calls.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0),
  };
}

/** Models may write characters that Postgres refuses in jsonb. */
function storableAnswer(answer: ModelAnswer): ModelAnswer {
  const toolCalls = answer.toolCalls.map((call) => ({
    ...call,
    argumentsText: storableText(call.argumentsText),
  }));
  return { ...answer, text: storableText(answer.text), toolCalls };
}
