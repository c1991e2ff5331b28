/**
 * What commands print: aligned tables for people, JSON and YAML for scripts, and progress on long work.
 *
 * Results go to stdout and nothing else does, so that a pipe gets them whole; progress and problems go to stderr.
 *
 *     const text = formatOutput(flags.output, result, () => formatTable(columns, result.tenants));
 */
import { Option } from 'commander';
import { stringify } from 'yaml';

export { createProgress, type Progress, type ProgressOptions, stderrProgress } from './progress.ts';
export { type Column, formatTable } from './table.ts';

/** `table` is for people and may change; `json` and `yaml` hold the same value, field for field. */
export type OutputFormat = 'table' | 'json' | 'yaml';

/** `-o json|yaml`; left out, people read it. */
export function outputFlag(): Option {
  return new Option('-o, --output <format>', 'how it is printed')
    .choices(['table', 'json', 'yaml'])
    .default('table');
}

/** The value as the format wants it, with one line end; `table` is asked for only where it is needed. */
export function formatOutput(format: OutputFormat, value: unknown, table: () => string): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(value, null, 2)}\n`;
    case 'yaml':
      // Without anchors: a reader that knows JSON reads it.
      return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
    case 'table':
      return endLine(table());
  }
}

/** Prints a result on stdout. */
export function printOutput(format: OutputFormat, value: unknown, table: () => string): void {
  process.stdout.write(formatOutput(format, value, table));
}

/** `1 tenant`, `2 tenants`; `plural` where an s does not make it. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
