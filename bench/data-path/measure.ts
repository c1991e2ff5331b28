/** From a row to HTTPS 200 for many tenants at once. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { askHttps } from '../../test/rig/data-path/ask.ts';
import type { DataPath } from '../../test/rig/data-path/index.ts';
import type { Sql } from '../../test/rig/support/index.ts';

export interface Milestones {
  /** Seconds from the insertion of all rows, one a tenant, in the order of time. */
  readonly resolved: number[];
  readonly answered: number[];
}

const PAUSE_MS = 500;

/** Inserts the rows in one statement and asks for every tenant twice a second until each has answered. Throws at the limit. */
export async function measureTenants(
  { pebble }: DataPath,
  sql: Sql,
  { tenants, limitSeconds }: { tenants: number; limitSeconds: number },
  onProgress: (line: string) => void,
): Promise<Milestones> {
  const root = await pebble.root();
  const names = Array.from({ length: tenants }, (_, index) => `t${String(index + 1).padStart(4, '0')}`);
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers(['127.0.0.1']);
  const found: Milestones = { resolved: [], answered: [] };
  const rows = names.map((name) => `('${name}', '${name}.example.com', TRUE)`).join(', ');
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1_000;
  await sql.execute(`INSERT INTO customers VALUES ${rows}`);

  const follow = async (name: string): Promise<void> => {
    const host = `${name}.example.com`;
    let address: string | undefined;
    for (;;) {
      if (seconds() > limitSeconds) throw new Error(`${host} did not answer within ${limitSeconds} s`);
      if (address === undefined) {
        address = await resolver.resolve4(host).then(
          ([first]) => first,
          () => undefined,
        );
        if (address !== undefined) found.resolved.push(seconds());
      }
      if (address !== undefined && (await isAnswered(host, address, root))) {
        found.answered.push(seconds());
        return;
      }
      await sleep(PAUSE_MS);
    }
  };
  const told = setInterval(() => {
    onProgress(
      `${found.resolved.length} names resolve, ${found.answered.length} tenants answer, ${seconds().toFixed(0)} s`,
    );
  }, 10_000);
  try {
    await Promise.all(names.map(follow));
  } finally {
    clearInterval(told);
  }
  return found;
}

async function isAnswered(host: string, address: string, root: string): Promise<boolean> {
  return askHttps(host, address, root).then(
    (status) => status === 200,
    () => false,
  );
}
