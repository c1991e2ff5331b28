/** A TCP proxy between a client and its server, to break connections in the ways networks do. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  port: number;
  /** `hole`: connections stay open and new ones are accepted, but no byte gets through any more. */
  mode(mode: 'pass' | 'refuse' | 'hole'): void;
  /** Resets every connection. */
  cut(): void;
  /** Passes bytes on in pieces of at most this size, 0 for as they come. */
  pieces(bytes: number): void;
  connections(): number;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<FaultProxy> {
  let mode: 'pass' | 'refuse' | 'hole' = 'pass';
  let size = 0;
  const pairs = new Set<[Socket, Socket]>();

  const pass = (chunk: Buffer, to: Socket) => {
    if (mode === 'hole') return;
    const step = size || chunk.length;
    for (let at = 0; at < chunk.length; at += step) to.write(chunk.subarray(at, at + step));
  };

  const server = createServer((near) => {
    if (mode === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.setNoDelay(true);
    const end = () => {
      if (mode === 'hole') return;
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    };
    near.on('data', (chunk) => pass(chunk, far));
    far.on('data', (chunk) => pass(chunk, near));
    for (const socket of pair) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const pair of pairs) {
      for (const socket of pair) socket.resetAndDestroy();
    }
    pairs.clear();
  };

  return {
    port: (server.address() as AddressInfo).port,
    mode(next) {
      mode = next;
    },
    cut,
    pieces(bytes) {
      size = bytes;
    },
    connections: () => pairs.size,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
