// Writes a small program: it says how it is used, does nothing unless told to, and is short enough
// to read. What it does is plain (it goes through a list and reports), since a rehearsal cannot
// program; what it is about comes from the objective.
import { listed, plainLine } from '../objective/words.ts';
import type { Scene } from './scene.ts';

export function writeCode(file: string, scene: Scene): string {
  const about = plainLine(
    `${scene.objective.title} – ${listed(scene.objective.keywords.slice(0, 4))}`,
  )
    .replaceAll('"', '”')
    .replaceAll('*/', '');
  const notes = [
    'Rehearsal document: written by an offline stand-in, not by a model.',
    `About: ${about}`,
    'Usage: run it once as it is; it changes nothing unless you pass --apply.',
  ];
  if (file.endsWith('.py')) return python(notes);
  if (file.endsWith('.json')) {
    return `${JSON.stringify({ notes, items: scene.objective.keywords }, null, 2)}\n`;
  }
  const mark = /\.(?:sh|rb|yaml|yml|toml|txt|r|pl)$/.test(file) ? '#' : '//';
  const isText = file.endsWith('.txt');
  return `${notes.map((note) => (isText ? note : `${mark} ${note}`)).join('\n')}\n`;
}

function python(notes: readonly string[]): string {
  return `#!/usr/bin/env python3
"""${notes.join('\n')}
"""
import argparse
from pathlib import Path


def plan(folder: Path) -> list[tuple[Path, str]]:
    """Every file with what would be done to it, oldest first."""
    files = [path for path in folder.iterdir() if path.is_file()]
    files.sort(key=lambda path: path.stat().st_mtime)
    return [(path, f"{number:04d}-{path.name}") for number, path in enumerate(files, start=1)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Shows what would be done; does it with --apply.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("."))
    parser.add_argument("--apply", action="store_true", help="carry it out")
    options = parser.parse_args()
    for path, name in plan(options.folder):
        print(f"{path.name} -> {name}")
        if options.apply:
            path.rename(path.with_name(name))


if __name__ == "__main__":
    main()
`;
}
