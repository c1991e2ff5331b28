/**
 * A proxy between one operator and the API server that breaks what passes, request by request: it refuses, holds, slows, answers
 * in the server's place, loses answers to requests that were carried out, and lets watches go silent.
 */
import {
  createServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Timeline } from '../clock.ts';
import type { Random } from '../random.ts';

export type ApiFault =
  /** Every connection is reset. */
  | { readonly kind: 'refuse' }
  /** Requests are accepted and held; when it ends, some of them still reach the server, late. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** In so many percent of the cases one of these answers is given and nothing reaches the server; of all requests, or of writes. */
  | {
      readonly kind: 'fail';
      readonly percent: number;
      readonly statuses: readonly number[];
      readonly only?: 'writes';
    }
  /** In so many percent of the cases the request is carried out and its answer lost. */
  | { readonly kind: 'lose'; readonly percent: number }
  /** In so many percent of the cases the request is carried out, and its answer ends half way. */
  | { readonly kind: 'truncate'; readonly percent: number }
  /** Watches are told that their version has expired (410), the open ones and each new one. */
  | { readonly kind: 'gone' }
  /** Open and new watches stay open and say nothing; they stay so when it ends, if `forever`. */
  | { readonly kind: 'mute'; readonly forever: boolean };

export interface ApiProxy {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  begin(fault: ApiFault): void;
  /** Ends every fault. */
  heal(): void;
  /** Resets every connection, watches among them. */
  cut(): void;
  /** As when the process behind it is killed: connections go, what was held is forgotten, nothing new is taken until `heal`. */
  kill(): void;
  close(): Promise<void>;
}

export interface ApiProxyTarget {
  readonly server: string;
  readonly authority?: string | undefined;
}

const reasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

interface Watching {
  readonly from: IncomingMessage;
  readonly to: ServerResponse;
  /** What was sent ends with a whole event. */
  isBetween: boolean;
}

const expired = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };
const expiredEvent = `${JSON.stringify({ type: 'ERROR', object: { apiVersion: 'v1', ...expired } })}\n`;

export async function startApiProxy(
  target: ApiProxyTarget,
  random: Random,
  timeline: Timeline,
): Promise<ApiProxy> {
  const isTls = target.server.startsWith('https:');
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ca: target.authority })
    : new HttpAgent({ keepAlive: true });
  const faults: ApiFault[] = [];
  const held: (() => void)[] = [];
  const watches = new Set<Watching>();
  let isKilled = false;

  const active = <K extends ApiFault['kind']>(kind: K) =>
    faults.find((fault): fault is Extract<ApiFault, { kind: K }> => fault.kind === kind);

  function handle(near: IncomingMessage, answer: ServerResponse): void {
    // A client that leaves is no error of ours.
    near.on('error', () => undefined);
    answer.on('error', () => undefined);
    if (isKilled || active('refuse')) return void near.socket.destroy();
    const fail = active('fail');
    const isMeant = fail?.only === undefined || near.method !== 'GET';
    if (fail && isMeant && random.chance(fail.percent)) {
      refuse(answer, random.pick(fail.statuses));
      return;
    }
    readBody(near, (body) => {
      const slow = active('slow');
      const go = () => forward(near, body, answer);
      if (active('hold')) held.push(go);
      else if (slow) timeline.setTimeout(go, slow.ms * (0.5 + random.int(100) / 100));
      else go();
    });
  }

  function forward(near: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    const { method = 'GET', url = '/' } = near;
    const isWatch = /[?&]watch=(true|1)/.test(url);
    const send = isTls ? httpsRequest : httpRequest;
    const far = send(target.server + url, { method, headers: near.headers, agent }, (response) => {
      response.on('error', () => answer.destroy());
      const lose = active('lose');
      if (isKilled || (!isWatch && lose && random.chance(lose.percent))) {
        response.resume();
        answer.destroy();
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      const truncate = active('truncate');
      if (isWatch) follow(response, answer);
      else if (truncate && random.chance(truncate.percent))
        readBody(response, (whole) => {
          answer.write(whole.subarray(0, whole.length >> 1), () => answer.destroy());
        });
      else response.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    if (isWatch) answer.on('close', () => far.destroy());
    far.end(body);
  }

  function follow(from: IncomingMessage, to: ServerResponse): void {
    const watching = { from, to, isBetween: true };
    watches.add(watching);
    to.on('close', () => watches.delete(watching));
    from.on('data', (chunk: Buffer) => {
      watching.isBetween = chunk.at(-1) === 0x0a;
      to.write(chunk);
    });
    from.on('end', () => to.end());
    if (active('mute')) from.pause();
    if (active('gone')) expire(watching);
  }

  function expire({ from, to, isBetween }: Watching): void {
    from.pause();
    if (isBetween && (to.getHeader('content-encoding') ?? 'identity') === 'identity') to.end(expiredEvent);
    else to.destroy();
  }

  function refuse(answer: ServerResponse, status: number): void {
    const message = 'a fault of the campaign';
    if (status === 429) answer.setHeader('retry-after', '1');
    answer.writeHead(status, { 'content-type': 'application/json' });
    const reason = reasons[status] ?? 'InternalError';
    answer.end(
      JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code: status }),
    );
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    begin(fault) {
      faults.push(fault);
      if (fault.kind === 'refuse') server.closeAllConnections();
      if (fault.kind === 'gone') for (const watching of watches) expire(watching);
      if (fault.kind === 'mute' || fault.kind === 'hold') for (const { from } of watches) from.pause();
    },
    heal() {
      const isSilent = active('mute')?.forever ?? false;
      isKilled = false;
      faults.length = 0;
      for (const go of held.splice(0)) if (random.chance(60)) go();
      // What was silent stays so, to be found by the client's own clock, or its connection breaks.
      if (!isSilent) for (const { from, to } of watches) if (from.isPaused()) to.destroy();
    },
    cut: () => server.closeAllConnections(),
    kill() {
      isKilled = true;
      held.length = 0;
      server.closeAllConnections();
    },
    async close() {
      isKilled = true;
      held.length = 0;
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readBody(near: IncomingMessage, done: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  near.on('data', (part: Buffer) => parts.push(part));
  near.on('end', () => done(Buffer.concat(parts)));
}
