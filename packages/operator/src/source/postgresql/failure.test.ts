import { describe, expect, it } from 'vitest';
import type { SourceConnection } from '../index.ts';
import { postgresqlFailure } from './failure.ts';

const connection: SourceConnection = {
  host: 'db.example.com',
  port: 5432,
  database: 'saas',
  table: 'tenants',
  username: 'reader',
  password: 'hunter2',
};

type Case = [code: string | undefined, message: string, reason: string, part: string, why: string];

const cases: Case[] = [
  [
    '28P01',
    'password authentication failed',
    'AuthenticationFailed',
    'refused user "reader"',
    'a wrong password',
  ],
  [
    '28000',
    'no pg_hba.conf entry for host "10.0.0.1"',
    'AuthenticationFailed',
    'no pg_hba.conf entry',
    'a rule against the host',
  ],
  [
    undefined,
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string',
    'AuthenticationFailed',
    'check the user name and the password',
    'no password',
  ],
  ['3D000', 'x', 'DatabaseNotFound', 'database "saas" does not exist on db.example.com:5432', 'no database'],
  ['42P01', 'x', 'TableNotFound', 'with their case', 'no table'],
  ['3F000', 'x', 'TableNotFound', 'table "tenants" does not exist', 'no schema'],
  [
    '42703',
    'column "plan" does not exist',
    'ColumnNotFound',
    'has no column "plan": check valueMappings',
    'the missing column is named',
  ],
  ['42703', 'column "a"b" does not exist', 'ColumnNotFound', 'has no column "a"b"', 'a column with a quote'],
  ['42703', '', 'ColumnNotFound', '(unknown)', 'a server that names no column'],
  [
    '42501',
    'permission denied for view chosen',
    'PermissionDenied',
    '(permission denied for view chosen): grant it SELECT',
    'no right',
  ],
  ['57014', 'canceling statement', 'QueryFailed', 'took too long', "the server's limit"],
  [undefined, 'Query read timeout', 'QueryFailed', 'took too long', "the driver's own limit"],
  [
    undefined,
    'The server does not support SSL connections',
    'TLSFailed',
    'does not support SSL',
    'a server without TLS',
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed',
    'TLSFailed',
    'self-signed',
    'a certificate nobody vouches for',
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'altnames', 'TLSFailed', 'altnames', 'a certificate of another host'],
  ['EPROTO', 'wrong version number', 'TLSFailed', 'wrong version', 'a handshake that fails'],
  ['ECONNREFUSED', '', 'SourceUnreachable', 'db.example.com:5432: connection refused', 'nobody listens'],
  ['ENOTFOUND', 'x', 'SourceUnreachable', 'does not resolve', 'no such host'],
  ['57P01', 'x', 'SourceUnreachable', 'shutting down', 'a server that goes'],
  ['57P03', 'x', 'SourceUnreachable', 'starting up', 'a server that comes'],
  ['53300', 'x', 'SourceUnreachable', 'too many connections', 'a full server'],
  ['08006', 'lost\n it', 'SourceUnreachable', 'lost it', 'any other failure of the connection'],
  [
    undefined,
    'Connection terminated unexpectedly',
    'SourceUnreachable',
    'was lost',
    'a connection that was cut',
  ],
  [undefined, 'timeout expired', 'SourceUnreachable', 'no answer in time', 'a server that does not answer'],
  [
    '25006',
    'cannot execute nextval() in a read-only transaction',
    'QueryFailed',
    'failed: cannot execute',
    'a view that writes',
  ],
  [undefined, 'password is hunter2', 'QueryFailed', 'password is ***', 'a driver that would tell'],
  ['XX000', '😀'.repeat(400), 'QueryFailed', 'failed: 😀', 'a long text'],
];

describe('postgresqlFailure', () => {
  it.each(cases)('%s %j -> %s "%s": %s', (code, message, reason, part, why) => {
    const error = Object.assign(new Error(message), code === undefined ? {} : { code });
    const failure = postgresqlFailure(error, connection);
    expect(failure.reason, why).toBe(reason);
    expect(failure.message).toContain(part);
    expect(failure.message).not.toMatch(/[\r\n]|hunter2/);
    expect(failure.message.length).toBeLessThan(400);
    expect(failure.message.isWellFormed()).toBe(true);
  });

  it('takes what is no Error at all', () => {
    expect(postgresqlFailure('boom', connection)).toEqual({
      reason: 'QueryFailed',
      message: 'reading "saas.tenants" on db.example.com:5432 failed: boom',
    });
  });
});
