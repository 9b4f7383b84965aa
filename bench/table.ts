/** One measured case: column names with their values. */
export type Row = Readonly<Record<string, string | number>>;

/** `sorted` is ascending and not empty. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}

/** The same rows of several runs as one: of every number the median. */
export function medianRows(runs: readonly (readonly Row[])[]): readonly Row[] {
  return runs[0]!.map((row, index) => {
    const medianOf = (column: string): string | number => {
      const values = runs.map((rows) => rows[index]![column]!);
      if (values.some((value) => typeof value === 'string')) return row[column]!;
      return percentile(
        (values as number[]).toSorted((a, b) => a - b),
        50,
      );
    };
    return Object.fromEntries(Object.keys(row).map((column) => [column, medianOf(column)]));
  });
}

export function formatTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => format(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const numeric = columns.map((column) => rows.every((row) => typeof row[column] !== 'string'));
  return cells
    .map((line) =>
      line
        .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: string | number | undefined): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '');
}
