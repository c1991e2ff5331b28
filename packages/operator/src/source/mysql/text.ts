/** Values as MySQL's text protocol carries them. */

/** The parts of a mysql2 field that are used here. */
export interface TextField {
  readonly type: string;
  readonly length: number;
  string(): string | null;
  buffer(): Buffer | null;
}

/** The text of a field: BIT as the number it stands for (so BIT(1) is 0 or 1), all else as the server wrote it. */
export function fieldText(field: TextField): string | null {
  if (field.type !== 'BIT') return field.string();
  const bytes = field.buffer();
  return bytes === null ? null : BigInt(`0x${bytes.toString('hex') || '0'}`).toString();
}

/** Quotes an identifier (MySQL 8.4 manual, 11.2 Schema Object Names): back quotes, doubled inside. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Quotes `table` or `schema.table`; a name that contains a dot itself cannot be told apart and is read as the second. */
export function quoteTable(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}
