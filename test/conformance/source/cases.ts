import type { ValueName } from './site.ts';

/** What a read must keep of a value, each with its reason. */
export const VALUES: readonly [ValueName, string][] = [
  ['bigint', 'every digit of an integer beyond 2^53'],
  ['decimal', 'every digit of a decimal, also zeros at its end'],
  ['double', 'a floating point number as the server writes it'],
  ['date', 'a date that no time zone moves'],
  ['datetime', 'a date and time without a zone'],
  ['timestamp', 'an instant, in the zone of the session'],
  ['time', 'a time of day'],
  ['boolean', 'a boolean'],
  ['bit', 'a single bit as 0 or 1'],
  ['json', 'JSON as it was written'],
  ['enum', 'the name of an enumerated value'],
  ['uuid', 'a UUID'],
  ['emoji', 'characters beyond the basic plane'],
  ['spaces', 'spaces at both ends'],
  ['lines', 'line breaks, tabs and quotes'],
  ['empty', 'empty text is not NULL'],
  ['null', 'NULL is not empty text'],
  ['megabyte', 'a value of a megabyte'],
];

/** Names of tables and columns that need their quotes. */
export const NAMES: readonly [name: string, reason: string][] = [
  ['with space', 'a space'],
  ['select', 'a reserved word'],
  ['back`quote', 'a back quote'],
  ['double"quote', 'a double quote'],
  ["single'quote", 'a single quote'],
  ['dot.ted', 'a dot'],
  ['x; DROP TABLE y; -- ?', 'what would be SQL'],
  ['MixedCase', 'upper and lower case'],
  ['größe', 'letters beyond ASCII'],
  ['$1 %s \\n :a', 'place holders and escapes'],
];

/** A server for `db.example.com` and 127.0.0.1, by which authority it is checked, and under which name. */
export const DISTRUSTED = [
  ['VerifyCA', 'another authority', 'db.example.com', 'foreign'],
  ['VerifyCA', 'an authority that the system does not know', 'db.example.com', 'none'],
  ['VerifyIdentity', 'another authority', 'db.example.com', 'foreign'],
  ['VerifyIdentity', 'the certificate of another host', 'other.example.com', 'own'],
  ['VerifyIdentity', 'the certificate of another address', '127.0.0.2', 'own'],
] as const;
