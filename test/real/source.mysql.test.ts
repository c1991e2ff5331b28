import { createMysqlSource } from '@tenant-operator/operator';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Dialect } from '../conformance/source/site.ts';
import { describeSource } from '../conformance/source.ts';
import { createCertificateAuthority } from '../rig/access/certificates.ts';
import { type MysqlAccess, startMariaDb } from '../rig/parts/mariadb.ts';
import { createWorkspace } from '../rig/process/workspace.ts';

const values: Dialect['values'] = {
  bigint: { type: 'BIGINT UNSIGNED', value: '18446744073709551615', text: '18446744073709551615' },
  decimal: {
    type: 'DECIMAL(38,10)',
    value: `1234567890123456789.0100000000`,
    text: '1234567890123456789.0100000000',
  },
  double: { type: 'DOUBLE', value: '0.1', text: '0.1' },
  date: { type: 'DATE', value: `'2024-02-29'`, text: '2024-02-29' },
  datetime: {
    type: 'DATETIME(6)',
    value: `'2024-02-29 23:59:59.000001'`,
    text: '2024-02-29 23:59:59.000001',
  },
  timestamp: { type: 'TIMESTAMP', value: `'2024-02-29 12:34:56'`, text: '2024-02-29 12:34:56' },
  time: { type: 'TIME', value: `'-12:34:56'`, text: '-12:34:56' },
  boolean: { type: 'BOOLEAN', value: 'TRUE', text: '1' },
  bit: { type: 'BIT(1)', value: `b'1'`, text: '1' },
  json: { type: 'JSON', value: `'{"b": 1.0, "a": ["x"]}'`, text: '{"b": 1.0, "a": ["x"]}' },
  enum: { type: `ENUM('free', 'pro plan')`, value: `'pro plan'`, text: 'pro plan' },
  uuid: {
    type: 'UUID',
    value: `'123e4567-e89b-12d3-a456-426655440000'`,
    text: '123e4567-e89b-12d3-a456-426655440000',
  },
  emoji: { type: 'VARCHAR(20)', value: `'Zoë 👩‍🚀'`, text: 'Zoë 👩‍🚀' },
  spaces: { type: 'VARCHAR(20)', value: `'  a  '`, text: '  a  ' },
  lines: { type: 'TEXT', value: `'a\\r\\nb\\t"c"'`, text: 'a\r\nb\t"c"' },
  empty: { type: 'VARCHAR(20)', value: `''`, text: '' },
  null: { type: 'VARCHAR(20)', value: 'NULL', text: null },
  megabyte: { type: 'MEDIUMTEXT', value: `REPEAT('m', 1048576)`, text: 'm'.repeat(1_048_576) },
};

async function query(access: MysqlAccess, ...statements: string[]): Promise<RowDataPacket[]> {
  const connection = await createConnection(access);
  try {
    let rows: RowDataPacket[] = [];
    for (const statement of statements) [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    await connection.end();
  }
}

function dialectOf(admin: MysqlAccess): Dialect {
  const processes = (user: string): Promise<RowDataPacket[]> =>
    query(admin, `SELECT id, command FROM information_schema.processlist WHERE user = '${user}'`);
  return {
    quote: (name) => `\`${name.replaceAll('`', '``')}\``,
    values,
    generatedColumn: `VARCHAR(100) GENERATED ALWAYS AS (CONCAT(uid, '.example.com')) VIRTUAL`,
    queries: {
      slow: 'SELECT SLEEP(20) AS uid',
      session: 'SELECT CONNECTION_ID() AS uid',
      cipher: `SELECT variable_value AS uid FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'`,
    },
    createNarrowAccount: (user, password, tables) => [
      `CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`,
      ...tables.map((table) => `GRANT SELECT (uid) ON ${table} TO '${user}'@'%'`),
    ],
    async endConnections(user) {
      for (const { id } of await processes(user)) await query(admin, `KILL ${id}`);
    },
    async countConnections(user) {
      const rows = await processes(user);
      return { open: rows.length, running: rows.filter(({ command }) => command === 'Query').length };
    },
    missingDatabase: 'PermissionDenied',
  };
}

describeSource('MariaDB', async () => {
  const workspace = createWorkspace();
  const authority = await createCertificateAuthority('database authority');
  const certificate = await authority.issueServer('db.example.com', {
    dns: ['db.example.com'],
    ip: ['127.0.0.1'],
  });
  const plain = await startMariaDb(workspace);
  const secure = await startMariaDb(workspace, { name: 'mariadb-tls', tls: certificate });
  const connectionOf = ({ user, ...access }: MysqlAccess) => ({ ...access, username: user, table: '' });
  return {
    create: createMysqlSource,
    dialect: dialectOf(plain.admin),
    reader: connectionOf(await plain.createReader('reader', 'hunter2-reader')),
    execute: async (...statements) => void (await query(plain.admin, ...statements)),
    stop: async () => workspace.parts.get('mariadb')?.stop(),
    start: async () => workspace.parts.get('mariadb')?.start(),
    tls: {
      reader: connectionOf(await secure.createReader('reader', 'hunter2-reader')),
      authority: authority.certificate,
      execute: async (...statements) => void (await query(secure.admin, ...statements)),
    },
    close: () => workspace.close(),
  };
});
