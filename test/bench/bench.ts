// What a bench is: a file in `set/` that exports its `name` and `run`. Its figures are numbers by
// name, for `--json`; its tables are for people.

export interface BenchTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

export interface BenchResult {
  figures: Record<string, number>;
  tables: readonly BenchTable[];
  /** What must be known to read them. */
  notes: readonly string[];
}

export interface Bench {
  name: string;
  run(): Promise<BenchResult>;
}

export function tableText({ title, columns, rows }: BenchTable): string {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_column, at) =>
    Math.max(...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
  return [title, ...cells.map((row) => `  ${line(row).join('  ')}`)].join('\n');
}

/** The value below which the share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
