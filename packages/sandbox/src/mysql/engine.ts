/** SQLite in memory (sql.js: compiled to WebAssembly). */
import initSqlJs, { type Statement } from 'sql.js';
import { fromSqlite } from './error.ts';

export type Value = string | number | bigint | Uint8Array | null;

export interface Rows {
  readonly kind: 'rows';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export interface Done {
  readonly kind: 'done';
  readonly affectedRows: number;
  readonly insertId: number;
}

export type Result = Rows | Done;

export interface Engine {
  /** One statement in SQLite's words; a reader's may write nothing. Throws MysqlError. */
  run(sql: string, options?: { readonly readOnly: boolean }): Result;
  /** Rows of a SELECT of our own. */
  read(sql: string): Rows['rows'];
  close(): void;
}

export async function createEngine(databaseName: string): Promise<Engine> {
  const { Database } = await initSqlJs();
  const database = new Database();
  function run(sql: string, { readOnly } = { readOnly: false }): Result {
    let statement: Statement | undefined;
    if (readOnly) database.run('PRAGMA query_only = ON');
    try {
      statement = database.prepare(sql);
      const columns = statement.getColumnNames();
      const rows: Value[][] = [];
      const before = changes(database.exec('SELECT total_changes()'));
      // Its types leave out the second parameter, which keeps every digit.
      const row: { get(parameters: null, config: { useBigInt: boolean }): unknown } = statement;
      while (statement.step()) rows.push(row.get(null, { useBigInt: true }) as Value[]);
      if (columns.length > 0) return { kind: 'rows', columns, rows };
      const affectedRows = changes(database.exec('SELECT total_changes()')) - before;
      const insertId = /^insert/i.test(sql) ? changes(database.exec('SELECT last_insert_rowid()')) : 0;
      return { kind: 'done', affectedRows, insertId };
    } catch (error) {
      throw fromSqlite(error, databaseName);
    } finally {
      statement?.free();
      if (readOnly) database.run('PRAGMA query_only = OFF');
    }
  }
  return {
    run,
    read(sql) {
      const result = run(sql);
      return result.kind === 'rows' ? result.rows : [];
    },
    close: () => database.close(),
  };
}

function changes(results: readonly { values: unknown[][] }[]): number {
  return Number(results[0]?.values[0]?.[0] ?? 0);
}
