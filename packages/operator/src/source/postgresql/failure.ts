import {
  connectionFailure,
  describeError,
  oneLine,
  type SourceFailure,
  tlsFailure,
  unreachable,
} from '../failure.ts';
import type { SourceConnection } from '../index.ts';

/** The server's SQLSTATEs (PostgreSQL manual, appendix A) and the driver's own errors, by what a person must do about them. */
export function postgresqlFailure(error: unknown, connection: SourceConnection): SourceFailure {
  const { host, port, database, table, username, password } = connection;
  const { code, words } = describeError(error, password);
  const where = `${host}:${port}`;
  const cause =
    lost.get(code) ??
    (code === '' ? lostByWords.find(([words_]) => words.startsWith(words_))?.[1] : undefined);
  if (cause !== undefined || code.startsWith('08')) return unreachable(where, cause ?? oneLine(words));
  switch (code) {
    case '28P01':
      return refused(connection);
    case '28000':
      return failure(
        'AuthenticationFailed',
        `database ${where} refused user "${username}": ${oneLine(words)}`,
      );
    case '3D000':
      return failure('DatabaseNotFound', `database "${database}" does not exist on ${where}`);
    case '3F000':
    case '42P01':
      return failure(
        'TableNotFound',
        `table "${table}" does not exist in database "${database}" on ${where}: names are taken exactly, with their case`,
      );
    case '42703':
      return failure(
        'ColumnNotFound',
        `table "${database}.${table}" has no column ${/"(.+)"/.exec(words)?.[0] ?? '(unknown)'}: check valueMappings and extraValueMappings`,
      );
    case '42501':
      return failure(
        'PermissionDenied',
        `user "${username}" may not read "${database}.${table}" on ${where} (${oneLine(words)}): grant it SELECT on that table`,
      );
    case '57014':
      return failure(
        'QueryFailed',
        `reading "${database}.${table}" on ${where} took too long and was stopped`,
      );
    case '':
      return failureOfDriver(words, connection);
    default:
      return (
        connectionFailure(code, words, where) ??
        failure('QueryFailed', `reading "${database}.${table}" on ${where} failed: ${oneLine(words)}`)
      );
  }
}

/** Errors that the driver makes itself have no code. */
function failureOfDriver(words: string, connection: SourceConnection): SourceFailure {
  const where = `${connection.host}:${connection.port}`;
  if (/^SASL|^Password must/.test(words)) return refused(connection);
  if (/\bSSL\b/.test(words)) return tlsFailure(where, words);
  const what = `reading "${connection.database}.${connection.table}" on ${where}`;
  return words.startsWith('Query read timeout')
    ? failure('QueryFailed', `${what} took too long and was stopped`)
    : failure('QueryFailed', `${what} failed: ${oneLine(words)}`);
}

function refused({ host, port, username }: SourceConnection): SourceFailure {
  return failure(
    'AuthenticationFailed',
    `database ${host}:${port} refused user "${username}": check the user name and the password that the registry refers to`,
  );
}

function failure(reason: SourceFailure['reason'], message: string): SourceFailure {
  return { reason, message };
}

const lost: ReadonlyMap<string, string> = new Map([
  ['53300', 'the server has too many connections'],
  ['57P01', 'the server is shutting down or ended the connection'],
  ['57P02', 'the server crashed'],
  ['57P03', 'the server is starting up or shutting down'],
  ['57P05', 'the connection was idle for too long'],
]);

const lostByWords: readonly (readonly [words: string, cause: string])[] = [
  ['Connection terminated', 'the connection was lost'],
  ['Client has encountered a connection error', 'the connection was lost'],
  ['Client was closed', 'the connection was lost'],
  ['timeout expired', 'no answer in time'],
];
