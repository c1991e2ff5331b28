/** Nothing happens for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { memory } from '../usage.ts';
import { SYNC_INTERVAL_SECONDS } from '../workload.ts';
import { memoryGoal, type World } from '../world.ts';

/** What V8 gets for going over the heap once more when a process has become idle. */
const TIDY_MS = 30_000;

export async function rest(world: World, duration: number): Promise<Finding[]> {
  await world.settle();
  await sleep(TIDY_MS);
  const mark = world.mark();
  const selects = await countSelects(world);
  await sleep(duration * 1_000);
  const { seconds, cpuSeconds, requests } = mark.cost();
  const read = (await countSelects(world)) - selects;
  const phase = 'rest';
  return [
    {
      phase,
      what: `writes in ${duration} s`,
      value: requests.writes,
      unit: '',
      ...atMost(0),
      note: describeTargets(requests),
    },
    { phase, what: `reads in ${duration} s`, value: requests.reads, unit: '', ...atMost(0) },
    { phase, what: 'watches opened anew', value: requests.watches, unit: '' },
    { phase, what: 'Lease requests', value: requests.leases, unit: '' },
    {
      phase,
      what: `SELECTs in ${duration} s`,
      value: read,
      unit: '',
      ...atMost(duration / SYNC_INTERVAL_SECONDS + 1),
    },
    {
      phase,
      what: 'CPU of one core',
      value: (cpuSeconds / seconds) * 100,
      unit: '%',
      ...(world.uids.length <= 1_000 ? atMost(0.5, 'time') : {}),
    },
    {
      phase,
      what: 'CPU per sync, Leases and watches included',
      value: (cpuSeconds / Math.max(1, read)) * 1_000,
      unit: 'ms',
      ...(world.uids.length >= 10_000 ? atMost(150, 'time') : {}),
      note: `${world.sight.count('tenants')} unchanged rows`,
    },
    {
      phase,
      what: 'RSS',
      value: world.operator.pid === undefined ? Number.NaN : memory(world.operator.pid).now,
      unit: 'MB',
      ...atMost(memoryGoal(world), 'time'),
    },
  ];
}

/** As the database counts them; asking is none. */
async function countSelects({ sql }: World): Promise<number> {
  const [row] = await sql.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Com_select'");
  return Number(row?.Value);
}
