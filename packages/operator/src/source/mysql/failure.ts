import { oneLine, type SourceFailure } from '../failure.ts';
import type { SourceConnection } from '../index.ts';

/** The driver's error codes, by what a person must do about them. */
export function mysqlFailure(error: unknown, connection: SourceConnection): SourceFailure {
  const { host, port, database, table, username } = connection;
  const { code, message } = describe(error);
  const where = `${host}:${port}`;
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return failure(
        'AuthenticationFailed',
        `database ${where} refused user "${username}": check the user name and the password that the registry refers to`,
      );
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
      return failure(
        'PermissionDenied',
        `user "${username}" may not read "${database}.${table}" on ${where}: grant it SELECT on that table`,
      );
    case 'ER_BAD_DB_ERROR':
      return failure('DatabaseNotFound', `database "${database}" does not exist on ${where}`);
    case 'ER_NO_SUCH_TABLE':
      return failure(
        'TableNotFound',
        `table "${table}" does not exist in database "${database}" on ${where}`,
      );
    case 'ER_BAD_FIELD_ERROR':
      return failure(
        'ColumnNotFound',
        `table "${database}.${table}" has no column ${/'([^']+)'/.exec(message)?.[0] ?? '(unknown)'}: check valueMappings and extraValueMappings`,
      );
    case 'PROTOCOL_SEQUENCE_TIMEOUT':
    case 'ER_QUERY_TIMEOUT':
    case 'ER_STATEMENT_TIMEOUT':
      return failure(
        'QueryFailed',
        `reading "${database}.${table}" on ${where} took too long and was stopped`,
      );
    case 'HANDSHAKE_SSL_ERROR':
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return failure('TLSFailed', `no TLS connection to database ${where}: ${oneLine(message)}`);
    default:
      if (isTls(code))
        return failure('TLSFailed', `no TLS connection to database ${where}: ${oneLine(message)}`);
      return isNetwork(code)
        ? failure('SourceUnreachable', `cannot reach database ${where}: ${network[code]}`)
        : failure('QueryFailed', `reading "${database}.${table}" on ${where} failed: ${oneLine(message)}`);
  }
}

function failure(reason: SourceFailure['reason'], message: string): SourceFailure {
  return { reason, message };
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  // The driver has no name for MariaDB's ER_STATEMENT_TIMEOUT.
  if ('errno' in error && error.errno === 1969) return { code: 'ER_STATEMENT_TIMEOUT', message: error.message };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message || code };
}

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve now',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  PROTOCOL_CONNECTION_LOST: 'the connection was lost',
  ER_CON_COUNT_ERROR: 'the server has too many connections',
  ER_SERVER_SHUTDOWN: 'the server is shutting down',
  POOL_CLOSED: 'the pool is closed',
};

function isNetwork(code: string): boolean {
  return Object.hasOwn(network, code);
}

function isTls(code: string): boolean {
  return /^ERR_(TLS|SSL)|CERT|^UNABLE_TO_/.test(code);
}
