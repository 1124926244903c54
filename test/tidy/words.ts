// Words and calls that stand in one place only, or nowhere. Each rule is a pattern, what it is
// searched in, and where it may stand. A pattern of banned text holds one letter in brackets, so
// that this file needs no exception from its own rules.
import { maskSource } from './mask-source.ts';
import { lineAt } from './repository-files.ts';
import type { Breach, SourceFile } from './repository-files.ts';

interface WordRule {
  readonly rule: string;
  readonly pattern: RegExp;
  /** `text`: the whole file. `code`, `comments`: that part of a TypeScript file alone. */
  readonly within: 'text' | 'code' | 'comments';
  /** Paths, or beginnings of paths, it applies to; everywhere when absent. */
  readonly at?: readonly string[];
  /** Paths, or beginnings of paths, it does not apply to. */
  readonly except?: readonly string[];
  readonly reason: string;
}

const source = ['src/', 'commands/', 'test/'];

const rules: readonly WordRule[] = [
  {
    rule: 'unfinished',
    pattern: /\b(?:TO[D]O|FIX[M]E)\b|\bnot implement[e]d\b/,
    within: 'text',
    except: ['package-lock.json'],
    reason: 'unfinished work is finished or left out',
  },
  {
    rule: 'machine-path',
    pattern: /(?<![\w.~@/-])\/(?:w[o]rk|r[o]ot|h[o]me)\//,
    within: 'text',
    reason: 'a path of one machine',
  },
  {
    rule: 'registry-host',
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]|\bnpmmirror\b|\bartifactory\b|\bfiles\.pythonhosted\b/i,
    within: 'text',
    reason: 'a registry is a matter of the machine, not of the repository',
  },
  {
    rule: 'environment',
    pattern: /\bprocess\s*\.\s*env\b/,
    within: 'code',
    at: source,
    except: ['src/config.ts', 'test/support/'],
    reason: 'src/config.ts alone reads the environment',
  },
  {
    rule: 'clock',
    pattern: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\s(]))|\bperformance\s*\.\s*now\b/,
    within: 'code',
    at: source,
    except: ['src/lib/clock.ts'],
    reason: 'src/lib/clock.ts alone reads the time',
  },
  {
    rule: 'sleep',
    pattern: /from 'node:timers\/promises'/,
    within: 'text',
    at: source,
    except: ['src/lib/clock.ts', 'test/tidy/'],
    reason: 'wait on content or events; src/lib/clock.ts has delay()',
  },
  {
    rule: 'json',
    pattern: /\bJSON\s*\.\s*parse\b/,
    within: 'code',
    at: source,
    except: ['src/lib/json.ts'],
    reason: 'src/lib/json.ts alone parses JSON, through a schema',
  },
  {
    rule: 'randomness',
    pattern: /\bMath\s*\.\s*random\b|\brandomUUID\b|\bgetRandomValues\b/,
    within: 'code',
    at: ['src/domain/', 'commands/'],
    reason: 'the domain is pure: ids derive from the causing event',
  },
  {
    rule: 'mock',
    pattern: /\bvi\s*\.\s*(?:do)?(?:un)?mock\b/i,
    within: 'code',
    reason: 'pass another dependency instead of replacing a module',
  },
  {
    rule: 'erasable',
    pattern: /^\s*(?:(?:export|declare|const)\s+)*(?:enum|namespace|module)\s+[\w$]+\s*\{/m,
    within: 'code',
    reason: 'only syntax that is erased: a union or a module instead',
  },
  {
    rule: 'module-state',
    pattern: /^(?:export )?(?:let|var) /m,
    within: 'code',
    at: ['src/', 'commands/'],
    reason: 'no variable at module level: createX() holds state',
  },
  {
    rule: 'silenced',
    pattern: /@ts-(?:ignore|nocheck)|@ts-expect-error *$/m,
    within: 'comments',
    reason: 'the compiler is not silenced without a reason beside it',
  },
  {
    rule: 'silenced',
    pattern: /(?:oxlint|eslint)-disable(?!(?:-next-line|-line)? +[a-z][\w/@, -]*? -- \S)/,
    within: 'comments',
    reason: 'a disable comment names the rule and says why: `-disable-next-line rule -- reason`',
  },
];

const sourcePath = /\.[cm]?tsx?$/;

/** One breach per rule and line. */
export function checkWords(file: SourceFile): Breach[] {
  const masked = sourcePath.test(file.path) ? maskSource(file.text) : null;
  return rules.flatMap((rule) => {
    if (rule.at !== undefined && !startsWithAny(file.path, rule.at)) return [];
    if (startsWithAny(file.path, rule.except ?? [])) return [];
    const text = rule.within === 'text' ? file.text : masked?.[rule.within];
    if (text === undefined) return [];
    return breachesOf(file, rule, text);
  });
}

function breachesOf(file: SourceFile, rule: WordRule, text: string): Breach[] {
  const everywhere = new RegExp(rule.pattern.source, `${rule.pattern.flags.replace('g', '')}g`);
  const lines = new Set<number>();
  for (const match of text.matchAll(everywhere)) {
    const blanksBefore = /^\s*/.exec(match[0])?.[0].length ?? 0;
    lines.add(lineAt(text, match.index + blanksBefore));
  }
  return [...lines].map((line) => ({
    path: file.path,
    rule: rule.rule,
    message: `${file.path}:${line}: ${rule.reason}`,
  }));
}

function startsWithAny(file: string, places: readonly string[]): boolean {
  return places.some((place) => file.startsWith(place));
}
