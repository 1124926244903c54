// A turn that was interrupted goes on where it was: what a model has answered is never asked, nor
// paid, again.
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { loadCommands } from '../../src/agents/load-commands.ts';
import { loadSystemMessages } from '../../src/agents/system-message.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { createModel } from '../../src/model/create-model.ts';
import { createTurnTaker } from '../../src/runtime/turn-taker.ts';
import { budgets, ledger, steps } from '../../src/store/schema.ts';
import { claimTurn } from '../../src/store/turns.ts';
import { loadTools } from '../../src/tools/load-tools.ts';
import { json } from '../support/cast.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import type { ScriptedStep } from '../support/scripted-model.ts';
import { readProject } from '../../src/store/record.ts';
import { openProject, paused } from './arrange.ts';
import type { Door } from './arrange.ts';
import { createPurse } from '../../src/runtime/purse.ts';

const root = join(import.meta.dirname, '../..');
const id = 'P1.turn.1';
const filtered: ScriptedStep = { fault: 'content-policy' };
const rejected: ScriptedStep = { fault: 'bad-request' };

const brief = { title: 'Lisbon', understanding: 'A guide.', questions: [] };

/** As a process has it after its start. */
async function takerOn(door: Door, baseUrl: string) {
  const [commands, tools] = await Promise.all([loadCommands(join(root, 'commands')), loadTools()]);
  const folder = join(root, 'system-messages');
  const systemMessages = await loadSystemMessages(folder, commands, tools);
  const endpoint = {
    baseUrl,
    apiKey: null,
    model: 'm',
    priceIn: 2_000_000,
    priceOut: 8_000_000,
    contextTokens: 100_000,
  };
  const endpoints = { economy: endpoint, standard: endpoint, premium: endpoint };
  const model = createModel({ endpoints, clock: systemClock, log: silentLog });
  const { store } = door;
  const purse = createPurse({ store, clock: systemClock, agencyMicroUsdPerDay: 20_000_000 });
  const take = createTurnTaker({ store, purse, model, systemMessages, commands, tools });
  return { take, [Symbol.asyncDispose]: () => model.close() };
}

test('whoever may have lost the turn asks no model, though it has reserved', async () => {
  await using door = await openProject();
  await using model = await startScriptedModel({ steps: [] });
  await using taker = await takerOn(door, model.url);
  const claimed = await claimTurn(door.store.db, id, 60_000);
  if (claimed === null) throw new Error('not claimed');
  const taking = taker.take({ ...claimed, isCurrent: () => false }, new AbortController().signal);
  await expect(taking).rejects.toMatchObject({ code: 'aborted' });
  expect(model.requests).toEqual([]);
});

test('a turn resumes after its process died, and asks only what was not answered', async () => {
  await using door = await openProject();
  const { db } = door.store;
  const usage = { inputTokens: 1000, cachedTokens: 200, outputTokens: 100 };
  await using model = await startScriptedModel({
    steps: [
      { reply: { text: 'Let me think about it\u0000.', usage } },
      { fault: 'stall' },
      { reply: { ...json(brief), usage } },
    ],
  });
  const died = new AbortController();
  {
    await using first = await takerOn(door, model.url);
    const claimed = await claimTurn(db, id, 60_000);
    if (claimed === null) throw new Error('not claimed');
    const taking = first.take(claimed, died.signal);
    await model.received(2);
    died.abort(new Error('The process died.'));
    await expect(taking).rejects.toThrow('aborted: by the caller');
  }
  expect(await db.select({ key: steps.key }).from(steps)).toEqual([{ key: 'model.1' }]);
  await door.store.passTime();
  await using second = await takerOn(door, model.url);
  const again = await claimTurn(db, id, 60_000);
  if (again === null) throw new Error('not claimed');
  const output = await second.take(again, new AbortController().signal);
  expect(output.commands.map(({ action }) => action.type)).toEqual(['brief']);
  // What was answered before counts as before, and the model sees it.
  expect(output.usage).toMatchObject({ calls: 2, inputTokens: 2000, outputTokens: 200 });
  model.expectDone();
  expect(model.requests.map(({ step }) => step)).toEqual(['model.1', 'model.2', 'model.2']);
  expect(model.requests[2]?.body.messages.slice(2)).toEqual([
    expect.objectContaining({ role: 'assistant', content: 'Let me think about it.' }),
    expect.objectContaining({ role: 'user' }),
  ]);
  const rows = await db.select().from(ledger).orderBy(asc(ledger.id));
  expect(rows.map((row) => [row.id, row.agentId, row.microUsd > 0])).toEqual([
    [`${id}.model.1.1`, 'pm', true],
    [`${id}.model.2.2`, 'pm', true],
  ]);
  expect(rows.reduce((sum, row) => sum + row.microUsd, 0)).toBe(output.usage.microUsd);
  // A third process has nothing to ask at all.
  await using third = await takerOn(door, 'http://127.0.0.1:9/v1');
  expect(await third.take(again, new AbortController().signal)).toEqual(output);
});

test('an answer that comes after the turn was held is on the bill, and used when it goes on', async () => {
  await using door = await openProject();
  const { store } = door;
  const held = Promise.withResolvers<void>();
  const answer = async () => {
    await held.promise;
    return { reply: json(brief) };
  };
  await using model = await startScriptedModel({ steps: [{ respond: answer }] });
  await using taker = await takerOn(door, model.url);
  const claimed = await claimTurn(store.db, id, 60_000);
  if (claimed === null) throw new Error('not claimed');
  const taking = taker.take(claimed, new AbortController().signal);
  await model.received(1);
  await door.handleEvent(paused());
  held.resolve();
  const output = await taking;
  const late = { type: 'turn-finished' as const, id: `turn.${id}.finished`, at: 4, turnId: id };
  const ended = { id, fence: claimed.fence, status: 'done' as const };
  expect(await door.handleEvent({ ...late, output }, ended)).toMatchObject({ ok: false });
  expect((await readProject(store.db, 'P1'))?.title).toBe('');
  expect(await store.db.select({ id: ledger.id }).from(ledger)).toEqual([
    { id: `${id}.model.1.1` },
  ]);
  await door.handleEvent(paused('resume'));
  const again = await claimTurn(store.db, id, 60_000);
  if (again === null) throw new Error('not claimed');
  expect(again.fence).toBeGreaterThan(claimed.fence);
  expect(await taker.take(again, new AbortController().signal)).toEqual(output);
  expect(model.requests).toHaveLength(1);
});

test('a call for a turn that was held is not made', async () => {
  await using door = await openProject();
  await using model = await startScriptedModel({ steps: [] });
  await using taker = await takerOn(door, model.url);
  const claimed = await claimTurn(door.store.db, id, 60_000);
  if (claimed === null) throw new Error('not claimed');
  await door.handleEvent(paused());
  const taking = taker.take(claimed, new AbortController().signal);
  await expect(taking).rejects.toMatchObject({ code: 'turn-stale' });
  expect(model.requests).toEqual([]);
});

test('a turn that was put off says so when it gets an answer again, once', async () => {
  await using door = await openProject();
  await door.handleEvent({
    type: 'turn-delayed',
    id: `turn.${id}.delayed.1`,
    at: 3,
    turnId: id,
    reason: 'Slow down.',
    wait: { code: 'rate-limited', until: 4 },
  });
  await using model = await startScriptedModel({
    steps: [{ reply: { text: 'Let me think.' } }, { reply: json(brief) }],
  });
  await using taker = await takerOn(door, model.url);
  const claimed = await claimTurn(door.store.db, id, 60_000);
  if (claimed === null) throw new Error('not claimed');
  const signs: string[] = [];
  await taker.take(claimed, new AbortController().signal, {
    onDelay: () => Promise.resolve(),
    onGoingOn: async () => {
      signs.push('goes on');
    },
  });
  expect(signs).toEqual(['goes on']);
});

/** What stands in the ledger and against the project's ceiling after a turn on these steps. */
async function billOf(...script: ScriptedStep[]) {
  await using door = await openProject();
  await using model = await startScriptedModel({ steps: script });
  await using taker = await takerOn(door, model.url);
  const { db } = door.store;
  const claimed = await claimTurn(db, id, 60_000);
  if (claimed === null) throw new Error('not claimed');
  const taking = taker.take(claimed, new AbortController().signal);
  const output = await taking.catch(() => null);
  model.expectDone();
  const rows = await db.select().from(ledger).orderBy(asc(ledger.id));
  const [project] = await db.select().from(budgets).where(eq(budgets.id, 'P1'));
  const calls = rows.map((row) => [row.id.slice(id.length + 1), row.estimated]);
  const spent = (project?.spentMicroUsd ?? 0) + (project?.overdraftMicroUsd ?? 0);
  const billed = rows.reduce((sum, { microUsd }) => sum + microUsd, 0);
  expect(spent).toBe(billed);
  expect(project?.reservedMicroUsd).toBe(0);
  return { calls, billed, output };
}

test('an attempt that broke off half-way is on the bill, one that was refused is not', async () => {
  const usage = { inputTokens: 1000, cachedTokens: 0, outputTokens: 100 };
  const { calls, billed, output } = await billOf(
    { fault: 'cut-connection' },
    { fault: 'rate-limit', retryAfterMs: 1 },
    { reply: { ...json(brief), usage } },
  );
  expect(calls).toEqual([
    ['model.1.1', false],
    ['model.1.1.lost.1', true],
  ]);
  expect(output?.usage).toMatchObject({ calls: 2, microUsd: billed });
});

test.each<[string, ScriptedStep[], number]>([
  ['with nothing, twice', [{ fault: 'empty' }, { fault: 'empty' }], 2],
  ['with a refusal of a filter, twice', [filtered, filtered], 2],
  ['that the request is wrong', [rejected, rejected, rejected], 0],
])('a question that is answered %s costs what it may have cost', async (_how, script, count) => {
  const { calls, billed, output } = await billOf(...script);
  expect(output).toBeNull();
  expect(calls).toHaveLength(count);
  expect(billed > 0).toBe(count > 0);
});
