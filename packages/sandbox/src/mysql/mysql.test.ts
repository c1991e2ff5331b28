import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MysqlServer, startMysql } from './index.ts';
import { splitStatements } from './tokens.ts';

const guide = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'guide', 'multi-domain.sql');

describe('the MySQL endpoint', () => {
  let server: MysqlServer;
  let connection: Connection;
  const connect = (more: object = {}): Promise<Connection> =>
    createConnection({
      host: server.host,
      port: server.port,
      user: 'app',
      password: 'secret',
      database: 'tenants',
      multipleStatements: true,
      supportBigNumbers: true,
      ...more,
    });
  const query = async (sql: string): Promise<unknown> => (await connection.query(sql))[0];

  beforeAll(async () => {
    server = await startMysql({
      database: 'tenants',
      users: {
        app: { password: 'secret' },
        reader: { password: 'r', readOnly: true },
        open: { password: '' },
      },
    });
    connection = await connect();
    await connection.query(readFileSync(guide, 'utf8'));
  });
  afterAll(async () => {
    connection.destroy();
    await server.stop();
  });

  it("runs the guide's schema unchanged and fills its generated column", async () => {
    expect(await query('SELECT tenant_id, tenant_domain FROM tenant_configs ORDER BY tenant_id')).toEqual([
      { tenant_id: 'tenant-alpha', tenant_domain: 'alpha.saas.example.com' },
      { tenant_id: 'tenant-beta', tenant_domain: 'beta.saas.example.com' },
      { tenant_id: 'tenant-gamma', tenant_domain: 'gamma.enterprise.example.io' },
    ]);
  });

  it.each([
    ['SELECT 1 AS `a b`, NULL AS n', [{ 'a b': 1, n: null }], 'names and NULL'],
    ['SELECT COUNT(*), 1+1 FROM tenant_configs', [{ 'COUNT(*)': 3, '1+1': 2 }], 'columns without a name'],
    ["SELECT CONCAT('a', NULL) AS x", [{ x: null }], 'CONCAT with NULL is NULL'],
    [`SELECT "it's" AS x, 'a\\'b' AS y`, [{ x: "it's", y: "a'b" }], 'both quotes and escapes'],
    ['SELECT @@max_allowed_packet', [{ '@@max_allowed_packet': 16_777_216 }], "drivers' first question"],
    ['SELECT DATABASE(), USER()', [{ 'DATABASE()': 'tenants', 'USER()': 'app@localhost' }], 'who and where'],
    [
      'select @@version_comment limit 1',
      [{ '@@version_comment': 'Tenant Operator sandbox (SQLite)' }],
      "mysql's",
    ],
    ['SHOW TABLES', [{ Tables_in_tenants: 'tenant_configs' }], 'tables'],
    [
      "SHOW VARIABLES LIKE 'sql_mo%'",
      [{ Variable_name: 'sql_mode', Value: 'STRICT_TRANS_TABLES' }],
      'variables',
    ],
    [
      "SELECT COUNT(*) AS n FROM `tenants`.`tenant_configs` WHERE tenant_id = 'TENANT-ALPHA' -- note",
      [{ n: 1 }],
      'a database before the table, text without case, a comment',
    ],
    ['SELECT 9007199254740993 AS x', [{ x: '9007199254740993' }], 'every digit'],
  ])('%s -> %j: %s', async (sql, rows, _reason) => {
    expect(await query(sql)).toEqual(rows);
  });

  it('copies the columns of a table, and renames', async () => {
    await query('CREATE TABLE first (id INT PRIMARY KEY, name VARCHAR(10)); CREATE TABLE second LIKE first');
    await query('CREATE TABLE IF NOT EXISTS second LIKE first');
    await query("INSERT INTO second VALUES (1, 'a')");
    await expect(query("INSERT INTO second VALUES (1, 'b')")).rejects.toMatchObject({ errno: 1062 });
    await query('RENAME TABLE second TO third, `first` TO `fourth`');
    expect(await query("SELECT name FROM third WHERE name = 'A'")).toEqual([{ name: 'a' }]);
    expect(await query('SELECT * FROM fourth')).toEqual([]);
    await expect(query('CREATE TABLE fifth LIKE nowhere')).rejects.toMatchObject({ errno: 1146 });
    await query('DROP TABLE third; DROP TABLE fourth');
  });

  it.each([
    ['SELECT * FROM nowhere', 1146, '42S02', "Table 'tenants.nowhere' doesn't exist"],
    ['SELECT plan FROM tenant_configs', 1054, '42S22', "Unknown column 'plan' in 'field list'"],
    ['SELECT `plan` FROM tenant_configs', 1054, '42S22', "Unknown column 'plan' in 'field list'"],
    ['SELEC 1', 1064, '42000', 'SQL syntax'],
    ['SELECT (1', 1064, '42000', 'SQL syntax'],
    ["INSERT INTO tenant_configs (tenant_id) VALUES ('tenant-beta')", 1062, '23000', 'Duplicate entry'],
    ['CREATE TABLE tenant_configs (a INT)', 1050, '42S01', 'already exists'],
    ["UPDATE tenant_configs SET tenant_domain = 'x'", 3105, 'HY000', 'tenant_domain'],
    ['USE elsewhere', 1049, '42000', "Unknown database 'elsewhere'"],
    ['SET SESSION max_statement_time = 1', 1193, 'HY000', 'max_statement_time'],
    ['START TRANSACTION', 1235, '42000', 'every statement commits'],
    ['ATTACH DATABASE x AS y', 1064, '42000', 'SQL syntax'],
    ['', 1065, 'HY000', 'empty'],
  ])('%s fails with %d (%s): %s', async (sql, errno, sqlState, words) => {
    const error: unknown = await connection.query(sql === '' ? ' ' : sql).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ errno, sqlState, message: expect.stringContaining(words) });
  });

  it('tells how many rows a statement touched, and its new key', async () => {
    await query(
      "CREATE TABLE notes (id INT UNSIGNED NOT NULL AUTO_INCREMENT, word VARCHAR(20) NOT NULL DEFAULT 'x' COMMENT 'a (b)', at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (id), UNIQUE KEY w (word), KEY k (at)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    );
    expect(await query("INSERT INTO notes (word) VALUES ('a'), ('b')")).toMatchObject({
      affectedRows: 2,
      insertId: 2,
    });
    expect(await query("INSERT IGNORE INTO notes (word) VALUES ('a')")).toMatchObject({ affectedRows: 0 });
    await query("INSERT INTO notes (id, word) VALUES (1, 'c') ON DUPLICATE KEY UPDATE word = VALUES(word)");
    expect(await query('SELECT word FROM notes ORDER BY id')).toEqual([{ word: 'c' }, { word: 'b' }]);
    expect(await query("UPDATE notes SET word = CONCAT(word, '!') WHERE id > 1")).toMatchObject({
      affectedRows: 1,
    });
    await query('TRUNCATE TABLE notes');
    expect(await query('SELECT COUNT(*) AS n FROM notes')).toEqual([{ n: 0 }]);
    await query('DROP TABLE notes');
  });

  it('answers several statements in one text, up to the first that fails', async () => {
    expect(await query("SELECT 1 AS a; SET NAMES utf8mb4; SELECT ';' AS b")).toMatchObject([
      [{ a: 1 }],
      { affectedRows: 0 },
      [{ b: ';' }],
    ]);
    await expect(query('SELECT 1; SELECT * FROM nowhere; SELECT 2')).rejects.toMatchObject({ errno: 1146 });
    expect(await query('SELECT 3 AS a')).toEqual([{ a: 3 }]);
  });

  it.each([
    [{ password: 'wrong' }, 1045, 'a wrong password'],
    [{ user: 'nobody' }, 1045, 'an unknown user'],
    [{ password: '' }, 1045, 'no password'],
    [{ user: 'toString' }, 1045, 'a name that objects know by themselves'],
    [{ database: 'elsewhere' }, 1049, 'an unknown database'],
  ])('refuses %j with %d: %s', async (more, errno, _reason) => {
    await expect(connect(more)).rejects.toMatchObject({ errno });
  });

  it('lets in a user without a password', async () => {
    const open = await connect({ user: 'open', password: '' });
    expect((await open.query('SELECT 1 AS a'))[0]).toEqual([{ a: 1 }]);
    await open.end();
  });

  it('lets a reader read and nothing else', async () => {
    const reader = await connect({ user: 'reader', password: 'r' });
    expect((await reader.query('SELECT COUNT(*) AS n FROM tenant_configs'))[0]).toEqual([{ n: 3 }]);
    await expect(reader.query('DELETE FROM tenant_configs')).rejects.toMatchObject({ errno: 1142 });
    await expect(reader.query('WITH a AS (SELECT 1) DELETE FROM tenant_configs')).rejects.toMatchObject({
      errno: 1142,
    });
    reader.destroy();
  });

  it('counts packets anew in each command', async () => {
    const warnings: string[] = [];
    connection.on('warn' as 'error', (error: Error) => warnings.push(error.message));
    await connection.ping();
    await connection.reset();
    await query('SELECT 1');
    await query('SET NAMES utf8mb4');
    expect(warnings).toEqual([]);
  });

  it('says that it has no prepared statements', async () => {
    await expect(connection.execute('SELECT 1')).rejects.toMatchObject({ errno: 1295 });
  });

  it('runs statements without a connection', () => {
    expect(server.run("SELECT is_active FROM tenant_configs WHERE tenant_id = 'tenant-beta'")).toEqual([
      ['1'],
    ]);
  });
});

describe('splitStatements', () => {
  it.each([
    ["SELECT ';'; SELECT 2", 2, 'a semicolon in a string'],
    ['SELECT 1; -- two; three\n', 1, 'a comment'],
    ['/* a; b */ SELECT `;`', 1, 'a comment in brackets, a name'],
    ["SELECT 'a\\';b'", 1, 'an escaped quote'],
    [';;', 0, 'nothing'],
  ])('%j -> %d: %s', (sql, count) => {
    expect(splitStatements(sql)).toHaveLength(count);
  });
});
