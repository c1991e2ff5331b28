/** Misbehaviour on command, for tests of clients. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiStatusError } from '../status/index.ts';

export interface FailRule {
  /** 429 carries `Retry-After: 1`. */
  status: number;
  /** How many requests fail; default 1. */
  times?: number;
  /** Only requests whose `METHOD /path?query` matches. */
  match?: RegExp;
}

export interface Faults {
  /** Ends every open watch abruptly, as a load balancer would. */
  cutWatches(): void;
  /** Refuses every request (the connection is closed) until `restore`. */
  cut(): void;
  /** Delays every answer by `ms` until `restore`. */
  slow(ms: number): void;
  /** Forgets the history: open watches end, and a watch from an old revision gets 410. */
  expire(): void;
  /** Fails the next requests with a status. */
  fail(rule: FailRule): void;
  /** Open watches stay open and say nothing, until `restore`. */
  muteWatches(): void;
  /** Every event of a watch comes `ms` late, in order, until `restore`: a cache that lags behind. */
  delayWatches(ms: number): void;
  /** Ends all of the above; events that are held back come now. */
  restore(): void;
}

export interface FaultState extends Faults {
  /** Undefined: go on. Otherwise the request was dealt with. */
  intercept(req: IncomingMessage, res: ServerResponse): Promise<'handled' | undefined>;
  watches: Set<ServerResponse>;
  muted(): boolean;
  /** Runs `send` now, or as late as watches are to be. */
  late(send: () => void): void;
}

export function createFaults(compact: () => void): FaultState {
  let cut = false;
  let delay = 0;
  let mute = false;
  let lag = 0;
  const held = new Set<{ timer: NodeJS.Timeout; send: () => void }>();
  let rules: { rule: FailRule; left: number }[] = [];
  const watches = new Set<ServerResponse>();
  const cutWatches = () => {
    for (const res of watches) res.destroy();
    watches.clear();
  };
  return {
    watches,
    muted: () => mute,
    late(send) {
      if (lag === 0 && held.size === 0) {
        send();
        return;
      }
      // Timers of one delay end in the order in which they began.
      const timer = setTimeout(() => {
        held.delete(one);
        send();
      }, lag);
      timer.unref();
      const one = { timer, send };
      held.add(one);
    },
    delayWatches(ms) {
      lag = ms;
    },
    cutWatches,
    cut() {
      cut = true;
      cutWatches();
    },
    slow(ms) {
      delay = ms;
    },
    expire() {
      compact();
      cutWatches();
    },
    fail(rule) {
      rules.push({ rule, left: rule.times ?? 1 });
    },
    muteWatches() {
      mute = true;
    },
    restore() {
      cut = false;
      delay = 0;
      mute = false;
      lag = 0;
      rules = [];
      for (const one of held) {
        clearTimeout(one.timer);
        one.send();
      }
      held.clear();
    },
    async intercept(req, res) {
      if (cut) {
        req.socket.destroy();
        return 'handled';
      }
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      const line = `${req.method ?? ''} ${req.url ?? ''}`;
      const hit = rules.find(({ rule, left }) => left > 0 && (!rule.match || rule.match.test(line)));
      if (!hit) return undefined;
      hit.left--;
      const { status } = hit.rule;
      const reason =
        status === 429
          ? 'TooManyRequests'
          : status === 500
            ? 'InternalError'
            : status === 503
              ? 'ServiceUnavailable'
              : '';
      const message =
        status === 429 ? 'too many requests, please try again later' : 'a fault asked for by the test';
      const error = new ApiStatusError(
        status,
        reason,
        message,
        status === 429 ? { retryAfterSeconds: 1 } : undefined,
      );
      if (status === 429) res.setHeader('retry-after', '1');
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(JSON.stringify(error.toStatus()));
      return 'handled';
    },
  };
}
