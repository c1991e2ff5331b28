/** MySQL's errors, and what SQLite's messages are in its words (MySQL 8.4 reference, "Server Error Message Reference"). */
export class MysqlError extends Error {
  /** MySQL's number. */
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = 'MysqlError';
    this.code = code;
  }
}

const states: Readonly<Record<number, string>> = {
  1044: '42000',
  1045: '28000',
  1048: '23000',
  1049: '42000',
  1050: '42S01',
  1051: '42S02',
  1054: '42S22',
  1062: '23000',
  1064: '42000',
  1109: '42S02',
  1136: '21S01',
  1142: '42000',
  1146: '42S02',
  1193: 'HY000',
  1235: '42000',
  1295: 'HY000',
  1305: '42000',
};

/** The five characters of SQLSTATE. */
export function stateOf(code: number): string {
  return states[code] ?? 'HY000';
}

type Rule = readonly [
  pattern: RegExp,
  code: number,
  words: (match: readonly string[], database: string) => string,
];

const rules: readonly Rule[] = [
  [
    /^no such table: (?:main\.)?(.+)$/,
    1146,
    ([, table], database) => `Table '${database}.${table}' doesn't exist`,
  ],
  [/^no such column: (.+)$/, 1054, ([, column]) => `Unknown column '${column}' in 'field list'`],
  [/has no column named (.+)$/, 1054, ([, column]) => `Unknown column '${column}' in 'field list'`],
  [/^near "(.*)": syntax error$/s, 1064, ([, near]) => syntaxWords(near)],
  [/^unrecognized token: "(.*)"$/s, 1064, ([, near]) => syntaxWords(near)],
  [/^incomplete input$/, 1064, () => syntaxWords('')],
  [/^table [`"]?(.+?)[`"]? already exists$/, 1050, ([, table]) => `Table '${table}' already exists`],
  [/^UNIQUE constraint failed: (.+)$/, 1062, ([, key]) => `Duplicate entry for key '${key}'`],
  [/^NOT NULL constraint failed: .*\.(.+)$/, 1048, ([, column]) => `Column '${column}' cannot be null`],
  [
    /cannot (?:INSERT into|UPDATE) generated column "(.+)"$/,
    3105,
    ([, column]) => `The value specified for generated column '${column}' in table is not allowed.`,
  ],
  [/^attempt to write a readonly database$/, 1142, () => 'The user may read and nothing else'],
  [/^no such function: (.+)$/, 1305, ([, name], database) => `FUNCTION ${database}.${name} does not exist`],
  [
    /values? (?:for|were supplied)|same number of (?:terms|result)/,
    1136,
    () => "Column count doesn't match value count",
  ],
];

function syntaxWords(near: string | undefined): string {
  return `You have an error in your SQL syntax near '${near ?? ''}'`;
}

/** What SQLite says, as MySQL would. */
export function fromSqlite(error: unknown, database: string): MysqlError {
  if (error instanceof MysqlError) return error;
  const text = error instanceof Error ? error.message : String(error);
  for (const [pattern, code, words] of rules) {
    const match = pattern.exec(text);
    if (match) return new MysqlError(code, words([...match], database));
  }
  return new MysqlError(1105, text);
}

export const syntaxError = (near: string): MysqlError => new MysqlError(1064, syntaxWords(near));
