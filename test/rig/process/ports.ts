import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { RigError } from '../errors.ts';

const FIRST = 15_000;
const LAST = 31_999;
const taken = new Set<number>();

/**
 * Finds `count` ports that are free for TCP and UDP on 127.0.0.1. They come from below the range that the
 * system hands to outgoing connections, so that none of those can sit on a port that a stopped part returns to.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt > 200)
      throw new RigError('PORT_UNAVAILABLE', `no ${count} free ports on 127.0.0.1 in ${FIRST}-${LAST}`);
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (taken.has(port)) continue;
    taken.add(port);
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) ports.push(port);
  }
  return ports;
}

/** One free port; see `freePorts`. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
