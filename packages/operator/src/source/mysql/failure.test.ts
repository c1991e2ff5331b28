import { describe, expect, it } from 'vitest';
import type { SourceConnection } from '../index.ts';
import { mysqlFailure } from './failure.ts';

const connection: SourceConnection = {
  host: 'db.example.com',
  port: 3306,
  database: 'saas',
  table: 'tenants',
  username: 'reader',
  password: 'hunter2',
};

function driverError(code: string | undefined, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code }, more);
}

describe('mysqlFailure', () => {
  it.each([
    [
      'ER_ACCESS_DENIED_ERROR',
      'Access denied',
      'AuthenticationFailed',
      'refused user "reader"',
      'a wrong password',
    ],
    [
      'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
      'Access denied',
      'AuthenticationFailed',
      'check the user name and the password',
      "MariaDB's other code for it",
    ],
    ['ER_DBACCESS_DENIED_ERROR', 'x', 'PermissionDenied', 'grant it SELECT', 'no right to the database'],
    ['ER_TABLEACCESS_DENIED_ERROR', 'x', 'PermissionDenied', '"saas.tenants"', 'no right to the table'],
    ['ER_COLUMNACCESS_DENIED_ERROR', 'x', 'PermissionDenied', 'grant it SELECT', 'no right to a column'],
    [
      'ER_BAD_DB_ERROR',
      'x',
      'DatabaseNotFound',
      'database "saas" does not exist on db.example.com:3306',
      'no database',
    ],
    ['ER_NO_SUCH_TABLE', 'x', 'TableNotFound', 'table "tenants" does not exist', 'no table'],
    [
      'ER_BAD_FIELD_ERROR',
      "Unknown column 'plan' in 'field list'",
      'ColumnNotFound',
      `has no column 'plan': check valueMappings`,
      'the missing column is named',
    ],
    ['ER_BAD_FIELD_ERROR', '', 'ColumnNotFound', 'has no column (unknown)', 'a server that names no column'],
    ['PROTOCOL_SEQUENCE_TIMEOUT', 'x', 'QueryFailed', 'took too long', "the driver's own limit"],
    ['ER_QUERY_TIMEOUT', 'x', 'QueryFailed', 'took too long', "MySQL's limit"],
    ['HANDSHAKE_NO_SSL_SUPPORT', 'no SSL', 'TLSFailed', 'no TLS connection', 'a server without TLS'],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'self-signed',
      'TLSFailed',
      'self-signed',
      'a certificate nobody vouches for',
    ],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'altname', 'TLSFailed', 'altname', 'a certificate of another host'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'leaf', 'TLSFailed', 'leaf', 'an incomplete chain'],
    ['ECONNREFUSED', '', 'SourceUnreachable', 'db.example.com:3306: connection refused', 'nobody listens'],
    ['ENOTFOUND', 'x', 'SourceUnreachable', 'does not resolve', 'no such host'],
    ['ETIMEDOUT', 'x', 'SourceUnreachable', 'no answer in time', 'packets are dropped'],
    ['PROTOCOL_CONNECTION_LOST', 'x', 'SourceUnreachable', 'was lost', 'the server went away in the middle'],
    ['ER_CON_COUNT_ERROR', 'x', 'SourceUnreachable', 'too many connections', 'a full server'],
    ['ER_SYNTAX', 'near\n  here', 'QueryFailed', 'failed: near here', 'everything else, on one line'],
    ['toString', 'odd', 'QueryFailed', 'failed: odd', 'a code that objects know by themselves'],
    [undefined, 'plain', 'QueryFailed', 'failed: plain', 'an error without a code'],
  ])('%s %j -> %s "%s": %s', (code, message, reason, part, _reason) => {
    const failure = mysqlFailure(driverError(code, message), connection);
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(part);
    expect(failure.message).not.toContain('\n');
    expect(failure.message).not.toContain('hunter2');
  });

  it('knows the number of a code that the driver has no name for: MariaDB stops a statement with 1969', () => {
    const error = driverError('UNKNOWN_CODE_PLEASE_REPORT', 'max_statement_time exceeded', { errno: 1969 });
    expect(mysqlFailure(error, connection).message).toContain('took too long');
  });

  it('takes what is no Error at all', () => {
    expect(mysqlFailure('boom', connection)).toEqual({
      reason: 'QueryFailed',
      message: 'reading "saas.tenants" on db.example.com:3306 failed: boom',
    });
  });

  it('cuts what a driver says, and never in the middle of a character', () => {
    const { message } = mysqlFailure(driverError('X', '😀'.repeat(400)), connection);
    expect(message.length).toBeLessThan(400);
    expect(Buffer.from(message).toString()).toBe(message);
  });
});
