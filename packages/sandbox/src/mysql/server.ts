/** The protocol's side of the endpoint: connections, passwords, results as text. */
import type { AddressInfo, Server, Socket } from 'node:net';
import mysql from 'mysql2';
import { isRightAnswer } from './auth.ts';
import { createEngine, type Rows, type Value } from './engine.ts';
import { MysqlError, stateOf } from './error.ts';
import { type Account, execute } from './executor.ts';
import type { MysqlOptions, MysqlServer } from './index.ts';
import { VERSION } from './variables.ts';

const host = '127.0.0.1';
/** utf8mb4_general_ci. */
const utf8 = 45;
const autocommit = 0x0002;
const moreResults = 0x0008;
/** COM_RESET_CONNECTION, with which pools hand on a connection. */
const resetConnection = 31;

/**
 * LONG_PASSWORD, FOUND_ROWS, LONG_FLAG, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, MULTI_STATEMENTS,
 * MULTI_RESULTS, PLUGIN_AUTH (MySQL source, "Capabilities Flags").
 */
const capabilities = 0x1 | 0x2 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x1_0000 | 0x2_0000 | 0x8_0000;

interface Packet {
  readonly buffer: Buffer;
  readonly _name?: string;
}

interface Hello {
  readonly user: string;
  readonly database?: string;
  readonly authPluginData1: Buffer;
  readonly authPluginData2: Buffer;
  readonly authToken: Buffer;
}

/** What the driver's server side has and its types leave out. */
interface Wire {
  readonly stream: Socket;
  sequenceId: number;
  writePacket(packet: Packet): void;
  serverHandshake(options: object): void;
  writeOk(args?: { affectedRows?: number; insertId?: number; serverStatus?: number }): void;
  writeEof(warnings: number, status: number): void;
  writeError(error: { code: number; message: string }): void;
  writeColumns(columns: readonly object[]): void;
  writeTextRow(values: readonly (string | null)[]): void;
  on(event: 'query' | 'stmt_prepare' | 'init_db', listener: (text: string) => void): void;
  on(event: 'stmt_execute' | 'field_list', listener: (...args: readonly unknown[]) => void): void;
  on(event: 'packet', listener: (packet: unknown, known: boolean, command: number) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

export async function startMysql(options: MysqlOptions = {}): Promise<MysqlServer> {
  const { port = 0, database = 'sandbox', users = { root: { password: '' } } } = options;
  const engine = await createEngine(database);
  const sockets = new Set<Socket>();
  let connections = 0;

  function accept(wire: Wire): void {
    const id = ++connections;
    let account: Account = { id, user: '', database, readOnly: true };
    giveStates(wire);
    sockets.add(wire.stream);
    wire.stream.once('close', () => sockets.delete(wire.stream));
    // A client that leaves in the middle.
    wire.on('error', () => wire.stream.destroy());
    const answer = (sql: string): void => {
      try {
        for (const result of execute(engine, account, sql)) {
          const serverStatus = result.isLast ? autocommit : autocommit | moreResults;
          if (result.kind === 'rows') writeRows(wire, result, { database, serverStatus });
          else wire.writeOk({ affectedRows: result.affectedRows, insertId: result.insertId, serverStatus });
        }
      } catch (error) {
        wire.writeError(describe(error));
      }
    };
    wire.on('query', answer);
    wire.on('init_db', (name) => answer(`USE \`${name.replaceAll('`', '``')}\``));
    // The driver hands on SET and PREPARE of the text protocol in the same way.
    wire.on('stmt_prepare', (sql) =>
      /^(?:set|prepare)\b/i.test(sql.trimStart()) ? answer(sql) : answer('PREPARE'),
    );
    wire.on('stmt_execute', () => answer('EXECUTE'));
    // An empty list of columns: clients complete names with it.
    wire.on('field_list', () => wire.writeEof(0, autocommit));
    wire.on('packet', (_packet, known, command) => {
      if (command === resetConnection) wire.writeOk({ serverStatus: autocommit });
      else if (!known) wire.writeError({ code: 1047, message: 'Unknown command' });
      // This comes last of all; packets are counted anew in each command.
      wire.sequenceId = 0;
    });
    wire.serverHandshake({
      protocolVersion: 10,
      serverVersion: VERSION,
      connectionId: id,
      statusFlags: autocommit,
      characterSet: utf8,
      capabilityFlags: capabilities,
      authCallback(hello: Hello, next: (none: null, refused?: { code: number; message: string }) => void) {
        try {
          account = { ...admit(hello), id };
          next(null);
          wire.sequenceId = 0;
        } catch (error) {
          next(null, describe(error));
        }
      },
    });
  }

  function admit({
    user,
    authPluginData1,
    authPluginData2,
    authToken,
    database: wanted = '',
  }: Hello): Account {
    const known = Object.hasOwn(users, user) ? users[user] : undefined;
    const seed = Buffer.concat([authPluginData1, authPluginData2]);
    const isRight = isRightAnswer(known?.password ?? 'nobody', seed, authToken);
    if (known === undefined || !isRight) {
      const using = authToken.length > 0 ? 'YES' : 'NO';
      throw new MysqlError(1045, `Access denied for user '${user}'@'localhost' (using password: ${using})`);
    }
    if (wanted !== '' && wanted !== database) throw new MysqlError(1049, `Unknown database '${wanted}'`);
    return { id: 0, user, database, readOnly: known.readOnly ?? false };
  }

  const front = mysql.createServer((connection) => accept(connection as unknown as Wire));
  const server = (front as unknown as { _server: Server })._server;
  await listen(server, port);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    database,
    run(sql) {
      let last: readonly (readonly Value[])[] = [];
      for (const result of execute(engine, { id: 0, user: 'root', database, readOnly: false }, sql))
        last = result.kind === 'rows' ? result.rows : [];
      return last.map((row) => row.map(textOf));
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      engine.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The driver leaves SQLSTATE blank; it stands after header, marker, number and `#`. */
function giveStates(wire: Wire): void {
  const write = wire.writePacket.bind(wire);
  wire.writePacket = (packet) => {
    if (packet._name === 'Error') packet.buffer.write(stateOf(packet.buffer.readUInt16LE(5)), 8, 'latin1');
    write(packet);
  };
}

function describe(error: unknown): { code: number; message: string } {
  if (error instanceof MysqlError) return { code: error.code, message: error.message };
  return { code: 1105, message: error instanceof Error ? error.message : String(error) };
}

interface Where {
  readonly database: string;
  readonly serverStatus: number;
}

function writeRows(wire: Wire, { columns, rows }: Rows, { database, serverStatus }: Where): void {
  wire.writeColumns(
    columns.map((name, index) => ({
      catalog: 'def',
      schema: database,
      table: '',
      orgTable: '',
      name,
      orgName: name,
      characterSet: utf8,
      columnLength: 1_020,
      columnType: typeOf(rows.map((row) => row[index] ?? null)),
      flags: 0,
      decimals: 0,
    })),
  );
  for (const row of rows) wire.writeTextRow(row.map(textOf));
  wire.writeEof(0, serverStatus);
}

/** LONGLONG, DOUBLE or VAR_STRING: what all the values of a column are. */
function typeOf(values: readonly Value[]): number {
  const present = values.filter((value) => value !== null);
  if (present.length > 0 && present.every((value) => typeof value === 'bigint')) return 8;
  if (present.length > 0 && present.every((value) => typeof value === 'bigint' || typeof value === 'number'))
    return 5;
  return 253;
}

function textOf(value: Value): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}
