/** A new row while all the others exist: how long until its Ingress is there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Finding, percentile } from '../finding.ts';
import { insertRows, SYNC_INTERVAL_SECONDS, uidOf } from '../workload.ts';
import type { World } from '../world.ts';

const ROWS = 20;

export async function rows(world: World): Promise<Finding[]> {
  await world.settle();
  const mark = world.mark();
  const seconds: Promise<number>[] = [];
  for (let index = 0; index < ROWS; index += 1) {
    // At any point of the interval, several in some of them and none in others.
    await sleep(200 + world.random() * 1_600);
    const uid = uidOf(90_000 + index);
    const start = performance.now();
    await world.sql.execute(insertRows([uid]));
    const there = world.sight.until(`the Ingress of ${uid}`, () => {
      return world.sight.get('ingresses', `${uid}-ing`) !== undefined;
    });
    seconds.push(there.then((time) => (time - start) / 1_000));
  }
  const results = await Promise.all(seconds);
  await world.settle();
  const { requests } = mark.cost();
  const phase = 'rows';
  return [
    { phase, what: 'new row -> Ingress, p50', value: percentile(results, 50), unit: 's' },
    {
      phase,
      what: 'new row -> Ingress, p99',
      value: percentile(results, 99),
      unit: 's',
      ...atMost(SYNC_INTERVAL_SECONDS + 1, 'time'),
      note: `${ROWS} rows, syncInterval ${SYNC_INTERVAL_SECONDS} s`,
    },
    { phase, what: 'requests per new row', value: requests.total / ROWS, unit: '' },
  ];
}
