import { expect, test } from 'vitest';
import { pathsFromFolders, pathsFromGit } from './repository-files.ts';

test('a copy without git is judged by the same files', () => {
  expect(pathsFromFolders()).toEqual(pathsFromGit() ?? pathsFromFolders());
});
