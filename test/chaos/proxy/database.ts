/** A proxy between one operator and its database. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Timeline } from '../clock.ts';

export type DatabaseFault =
  | { readonly kind: 'refuse' }
  /** Connections stay open and no byte passes. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Each connection breaks once the server has sent so many bytes on it: half a result. */
  | { readonly kind: 'half'; readonly bytes: number };

export interface DatabaseProxy {
  readonly host: string;
  readonly port: number;
  begin(fault: DatabaseFault): void;
  /** Ends every fault; connections that were held break. */
  heal(): void;
  cut(): void;
  kill(): void;
  close(): Promise<void>;
}

const host = '127.0.0.1';

export async function startDatabaseProxy(
  target: { readonly host: string; readonly port: number },
  timeline: Timeline,
): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  let fault: DatabaseFault | undefined;
  let isKilled = false;

  const server = createServer((near) => {
    if (isKilled || fault?.kind === 'refuse') return void near.resetAndDestroy();
    const far = connect(target);
    let passed = 0;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on('data', (data) => {
      if (fault?.kind !== 'hold') far.write(data);
    });
    far.on('data', (data) => {
      passed += data.length;
      if (fault?.kind === 'hold') return;
      if (fault?.kind === 'half' && passed > fault.bytes) {
        near.write(data.subarray(0, Math.max(0, data.length - (passed - fault.bytes))));
        near.destroySoon();
        return;
      }
      if (fault?.kind === 'slow') timeline.setTimeout(() => near.write(data), fault.ms);
      else near.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host,
    port: (server.address() as AddressInfo).port,
    begin(next) {
      fault = next;
      // A connection that was used before has sent more than that already.
      if (next.kind === 'refuse' || next.kind === 'half') cut();
    },
    heal() {
      const wasHeld = fault?.kind === 'hold';
      fault = undefined;
      isKilled = false;
      if (wasHeld) cut();
    },
    cut,
    kill() {
      isKilled = true;
      cut();
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
