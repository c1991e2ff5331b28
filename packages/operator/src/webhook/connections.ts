/** Keeps the connections of a TLS server bounded: who only holds a place loses it to who comes. */
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * Lets at most `max` connections stand. One too many ends the oldest that has not sent a whole request yet (a scanner, a
 * slow sender); when all have, the newcomer goes.
 */
export function limitConnections(server: Server, max: number): { destroyAll(): void } {
  // In order of arrival. The TLS layer hides the raw socket, so both are known by the peer's port.
  const unproven = new Map<string, Socket>();
  const open = new Set<Socket>();

  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    open.add(socket);
    unproven.set(peer, socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      open.delete(socket);
      if (unproven.get(peer) === socket) unproven.delete(peer);
    });
    if (open.size <= max) return;
    const [oldest] = unproven.values();
    (oldest ?? socket).destroy();
  });
  server.on('request', ({ socket }: { socket: Socket | TLSSocket }) => void unproven.delete(peerOf(socket)));
  return {
    destroyAll() {
      for (const socket of open) socket.destroy();
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
