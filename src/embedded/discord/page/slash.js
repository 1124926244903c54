// Commands typed as text: `/project open name: Apollo`. Which command is meant, what the words
// after it give each option, what could come next. Pure: the composer shows what this finds.

/** Every command and subcommand a person can use, with its path as one name. */
export function usableCommands(commands) {
  return commands
    .filter(({ type }) => type === 1)
    .flatMap((command) => branches(command, command.name, command.options ?? []))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function branches(command, path, options) {
  const deeper = options.filter(({ type }) => type <= 2);
  if (deeper.length === 0) {
    const { description } = command;
    return [{ command, path, options, description }];
  }
  return deeper.flatMap((option) =>
    branches(command, `${path} ${option.name}`, option.options ?? []).map((found) => ({
      ...found,
      description: option.description || found.description,
    })),
  );
}

/** @returns the command that the text names in full, or undefined while its name is being typed. */
export function commandOf(usable, text) {
  const typed = text.slice(1);
  return usable
    .filter(({ path }) => typed === path || typed.startsWith(`${path} `))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

export function matching(usable, text) {
  const typed = text.slice(1).toLowerCase();
  return usable.filter(({ path }) => path.startsWith(typed) || typed.startsWith(`${path} `));
}

/**
 * The words after the command as options: `name: value` pairs; words before the first pair go to
 * the first option, so that `/ask Why?` needs no name.
 */
export function readOptions(found, text) {
  const rest = text.slice(1 + found.path.length).trimStart();
  const names = found.options.map(({ name }) => escapeText(name)).join('|');
  if (names === '') return { values: [], focused: undefined };
  const pairs = rest.split(new RegExp(`(?:^|\\s+)(${names}):`, 'u'));
  const values = [];
  const [loose = ''] = pairs;
  if (loose.trim() !== '') values.push({ option: found.options[0], text: loose.trim() });
  for (let at = 1; at < pairs.length; at += 2) {
    const option = found.options.find(({ name }) => name === pairs[at]);
    values.push({ option, text: pairs[at + 1].trim() });
  }
  const focused = values.at(-1);
  return { values, focused };
}

export function missingOptions(found, values) {
  const given = new Set(values.map(({ option }) => option.name));
  return found.options.filter(({ name }) => !given.has(name));
}

/**
 * The `data` of an interaction.
 * @param {{ focused?: string, idOf(kind: number, text: string): string }} given
 */
export function invocation(found, values, given) {
  const { command } = found;
  const options = values.map(({ option, text }) => ({
    type: option.type,
    name: option.name,
    value: valueOf(option, text, given),
    ...(option.name === given.focused ? { focused: true } : {}),
  }));
  const path = found.path.split(' ').slice(1);
  const nested = path.reduceRight(
    (inner, name, depth) => [
      { type: path.length === 2 && depth === 0 ? 2 : 1, name, options: inner },
    ],
    options,
  );
  return { id: command.id, name: command.name, type: 1, version: command.version, options: nested };
}

function valueOf(option, text, given) {
  if (option.name === given.focused) return text;
  const choice = option.choices?.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  if (choice) return choice.value;
  switch (option.type) {
    case 4:
    case 10:
      return Number(text);
    case 5:
      return /^(?:true|yes|y|1)$/i.test(text);
    case 6:
    case 7:
    case 8:
    case 9:
      return given.idOf(option.type, text.replace(/^[@#]/, ''));
    case 11:
      return '0';
    default:
      return text;
  }
}

/** The text with its last value completed. */
export function replaceLast(text, typed, value) {
  const at = typed === '' ? text.length : text.lastIndexOf(typed);
  const gap = typed === '' && !/\s$/.test(text) ? ' ' : '';
  return `${text.slice(0, at)}${gap}${value} `;
}

function escapeText(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
