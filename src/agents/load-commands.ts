// Loads the common language: every file in commands/ is one command.
import { importDefault, loadFolder } from '../lib/load-folder.ts';
import type { Command } from '../domain/define-command.ts';

/** @throws ConfigError naming every bad file */
export async function loadCommands(folder: string): Promise<Command[]> {
  return loadFolder(folder, '.ts', async (file) => {
    const command = await importDefault(file.path);
    if (!isCommand(command)) throw new Error('its default export is not made by defineCommand');
    if (`${command.name}.ts` !== file.name) throw new Error(`it must be ${command.name}.ts`);
    if (command.summary.length > 100) throw new Error('its summary has more than 100 characters');
    return command;
  });
}

function isCommand(value: unknown): value is Command {
  return typeof value === 'object' && value !== null && 'readLine' in value && 'people' in value;
}
