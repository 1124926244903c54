// From what a person means (`project new`, name → value) to the nested shape of an interaction.
import { EmbeddedError } from '../../lib/errors.ts';
import type { SeenCommand } from './person-sees.ts';

export type OptionValue = string | number | boolean;

export interface Meant {
  name: string;
  options?: Record<string, OptionValue>;
  /** The option that is being typed, in an autocomplete. */
  focused?: string;
}

interface Invoked {
  id: string;
  name: string;
  version: string | null | undefined;
  type: 1;
  options: object[];
}

/** @throws EmbeddedError when the person cannot use such a command. */
export function invocationFrom(commands: SeenCommand[], meant: Meant): Invoked {
  const [name = '', ...path] = meant.name.replace(/^\//, '').split(' ');
  const command = commands.find((one) => one.name === name);
  if (!command) {
    const known = commands.map((one) => one.name).join(', ');
    throw new EmbeddedError(`no command "${name}"; there are: ${known}`, {
      code: 'discord-10063',
      retry: 'never',
    });
  }
  const options = nested(command.options ?? [], path, meant);
  return { id: command.id, name, version: command.version, type: 1, options };
}

function nested(
  offered: NonNullable<SeenCommand['options']>,
  [next, ...rest]: string[],
  meant: Meant,
): object[] {
  if (next !== undefined) {
    const branch = offered.find(({ name }) => name === next);
    const options = nested(branch?.options ?? [], rest, meant);
    return [{ type: branch?.type ?? 1, name: next, options }];
  }
  return Object.entries(meant.options ?? {}).map(([name, value]) => {
    // An unknown option is sent as it is, so that the server is the one to refuse it.
    const type = offered.find((option) => option.name === name)?.type ?? 3;
    return { type, name, value, ...(meant.focused === name ? { focused: true } : {}) };
  });
}
