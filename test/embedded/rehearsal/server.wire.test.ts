// The rehearsal model over real sockets, asked by OpenAI's own client and by our adapter.
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelRequest } from '../../../src/domain/model-port.ts';
import { Plan } from '../../../src/domain/plan.ts';
import { startRehearsal } from '../../../src/embedded/rehearsal/server.ts';
import type { RehearsalOptions } from '../../../src/embedded/rehearsal/server.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { parseJson } from '../../../src/lib/json.ts';
import { silentLog } from '../../../src/lib/log.ts';
import { createModel } from '../../../src/model/create-model.ts';
import { toJsonSchema } from '../../../src/model/json-schema.ts';
import { Approach } from '../../../src/domain/action.ts';
import { bikeKit } from './objectives.ts';
import { messagesFor } from './requests.ts';

function start(options: Partial<RehearsalOptions> = {}) {
  return startRehearsal({
    host: '127.0.0.1',
    port: 0,
    seed: 1,
    latencyMs: 0,
    clock: systemClock,
    log: silentLog,
    ...options,
  });
}

function clientOf({ url }: { url: string }): OpenAI {
  return new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 });
}

/** Messages in the client's own type, which is a union by role. */
function turn(kind: Parameters<typeof messagesFor>[0], values: Record<string, unknown>) {
  return messagesFor(kind, values).map(({ role, content }) =>
    role === 'system' ? { role: 'system' as const, content } : { role: 'user' as const, content },
  );
}

const proposing = {
  model: 'rehearsal-standard',
  messages: turn('project-manager.approaches', { objective: bikeKit }),
  tools: [
    {
      type: 'function' as const,
      function: { name: 'propose', parameters: toJsonSchema(Approach), strict: true },
    },
  ],
};

describe('the rehearsal server', () => {
  test('lists its models', async () => {
    await using rehearsal = await start();
    const models = await clientOf(rehearsal).models.list();
    expect(models.data.map(({ id }) => id)).toContain('rehearsal-standard');
  });

  test('streams the same tool calls in pieces that it gives whole, and the usage', async () => {
    await using rehearsal = await start();
    const client = clientOf(rehearsal);
    const whole = await client.chat.completions.create(proposing);
    const message = whole.choices[0]?.message;
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls');
    const streamed = client.chat.completions.stream({
      ...proposing,
      stream: true,
      stream_options: { include_usage: true },
    });
    let pieces = 0;
    for await (const chunk of streamed) pieces += chunk.choices.length;
    const gathered = await streamed.finalChatCompletion();
    const calls = (given: typeof message) =>
      given?.tool_calls?.map((call) => (call.type === 'function' ? call.function.arguments : ''));
    expect(calls(gathered.choices[0]?.message)).toEqual(calls(message));
    expect(gathered.choices[0]?.message.content).toBe(message?.content);
    expect(gathered.usage).toEqual(whole.usage);
    expect(whole.usage?.prompt_tokens).toBeGreaterThan(50);
    expect(pieces).toBeGreaterThan(10);
  });

  test('answers a strict schema with every property', async () => {
    await using rehearsal = await start();
    const answer = await clientOf(rehearsal).chat.completions.create({
      model: 'rehearsal-standard',
      messages: turn('project-manager.plan', { objective: bikeKit }),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'plan', schema: toJsonSchema(Plan), strict: true },
      },
    });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    const plan = parseJson(Plan, answer.choices[0]?.message.content ?? '');
    expect(plan.ok).toBe(true);
  });

  test('serves our own adapter, streaming and not', async () => {
    await using rehearsal = await start({ latencyMs: 1 });
    const endpoint = {
      baseUrl: rehearsal.url,
      apiKey: null,
      model: 'rehearsal-economy',
      priceIn: null,
      priceOut: null,
      contextTokens: 128_000,
    };
    const model = createModel({
      endpoints: { economy: endpoint, standard: endpoint, premium: endpoint },
      clock: systemClock,
      log: silentLog,
    });
    const [system, user] = messagesFor('project-manager.approaches', { objective: bikeKit });
    const request: ModelRequest = {
      tier: 'economy',
      messages: [
        { role: 'system', text: system?.content ?? '' },
        { role: 'user', text: user?.content ?? '' },
      ],
      tools: [{ name: 'propose', description: 'x', parameters: toJsonSchema(Approach) }],
      outputTokensMax: 3000,
      trace: { agent: 'pm', turn: 'P1.turn.1', step: 'model.1' },
    };
    const whole = await model.ask(request);
    const seen: string[] = [];
    const streamed = await model.ask({ ...request, onText: (delta) => seen.push(delta) });
    await model.close();
    expect(whole.finish).toBe('tool-calls');
    expect(streamed.toolCalls).toEqual(whole.toolCalls);
    expect(seen.join('')).toBe(whole.text);
    expect(whole.usage.estimated).toBe(false);
  });

  test('gives a stranger a polite text, or the least that a schema or a tool asks for', async () => {
    await using rehearsal = await start();
    const client = clientOf(rehearsal);
    const messages = [{ role: 'user' as const, content: 'What is the capital of France?' }];
    const spoken = await client.chat.completions.create({ model: 'any', messages });
    expect(spoken.choices[0]?.message.content).toContain('rehearsal');
    const Shape = z.strictObject({ city: z.string(), sights: z.array(z.string()).min(1) });
    const shaped = await client.chat.completions.create({
      model: 'any',
      messages,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'city', schema: toJsonSchema(Shape) },
      },
    });
    expect(parseJson(Shape, shaped.choices[0]?.message.content ?? '').ok).toBe(true);
    const called = await client.chat.completions.create({
      ...proposing,
      messages,
      tool_choice: 'required',
    });
    expect(called.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test('refuses bad requests as OpenAI does, and what it does not serve', async () => {
    await using rehearsal = await start();
    const post = async (path: string, body: string) => {
      const response = await fetch(`${rehearsal.url}${path}`, { method: 'POST', body });
      const Fault = z.object({ error: z.looseObject({ message: z.string(), type: z.string() }) });
      const parsed = parseJson(Fault, await response.text());
      return parsed.ok ? `${response.status} ${parsed.value.error.type}` : parsed.reason;
    };
    const invalid = 'invalid_request_error';
    expect(await post('/chat/completions', '{')).toBe(`400 ${invalid}`);
    expect(await post('/chat/completions', '{"model":"x"}')).toBe(`400 ${invalid}`);
    expect(await post('/chat/completions', '{"model":"x","messages":[]}')).toBe(`400 ${invalid}`);
    expect(await post('/responses', '{}')).toBe(`404 ${invalid}`);
    expect(await post('/embeddings', '{}')).toBe(`404 ${invalid}`);
    await expect(
      clientOf(rehearsal).chat.completions.create({
        ...proposing,
        tool_choice: { type: 'function', function: { name: 'nothing' } },
      }),
    ).rejects.toThrow("Tool choice 'nothing' not found");
  });

  test('lets nobody wait when it closes', async () => {
    const rehearsal = await start({ latencyMs: 60_000 });
    const asking = clientOf(rehearsal).chat.completions.create(proposing);
    const outcome = asking.then(
      () => 'answered',
      () => 'ended',
    );
    const models = await clientOf(rehearsal).models.list();
    expect(models.data.length).toBeGreaterThan(0);
    await rehearsal.close();
    expect(await outcome).toBe('ended');
  });

  test('says which address it cannot have', async () => {
    await using rehearsal = await start();
    const port = Number(new URL(rehearsal.url).port);
    await expect(start({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });
});
