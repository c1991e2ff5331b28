/** Comma or tab separated text, as databases export it (RFC 4180). Pure. */

export type ParsedCsv =
  | { readonly ok: true; readonly rows: readonly Readonly<Record<string, string | null>>[] }
  | { readonly ok: false; readonly line: number; readonly message: string };

/**
 * The first line names the columns. `\N` without quotes is NULL, as MySQL and PostgreSQL write it; everything else is text,
 * empty text too.
 */
export function parseCsv(text: string): ParsedCsv {
  const read = readRecords(text.replace(/^\ufeff/, ''));
  if (!read.ok) return read;
  const [header, ...records] = read.records;
  if (!header) return { ok: false, line: 1, message: 'there is no line with the names of the columns' };
  const names = header.cells.map((cell) => cell ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { ok: false, line: 1, message: `the column "${twice}" stands there twice` };
  for (const { line, cells } of records) {
    if (cells.length === names.length) continue;
    return { ok: false, line, message: `${cells.length} values for ${names.length} columns` };
  }
  return {
    ok: true,
    rows: records.map(({ cells }) =>
      Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null])),
    ),
  };
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly (string | null)[];
}

function readRecords(
  text: string,
): { readonly ok: true; readonly records: CsvRecord[] } | Extract<ParsedCsv, { ok: false }> {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const separator = head.includes('\t') && !head.includes(',') ? '\t' : ',';
  const cell = new RegExp(`"((?:[^"]|"")*)"|([^${separator}\\r\\n]*)`, 'y');
  const records: CsvRecord[] = [];
  let cells: (string | null)[] = [];
  let line = 1;
  let begin = 1;
  let at = 0;
  while (at < text.length || cells.length > 0) {
    cell.lastIndex = at;
    const [whole = '', quoted, bare = ''] = cell.exec(text) ?? [];
    if (quoted === undefined && bare.startsWith('"'))
      return { ok: false, line, message: 'a quote is opened and never closed' };
    cells.push(quoted === undefined ? (bare === '\\N' ? null : bare) : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    at += whole.length;
    if (text[at] === separator) {
      at += 1;
      continue;
    }
    const end = /\r?\n|\r|$/y;
    end.lastIndex = at;
    const found = end.exec(text);
    if (!found)
      return { ok: false, line, message: `after a closing quote comes ${JSON.stringify(text[at])}` };
    at += found[0].length;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: begin, cells });
    cells = [];
    line += 1;
    begin = line;
  }
  return { ok: true, records };
}
