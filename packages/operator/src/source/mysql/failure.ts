import {
  connectionFailure,
  describeError,
  oneLine,
  type SourceFailure,
  tlsFailure,
  unreachable,
} from '../failure.ts';
import type { SourceConnection } from '../index.ts';

/** The driver's error codes, by what a person must do about them. */
export function mysqlFailure(error: unknown, connection: SourceConnection): SourceFailure {
  const { host, port, database, table, username, password } = connection;
  const { code, errno, words } = describeError(error, password);
  const where = `${host}:${port}`;
  switch (unnamed.get(errno) ?? code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return failure(
        'AuthenticationFailed',
        `database ${where} refused user "${username}": check the user name and the password that the registry refers to`,
      );
    case 'ER_HOST_NOT_PRIVILEGED':
    case 'ER_HOST_IS_BLOCKED':
    case 'ER_ACCOUNT_HAS_BEEN_LOCKED':
    case 'ER_MUST_CHANGE_PASSWORD':
    case 'AUTH_SWITCH_PLUGIN_ERROR':
      return failure(
        'AuthenticationFailed',
        `database ${where} refused user "${username}": ${oneLine(words)}`,
      );
    case 'ER_DBACCESS_DENIED_ERROR':
      return failure(
        'PermissionDenied',
        `user "${username}" may not use database "${database}" on ${where}: grant it SELECT there, if that database exists`,
      );
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
      return failure(
        'PermissionDenied',
        `user "${username}" may not read "${database}.${table}" on ${where}: grant it SELECT on that table`,
      );
    case 'ER_BAD_DB_ERROR':
      return failure('DatabaseNotFound', `database "${database}" does not exist on ${where}`);
    case 'ER_NO_SUCH_TABLE':
    case 'ER_WRONG_TABLE_NAME':
      return failure(
        'TableNotFound',
        `table "${table}" does not exist in database "${database}" on ${where}`,
      );
    case 'ER_BAD_FIELD_ERROR':
      return failure(
        'ColumnNotFound',
        `table "${database}.${table}" has no column ${columnOf(words) ?? '(unknown)'}: check valueMappings and extraValueMappings`,
      );
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
    case 'ER_QUERY_TIMEOUT':
    case 'ER_STATEMENT_TIMEOUT':
      return failure(
        'QueryFailed',
        `reading "${database}.${table}" on ${where} took too long and was stopped`,
      );
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return tlsFailure(where, 'the server takes encrypted connections only: set source.mysql.tls');
    case 'HANDSHAKE_SSL_ERROR':
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return tlsFailure(where, words);
    default: {
      const cause = lost.get(words.startsWith(closedWords) ? 'PROTOCOL_CONNECTION_LOST' : code);
      return cause === undefined
        ? (connectionFailure(code, words, where) ??
            failure('QueryFailed', `reading "${database}.${table}" on ${where} failed: ${oneLine(words)}`))
        : unreachable(where, cause);
    }
  }
}

function failure(reason: SourceFailure['reason'], message: string): SourceFailure {
  return { reason, message };
}

/** `Unknown column 'plan' in 'SELECT'`: with the quotes; a column's own quotes are written plainly. */
function columnOf(words: string): string | undefined {
  return /'.+?'(?= in )/.exec(words)?.[0];
}

/** Numbers that the driver has no name for: MariaDB's own errors. */
const unnamed: ReadonlyMap<unknown, string> = new Map([
  [1969, 'ER_STATEMENT_TIMEOUT'],
  [3159, 'ER_SECURE_TRANSPORT_REQUIRED'],
]);

/** What the driver says, without a code, on a connection that was lost while idle. */
const closedWords = "Can't add new command when connection is in closed state";

const lost: ReadonlyMap<string, string> = new Map([
  ['PROTOCOL_CONNECTION_LOST', 'the connection was lost'],
  ['ER_CON_COUNT_ERROR', 'the server has too many connections'],
  ['ER_USER_LIMIT_REACHED', 'the user has too many connections'],
  ['ER_SERVER_SHUTDOWN', 'the server is shutting down'],
  ['ER_NORMAL_SHUTDOWN', 'the server is shutting down'],
  ['ER_CONNECTION_KILLED', 'the connection was ended by the server'],
  ['ER_CLIENT_INTERACTION_TIMEOUT', 'the connection was ended by the server'],
  ['PROTOCOL_PACKETS_OUT_OF_ORDER', 'the connection was garbled'],
]);
