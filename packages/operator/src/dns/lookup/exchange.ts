/** One question over the network, one reply: UDP first, TCP when the answer does not fit. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Clock } from '@tenant-operator/kube';
import type { LookupOutcome, NameServer } from './index.ts';
import { encodeQuestion, isReplyTo, isTruncated, type Question, readReply } from './message.ts';

export interface Deadline {
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

type Settle = (outcome: LookupOutcome | Buffer) => void;

/** Runs `start` until it settles, the time is over or the signal is aborted; what it returns cleans up, in every case. */
function within(
  { clock, timeoutMs, signal }: Deadline,
  start: (settle: Settle) => () => void,
): Promise<LookupOutcome | Buffer> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let cleanUp = () => {};
    const end = (finish: () => void) => {
      if (isOver) return;
      isOver = true;
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      cleanUp();
      finish();
    };
    const abort = () => end(() => reject(signal!.reason as Error));
    const timer = clock.setTimeout(() => end(() => resolve({ kind: 'timeout' })), timeoutMs);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    cleanUp = start((outcome) => end(() => resolve(outcome)));
    if (isOver) cleanUp();
  });
}

function unreachable(error: NodeJS.ErrnoException): LookupOutcome {
  const causes: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ENETUNREACH: 'network unreachable',
    EHOSTUNREACH: 'host unreachable',
    EADDRNOTAVAIL: 'no such address family here',
    ECONNRESET: 'connection reset',
  };
  return { kind: 'unreachable', detail: causes[error.code ?? ''] ?? error.message };
}

/** The socket is connected: the kernel drops what comes from elsewhere, and tells of closed ports. */
function overUdp(
  question: Question,
  server: NameServer,
  deadline: Deadline,
): Promise<LookupOutcome | Buffer> {
  return within(deadline, (settle) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    let isClosed = false;
    socket.on('error', (error) => settle(unreachable(error)));
    socket.on('message', (bytes) => {
      if (isReplyTo(bytes, question)) settle(bytes);
    });
    socket.connect(server.port, server.address, () => {
      if (!isClosed) socket.send(encodeQuestion(question));
    });
    return () => {
      if (isClosed) return;
      isClosed = true;
      socket.close();
    };
  });
}

function overTcp(
  question: Question,
  server: NameServer,
  deadline: Deadline,
): Promise<LookupOutcome | Buffer> {
  return within(deadline, (settle) => {
    const socket = connect({ host: server.address, port: server.port });
    let received = Buffer.alloc(0);
    socket.on('connect', () => {
      const bytes = encodeQuestion(question);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      socket.write(Buffer.concat([length, bytes]));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const reply = received.subarray(2, 2 + received.readUInt16BE(0));
      settle(
        isReplyTo(reply, question) ? reply : { kind: 'malformed', detail: 'an answer to another question' },
      );
    });
    socket.on('error', (error) => settle(unreachable(error)));
    socket.on('end', () => settle({ kind: 'malformed', detail: 'the connection ended before the answer' }));
    return () => {
      socket.destroy();
    };
  });
}

/** Asks once; `timeout` after `timeoutMs` of UDP, and once more of TCP. */
export async function exchange(
  question: Question,
  server: NameServer,
  deadline: Deadline,
): Promise<LookupOutcome> {
  let reply = await overUdp(question, server, deadline);
  if (Buffer.isBuffer(reply) && isTruncated(reply)) reply = await overTcp(question, server, deadline);
  return Buffer.isBuffer(reply) ? readReply(reply, question) : reply;
}
