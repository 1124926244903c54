// Counts tokens with OpenAI's o200k encoding, which other models' tokenizers resemble closely
// enough for planning. Loaded at the first count: the table takes 75 MB and 140 ms, and the
// gateway never needs it. The surprise: the encoder is quadratic on runs without a word break
// (20,000 spaces take 340 ms), so text is counted in pieces and very long text from samples.
import { createRequire } from 'node:module';
import type { ModelMessage, ModelRequest } from '../domain/model-port.ts';

const require = createRequire(import.meta.url);

const pieceChars = 4_000;
const exactChars = 64_000;
const samples = 8;
// What the chat format adds around each message and around the whole (OpenAI's cookbook).
const messageTokens = 4;
const promptTokens = 3;

/** Exact up to a few tokens for text below 64,000 characters, else extrapolated from samples. */
export function countTokens(text: string): number {
  if (text.length <= exactChars) return countPieces(text, 0, text.length);
  const stride = Math.floor((text.length - pieceChars) / (samples - 1));
  let counted = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    counted += countPieces(text, sample * stride, sample * stride + pieceChars);
  }
  return Math.ceil((counted / (samples * pieceChars)) * text.length);
}

/** Input tokens of a request: messages, tools and answer schema. */
export function estimateTokens(
  request: Pick<ModelRequest, 'messages' | 'tools' | 'answerSchema'>,
): number {
  let tokens = promptTokens;
  for (const message of request.messages) tokens += messageTokens + countMessage(message);
  const { tools, answerSchema } = request;
  if (tools.length > 0) tokens += countTokens(JSON.stringify(tools));
  return tokens + (answerSchema === undefined ? 0 : countTokens(JSON.stringify(answerSchema)));
}

/**
 * A number of tokens that the messages have at least, whatever the tokenizer: for suspecting that
 * a server dropped some of them, where counting too many would accuse an honest one.
 */
export function tokensAtLeast(messages: readonly ModelMessage[]): number {
  let bytes = 0;
  for (const message of messages) bytes += Buffer.byteLength(message.text, 'utf8');
  return Math.floor(bytes / 4);
}

function countMessage(message: ModelMessage): number {
  const tokens = countTokens(message.text);
  if (message.role !== 'assistant') return tokens;
  return message.toolCalls.reduce(
    (sum, call) => sum + countTokens(call.name) + countTokens(call.argumentsText),
    tokens,
  );
}

function countPieces(text: string, from: number, to: number): number {
  let tokens = 0;
  for (let start = from; start < to; start += pieceChars) {
    tokens += encodedLength(text.slice(start, Math.min(start + pieceChars, to)));
  }
  return tokens;
}

function encodedLength(text: string): number {
  if (text === '') return 0;
  // What require gives is untyped. Node caches it: after the first time this is a look-up.
  const encoding = require('gpt-tokenizer/encoding/o200k_base') as Encoding;
  // Text from people may spell a control token such as <|endoftext|>: it is text, not a fault.
  return encoding.countTokens(text, { disallowedSpecial: new Set() });
}

interface Encoding {
  countTokens(text: string, options: { disallowedSpecial: Set<string> }): number;
}
