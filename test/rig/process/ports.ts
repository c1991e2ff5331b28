import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';
import { RigError } from '../errors.ts';

const FIRST = 15_000;
const LAST = 31_999;
/** All of 127.0.0.0/8 is this machine: a socket there is in no part's way, and goes with its process. */
const RESERVED_ON = '127.0.0.2';
/** What keeps other rigs of the machine from the ports that are this process's. */
const reservations = new Map<number, Socket>();

/**
 * Finds `count` ports that are free for TCP and UDP on 127.0.0.1, and reserves them for as long as the process lives: a part may
 * come back to its port at any time. They come from below the range that the system hands to outgoing connections, so that none
 * of those can sit on a port that a stopped part returns to.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt > 200)
      throw new RigError('PORT_UNAVAILABLE', `no ${count} free ports on 127.0.0.1 in ${FIRST}-${LAST}`);
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (reservations.has(port)) continue;
    const reservation = await bindUdp(port, RESERVED_ON);
    if (!reservation) continue;
    reservation.unref();
    reservations.set(port, reservation);
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

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = await bindUdp(port, '127.0.0.1');
  await new Promise<void>((resolve) => (socket ? socket.close(() => resolve()) : resolve()));
  return socket !== undefined;
}

/** Undefined when somebody has the port. */
function bindUdp(port: number, address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address, exclusive: true }, () => resolve(socket));
  });
}
