/** Values as MySQL's text protocol carries them. */
import { quoteTableWith, quoteWith } from '../identifier.ts';

/** The parts of a mysql2 field that are used here. */
export interface TextField {
  readonly type: string;
  readonly length: number;
  string(encoding?: 'utf8'): string | null;
  buffer(): Buffer | null;
}

/**
 * The text of a field: BIT as the number it stands for (so BIT(1) is 0 or 1), all else as the server wrote it. The connection
 * asks for utf8mb4, so that is what text is in, also where a column is marked as binary (as MySQL marks JSON).
 */
export function fieldText(field: TextField): string | null {
  if (field.type !== 'BIT') return field.string('utf8');
  const bytes = field.buffer();
  return bytes === null ? null : BigInt(`0x${bytes.toString('hex') || '0'}`).toString();
}

/** Quotes an identifier (MySQL 8.4 manual, 11.2 Schema Object Names): back quotes, doubled inside. */
export function quoteIdentifier(name: string): string {
  return quoteWith('`', name);
}

/** Quotes `table` or `schema.table`; see `quoteTableWith` for a name with a dot of its own. */
export function quoteTable(name: string): string {
  return quoteTableWith('`', name);
}
