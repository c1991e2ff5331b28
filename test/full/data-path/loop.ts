/** A customer who asks again and again, over a new connection each time, by what the name resolves to just then. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { askHttps } from '../../rig/data-path/ask.ts';

export interface RequestLoop {
  /** How many requests were answered by 200, by the address that was asked. */
  readonly answered: ReadonlyMap<string, number>;
  /** What went wrong, in the order in which it did. */
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

const PAUSE_MS = 40;

/** Asks `https://host/` every 40 ms and a bit until it is stopped; `root` is the PEM of what is trusted. */
export function startRequestLoop(host: string, root: string): RequestLoop {
  const answered = new Map<string, number>();
  const failures: string[] = [];
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers(['127.0.0.1']);
  let isStopped = false;

  async function ask(): Promise<void> {
    let address = 'nowhere';
    try {
      address = (await resolver.resolve4(host))[0] ?? address;
      const status = await askHttps(host, address, root);
      if (status === 200) answered.set(address, (answered.get(address) ?? 0) + 1);
      else failures.push(`${address}: ${status}`);
    } catch (error) {
      failures.push(`${address}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const running = (async () => {
    while (!isStopped) {
      await ask();
      await sleep(PAUSE_MS);
    }
  })();
  return {
    answered,
    failures,
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
