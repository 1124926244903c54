// What is said in the prompt because a server does not take it as a field of its own. It joins a
// message that is there already: many chat templates allow one system message at the front and
// nothing but turns of user and assistant after it.
import type { JsonSchema, ModelMessage } from '../domain/model-port.ts';

/** The words at the end of the first system message, so that a prompt cache holds them. */
export function saidFirst(messages: readonly ModelMessage[], words: string): ModelMessage[] {
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [{ role: 'system', text: words }, ...messages];
  return [{ role: 'system', text: `${first.text}\n\n${words}` }, ...others];
}

/** The words where they are read last, which is where small models heed them best. */
export function saidLast(messages: readonly ModelMessage[], words: string): ModelMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return [...messages, { role: 'user', text: words }];
  return [...messages.slice(0, -1), { role: 'user', text: `${last.text}\n\n${words}` }];
}

export function schemaInWords(schema: JsonSchema): string {
  return [
    'Answer with one JSON value and nothing else: no fence, no words around it.',
    `It must fit this JSON Schema: ${JSON.stringify(schema)}`,
  ].join('\n');
}
