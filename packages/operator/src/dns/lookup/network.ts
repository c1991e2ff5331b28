/** The lookup over the network. */
import { randomInt } from 'node:crypto';
import { type Clock, systemClock } from '@tenant-operator/kube';
import { normalizeName } from '../name/index.ts';
import { exchange } from './exchange.ts';
import type { DnsLookup, LookupOutcome } from './index.ts';
import { createLimiter } from './limit.ts';
import { isAskable } from './message.ts';

export interface NetworkLookupOptions {
  clock?: Clock;
  /** For one try, in milliseconds; 2000 when left out. */
  timeoutMs?: number;
  /** Tries before a silent server counts as silent; 2 when left out. */
  attempts?: number;
  /** Questions a second, to all servers together; 100 when left out. */
  perSecond?: number;
  /** Questions on their way at once; 32 when left out. */
  concurrency?: number;
}

/** Creates a {@link DnsLookup} that asks over UDP, with TCP for what does not fit; a new port and id for every question. */
export function createNetworkLookup(options: NetworkLookupOptions = {}): DnsLookup {
  const { clock = systemClock, timeoutMs = 2000, attempts = 2, perSecond = 100, concurrency = 32 } = options;
  const limiter = createLimiter({ perSecond, concurrency, clock });
  return {
    async query(name, type, server, { recursive = false, signal } = {}) {
      const asked = normalizeName(name);
      if (!isAskable(asked)) return { kind: 'malformed', detail: `"${name}" cannot be asked` };
      let outcome: LookupOutcome = { kind: 'timeout' };
      for (let attempt = 0; attempt < attempts && outcome.kind === 'timeout'; attempt++) {
        const question = { id: randomInt(65536), name: asked, type, recursive };
        outcome = await limiter.run(() => exchange(question, server, { clock, timeoutMs, signal }), signal);
      }
      return outcome;
    },
  };
}
