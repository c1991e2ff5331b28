/** Sockets of the DNS server: UDP, and TCP for answers that are longer. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { type AnswerOptions, answer, udpLimit } from './answer.ts';
import type { DnsOptions, DnsServer } from './index.ts';
import { createZones } from './zones.ts';

const host = '127.0.0.1';
/** A port that TCP has free may be taken for UDP. */
const attempts = 5;

export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const zones = createZones(options.zones);
  for (const zone of zones.names) zones.put({ name: `ns1.${zone}`, type: 'A', ttl: 3_600, values: [host] });
  const answering: AnswerOptions = { zones, negativeTtl: options.negativeTtl ?? 5 };
  const { port = 0 } = options;
  for (let attempt = 1; ; attempt++) {
    const tcp = await listenTcp(port, answering);
    try {
      const chosen = (tcp.server.address() as AddressInfo).port;
      const udp = await listenUdp(chosen, answering);
      return {
        host,
        port: chosen,
        zones,
        async stop() {
          await Promise.all([udp.stop(), tcp.stop()]);
        },
      };
    } catch (error) {
      await tcp.stop();
      if (port !== 0 || attempt === attempts) throw error;
    }
  }
}

async function listenUdp(port: number, options: AnswerOptions): Promise<{ stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const reply = replyTo(bytes, options);
    if (reply) socket.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      // An asker that is gone by the time of its answer.
      socket.on('error', () => undefined);
      resolve();
    });
  });
  return { stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/** Undefined for bytes that are no question. */
function replyTo(bytes: Buffer, options: AnswerOptions, limit?: number): Buffer | undefined {
  try {
    const query = dnsPacket.decode(bytes);
    return query.type === 'query' ? answer(query, options, limit ?? udpLimit(query)) : undefined;
  } catch {
    return undefined;
  }
}

async function listenTcp(
  port: number,
  options: AnswerOptions,
): Promise<{ server: Server; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      // Each message follows its length in two bytes (RFC 1035 4.2.2).
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const length = rest.readUInt16BE(0);
        const reply = replyTo(rest.subarray(2, 2 + length), options, 65_535);
        rest = rest.subarray(2 + length);
        if (reply === undefined) return void socket.destroy();
        const prefix = Buffer.alloc(2);
        prefix.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([prefix, reply]));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
