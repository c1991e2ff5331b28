/** Aligned tables, as kubectl prints them. Pure. */

export interface Column<T> {
  /** In capitals; two spaces part it from the next. */
  readonly title: string;
  /** An empty or missing value is shown as `-`, so that no column seems to be shifted. */
  readonly cell: (row: T) => string | number | undefined;
  /** Numbers stand at the right. */
  readonly align?: 'left' | 'right';
}

const gap = '  ';

/** The title line and one line a row; no rows make an empty text. Line breaks inside a cell become spaces. */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map(({ cell }) => cellText(cell(row))));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines
    .map((line) => {
      const padded = line.map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align));
      return `${padded.join(gap).trimEnd()}\n`;
    })
    .join('');
}

function cellText(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value).replaceAll(/\s*[\r\n\t]+\s*/g, ' ');
  return text === '' ? '-' : text;
}

function pad(text: string, width: number, align: Column<unknown>['align']): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? fill + text : text + fill;
}

/** Columns of a terminal: CJK and emoji take two, combining marks none. Near enough for what stands in names and messages. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    if (/\p{M}/u.test(char)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return width;
}
