import { createPostgresqlSource } from '@tenant-operator/operator';
import { Client } from 'pg';
import type { Dialect } from '../conformance/source/site.ts';
import { describeSource } from '../conformance/source.ts';
import { createCertificateAuthority } from '../rig/access/certificates.ts';
import { type PostgresqlAccess, startPostgresql } from '../rig/parts/postgresql.ts';
import { createWorkspace } from '../rig/process/workspace.ts';

const values: Dialect['values'] = {
  bigint: { type: 'BIGINT', value: '9223372036854775807', text: '9223372036854775807' },
  decimal: {
    type: 'NUMERIC(38,10)',
    value: `1234567890123456789.0100000000`,
    text: '1234567890123456789.0100000000',
  },
  double: { type: 'DOUBLE PRECISION', value: '0.1', text: '0.1' },
  date: { type: 'DATE', value: `'2024-02-29'`, text: '2024-02-29' },
  datetime: { type: 'TIMESTAMP', value: `'2024-02-29 23:59:59.000001'`, text: '2024-02-29 23:59:59.000001' },
  timestamp: { type: 'TIMESTAMPTZ', value: `'2024-02-29 12:34:56+02'`, text: '2024-02-29 10:34:56+00' },
  time: { type: 'TIME', value: `'12:34:56'`, text: '12:34:56' },
  boolean: { type: 'BOOLEAN', value: 'TRUE', text: 'true' },
  bit: { type: 'BIT(1)', value: `B'1'`, text: '1' },
  json: { type: 'JSON', value: `'{"b": 1.0, "a": ["x"]}'`, text: '{"b": 1.0, "a": ["x"]}' },
  enum: { type: 'plan', value: `'pro plan'`, text: 'pro plan' },
  uuid: {
    type: 'UUID',
    value: `'123e4567-e89b-12d3-a456-426655440000'`,
    text: '123e4567-e89b-12d3-a456-426655440000',
  },
  emoji: { type: 'VARCHAR(20)', value: `'Zoë 👩‍🚀'`, text: 'Zoë 👩‍🚀' },
  spaces: { type: 'VARCHAR(20)', value: `'  a  '`, text: '  a  ' },
  lines: { type: 'TEXT', value: `E'a\\r\\nb\\t"c"'`, text: 'a\r\nb\t"c"' },
  empty: { type: 'VARCHAR(20)', value: `''`, text: '' },
  null: { type: 'VARCHAR(20)', value: 'NULL', text: null },
  megabyte: { type: 'TEXT', value: `repeat('m', 1048576)`, text: 'm'.repeat(1_048_576) },
};

async function query(access: PostgresqlAccess, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client(access);
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

function dialectOf(admin: PostgresqlAccess): Dialect {
  return {
    quote: (name) => `"${name.replaceAll('"', '""')}"`,
    values,
    prepare: [`CREATE TYPE plan AS ENUM ('free', 'pro plan')`],
    generatedColumn: `VARCHAR(100) GENERATED ALWAYS AS (uid || '.example.com') STORED`,
    queries: {
      slow: 'SELECT pg_sleep(20)::text AS uid',
      session: 'SELECT pg_backend_pid() AS uid',
      cipher: `SELECT coalesce(cipher, '') AS uid FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
    },
    createNarrowAccount: (user, password, tables) => [
      `CREATE ROLE ${user} LOGIN PASSWORD '${password}'`,
      ...tables.flatMap((table) => [
        `GRANT USAGE ON SCHEMA ${table.includes('.') ? table.split('.')[0] : 'public'} TO ${user}`,
        `GRANT SELECT (uid) ON ${table} TO ${user}`,
      ]),
    ],
    async endConnections(user) {
      await query(
        admin,
        `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = '${user}'`,
      );
    },
    async countConnections(user) {
      const rows = await query(admin, `SELECT state FROM pg_stat_activity WHERE usename = '${user}'`);
      return { open: rows.length, running: rows.filter(({ state }) => state === 'active').length };
    },
    missingDatabase: 'DatabaseNotFound',
  };
}

describeSource('PostgreSQL', async () => {
  const workspace = createWorkspace();
  const authority = await createCertificateAuthority('database authority');
  const certificate = await authority.issueServer('db.example.com', {
    dns: ['db.example.com'],
    ip: ['127.0.0.1'],
  });
  // A habit that would give dates away from ISO 8601.
  const plain = await startPostgresql(workspace, { settings: { datestyle: 'German, DMY' } });
  const secure = await startPostgresql(workspace, { name: 'postgresql-tls', tls: certificate });
  const connectionOf = ({ user, ...access }: PostgresqlAccess) => ({ ...access, username: user, table: '' });
  return {
    create: createPostgresqlSource,
    dialect: dialectOf(plain.admin),
    reader: connectionOf(await plain.createReader('reader', 'hunter2-reader')),
    execute: async (...statements) => void (await query(plain.admin, ...statements)),
    stop: async () => workspace.parts.get('postgresql')?.stop(),
    start: async () => workspace.parts.get('postgresql')?.start(),
    tls: {
      reader: connectionOf(await secure.createReader('reader', 'hunter2-reader')),
      authority: authority.certificate,
      execute: async (...statements) => void (await query(secure.admin, ...statements)),
    },
    close: () => workspace.close(),
  };
});
