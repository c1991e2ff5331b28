/** Keeps the connections of a server bounded: who only holds a place loses it to who comes. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * Lets at most `max` connections stand. One too many ends the oldest that has not sent a whole request yet (a scanner, a
 * slow sender); when all have, the one that has been idle for longest; when all are busy, the newcomer goes.
 */
export function limitConnections(server: Server | TlsServer, max: number): { destroyAll(): void } {
  // In order of arrival. The TLS layer hides the raw socket, so both are known by the peer's port.
  const unproven = new Map<string, Socket>();
  // Between two requests, in the order in which they came to rest.
  const idle = new Map<string, Socket>();
  const open = new Map<string, Socket>();

  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    open.set(peer, socket);
    unproven.set(peer, socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const sockets of [open, unproven, idle]) if (sockets.get(peer) === socket) sockets.delete(peer);
    });
    if (open.size <= max) return;
    // The newcomer is the last of the unproven.
    const [oldest = socket] = unproven.values();
    (oldest === socket ? (first(idle) ?? socket) : oldest).destroy();
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const peer = peerOf(socket);
    unproven.delete(peer);
    idle.delete(peer);
    response.on('close', () => {
      const raw = open.get(peer);
      if (raw) idle.set(peer, raw);
    });
  });
  return {
    destroyAll() {
      for (const socket of open.values()) socket.destroy();
    },
  };
}

function first(sockets: ReadonlyMap<string, Socket>): Socket | undefined {
  const [socket] = sockets.values();
  return socket;
}

function peerOf({ remoteAddress, remotePort }: Socket | TLSSocket): string {
  return `${remoteAddress}:${remotePort}`;
}
