/** Findings as people read them. */
import { type Finding, meetsGoal } from './operator/index.ts';

const VERDICT = { true: 'yes', false: 'NO', undefined: '' } as const;

/** A Markdown table whose columns are aligned in plain text too. Notes follow below it. */
export function formatTable(findings: readonly Finding[]): string {
  const header = ['phase', 'measured', 'value', 'goal', 'met'];
  const rows = findings.map((finding) => [
    finding.phase,
    finding.what,
    formatValue(finding.value, finding.unit),
    finding.goal === undefined
      ? ''
      : `${finding.goal.atMost === 0 ? '' : '<= '}${formatGoal(finding.goal.atMost, finding.unit)}`,
    VERDICT[`${meetsGoal(finding)}`],
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = (column: number) => column === 2 || column === 3;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (isNumber(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const notes = findings.filter(({ note }) => note !== undefined);
  return [
    line(header),
    rule,
    ...rows.map(line),
    '',
    ...notes.map(({ phase, what, note }) => `- ${phase}, ${what}: ${note}`),
  ].join('\n');
}

function formatValue(value: number, unit: Finding['unit']): string {
  const digits = Number.isInteger(value) && unit === '' ? 0 : unit === 'MB' ? 0 : 2;
  return suffixed(value.toFixed(digits), unit);
}

function formatGoal(value: number, unit: Finding['unit']): string {
  return suffixed(String(value), unit);
}

function suffixed(text: string, unit: Finding['unit']): string {
  if (unit === '') return text;
  return unit === 'x' || unit === '%' ? `${text}${unit === 'x' ? 'x' : ' %'}` : `${text} ${unit}`;
}
