import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a source and its database and can cut the connection. */
export interface CuttingProxy {
  readonly port: number;
  /** Connections that came so far. */
  readonly accepted: number;
  /** Cuts every connection once the server has sent this many bytes on it; undefined lets all pass. */
  cutAfter: number | undefined;
  close(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((client) => {
    accepted++;
    const upstream = connect(target);
    let passed = 0;
    const cut = (): void => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('end', () => upstream.end());
    upstream.on('end', () => client.end());
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      passed += data.length;
      if (proxy.cutAfter !== undefined && passed > proxy.cutAfter) cut();
      else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    cutAfter: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
