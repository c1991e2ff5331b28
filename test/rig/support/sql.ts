import { createPool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import type { MysqlAccess } from '../parts/mariadb.ts';

/** Statements for a test's database. */
export interface Sql {
  /** Rows of a SELECT; `?` takes a parameter. */
  query<T = Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
  /** Any other statement; gives the number of rows it touched. */
  execute(statement: string, parameters?: readonly unknown[]): Promise<number>;
  /** Several statements, as in a file. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

export function createSql(access: MysqlAccess): Sql {
  const pool = createPool({ ...access, multipleStatements: true, connectionLimit: 4 });
  return {
    async query<T>(statement: string, parameters: readonly unknown[] = []) {
      const [rows] = await pool.query<RowDataPacket[]>(statement, [...parameters]);
      return rows as T[];
    },
    async execute(statement, parameters = []) {
      const [result] = await pool.query<ResultSetHeader>(statement, [...parameters]);
      return result.affectedRows;
    },
    async script(text) {
      await pool.query(text);
    },
    close: () => pool.end(),
  };
}
