/** The system variables that clients ask for. */
import { MysqlError } from './error.ts';
import type { Connection } from './translate.ts';

/** Announced to clients, which choose by it what they send. */
export const VERSION = '8.0.44-sandbox';

const variables: Readonly<Record<string, string | number>> = {
  autocommit: 1,
  auto_increment_increment: 1,
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
  character_set_server: 'utf8mb4',
  collation_connection: 'utf8mb4_general_ci',
  collation_server: 'utf8mb4_general_ci',
  init_connect: '',
  interactive_timeout: 28_800,
  license: 'Apache-2.0',
  lower_case_table_names: 0,
  max_allowed_packet: 16_777_216,
  max_execution_time: 0,
  net_write_timeout: 60,
  port: 3306,
  read_only: 0,
  sql_mode: 'STRICT_TRANS_TABLES',
  system_time_zone: 'UTC',
  time_zone: 'SYSTEM',
  transaction_isolation: 'READ-UNCOMMITTED',
  tx_isolation: 'READ-UNCOMMITTED',
  version: VERSION,
  version_comment: 'Tenant Operator sandbox (SQLite)',
  wait_timeout: 28_800,
};

export function allVariables(): [string, string][] {
  return Object.entries(variables).map(([name, value]) => [name, String(value)]);
}

export function isVariable(name: string): boolean {
  return Object.hasOwn(variables, name.toLowerCase());
}

/** `@@version`, `@@session.version`; a user's own variable (`@x`) is NULL. Throws MysqlError 1193. */
export function variableValue(source: string, _connection: Connection): string | number | null {
  if (!source.startsWith('@@')) return null;
  const name = source
    .slice(2)
    .replaceAll('`', '')
    .replace(/^(?:session|global|local)\./i, '')
    .toLowerCase();
  const value = isVariable(name) ? variables[name] : undefined;
  if (value === undefined) throw new MysqlError(1193, `Unknown system variable '${name}'`);
  return value;
}
