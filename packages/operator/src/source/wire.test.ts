/** Servers that speak nonsense: a read ends with a failure in one line, within its time, and holds no more than it may. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { SourceConnection } from './index.ts';
import { createMysqlSource } from './mysql/index.ts';
import { createPostgresqlSource } from './postgresql/index.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

type Behaviour = { readonly pieces: readonly Uint8Array[]; readonly ends: 'close' | 'reset' };

async function serve(behave: () => Behaviour): Promise<number> {
  server = createServer((socket) => {
    const { pieces, ends } = behave();
    socket.on('error', () => undefined);
    for (const piece of pieces) socket.write(piece);
    // The client has said something: then it has read what there is.
    socket.once('data', () => (ends === 'reset' ? socket.resetAndDestroy() : socket.end()));
    setTimeout(() => socket.destroy(), 30).unref();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const connection = (port: number): SourceConnection => ({
  host: '127.0.0.1',
  port,
  database: 'd',
  table: 't',
  username: 'u',
  password: 'never-show-this',
});
const options = {
  statementTimeoutMs: 1_000,
  resolve: (host: string, port: number) => ({ host, port }),
};

/** A packet of MySQL with its length and number. */
function packet(number: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  return Buffer.concat([
    Buffer.from([length & 255, (length >> 8) & 255, (length >> 16) & 255, number]),
    payload,
  ]);
}

const greeting = packet(
  0,
  Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.0.0\0'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('12345678\0'),
    Buffer.from([0xff, 0xf7, 33, 2, 0, 0xff, 0x81, 21]),
    Buffer.alloc(10),
    Buffer.from('123456789012\0mysql_native_password\0'),
  ]),
);
const bytes = fc.uint8Array({ maxLength: 60 });
const mysqlPiece = fc.oneof(
  bytes,
  fc.constant(greeting),
  // Lengths that do not fit what follows: 16 MB announced, and nothing sent.
  fc.constant(Buffer.from([0xff, 0xff, 0xff, 0, 1])),
  fc.tuple(fc.nat(5), bytes).map(([number, payload]) => packet(number, payload)),
);
const postgresqlPiece = fc.oneof(
  bytes,
  // AuthenticationOk, an error without an end, a row of nothing, 2 GB announced.
  fc.constant(Buffer.from('520000000800000000', 'hex')),
  fc.constant(Buffer.from('450000000a53', 'hex')),
  fc.constant(Buffer.from('44000000064000', 'hex')),
  fc.constant(Buffer.from('447fffffff', 'hex')),
  fc.tuple(fc.constantFrom('R', 'K', 'S', 'Z', 'T', 'D', 'C', 'E', 'N'), bytes).map(([type, payload]) => {
    const head = Buffer.alloc(5);
    head.write(type, 0, 'latin1');
    head.writeInt32BE(payload.length + 4, 1);
    return Buffer.concat([head, payload]);
  }),
);

describe.each([
  ['mysql', createMysqlSource, mysqlPiece],
  ['postgresql', createPostgresqlSource, postgresqlPiece],
] as const)('%s', (_name, create, piece) => {
  it('takes a server that speaks nonsense for a failure', { timeout: 120_000 }, async () => {
    let behaviour: Behaviour = { pieces: [], ends: 'close' };
    const port = await serve(() => behaviour);
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece as fc.Arbitrary<Uint8Array>, { maxLength: 5 }),
        fc.constantFrom('close' as const, 'reset' as const),
        async (pieces, ends) => {
          behaviour = { pieces, ends };
          const source = create(connection(port), options);
          try {
            const result = await source.read(['uid']);
            expect(result.ok).toBe(false);
            if (result.ok) return;
            const { reason, message } = result.failure;
            expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
            expect(message).not.toMatch(/never-show-this|\n\s+at /);
            expect(message.length).toBeLessThan(2_000);
          } finally {
            await source.close();
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
