// A tool is something an LLM may use inside a turn without saying anything in the common language.
// One file in set/ is one tool. Its effect class says whether it may run again after a crash.
import type { z } from 'zod';
import type { FileText } from '../domain/check-output.ts';
import type { Criterion } from '../domain/criterion.ts';
import { parseValue } from '../lib/json.ts';
import type { Parsed } from '../lib/json.ts';

/** What a tool may see of the turn that uses it. */
export interface ToolContext {
  /** Files handed over to this task and its own last submission. */
  files: readonly FileText[];
  criteria: readonly Criterion[];
  /** Answers from memory, as lines with their sources. */
  recall: (question: string, where: 'memories' | 'messages') => Promise<string>;
}

/**
 * `pure` computes from the turn's context only, `reads` looks something up: a crash may run either
 * again.
 */
export type Effect = 'pure' | 'reads';

interface ToolSpec<S extends z.ZodObject> {
  name: string;
  description: string;
  args: S;
  effect: Effect;
  run: (args: z.infer<S>, context: ToolContext) => Promise<string>;
}

export interface Tool {
  name: string;
  description: string;
  args: z.ZodObject;
  effect: Effect;
  /** Text for the model; bad arguments are a refusal, not an error. */
  use(args: unknown, context: ToolContext): Promise<Parsed<string>>;
}

export function defineTool<S extends z.ZodObject>(spec: ToolSpec<S>): Tool {
  const { name, description, args, effect, run } = spec;
  return {
    name,
    description,
    args,
    effect,
    use: async (given, context) => {
      const parsed = parseValue(args, given);
      if (!parsed.ok) return parsed;
      return { ok: true, value: await run(parsed.value, context) };
    },
  };
}
