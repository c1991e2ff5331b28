/** Names of tables and columns in SQL. */

/** The character that encloses an identifier; inside it stands doubled. */
export type Quote = '`' | '"';

export function quoteWith(quote: Quote, name: string): string {
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}

/**
 * Quotes `table` or `schema.table`. A name that contains a dot itself cannot be told from the second, so a name that is
 * written in quotes already (all of its parts, as the database itself would take it) stays as it is.
 */
export function quoteTableWith(quote: Quote, name: string): string {
  const part = `${quote}(?:[^${quote}]|${quote}${quote})+${quote}`;
  if (new RegExp(`^${part}(?:\\.${part})*$`).test(name)) return name;
  return name
    .split('.')
    .map((piece) => quoteWith(quote, piece))
    .join('.');
}
