// Loads every tool in set/; all bad files are named at once.
import { join } from 'node:path';
import { importDefault, loadFolder } from '../lib/load-folder.ts';
import type { Tool } from './define-tool.ts';

export async function loadTools(): Promise<Tool[]> {
  return loadFolder(join(import.meta.dirname, 'set'), '.ts', async (file) => {
    const tool = await importDefault(file.path);
    if (!isTool(tool)) throw new Error('its default export is not made by defineTool');
    if (`${tool.name}.ts` !== file.name) throw new Error(`it must be called ${tool.name}.ts`);
    return tool;
  });
}

function isTool(value: unknown): value is Tool {
  return typeof value === 'object' && value !== null && 'use' in value && 'effect' in value;
}
