/** The operator ends and starts again over healthy tenants. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../../test/rig/support/index.ts';
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { cpuSeconds } from '../usage.ts';
import type { World } from '../world.ts';

export async function start(world: World): Promise<Finding[]> {
  await world.settle();
  await world.operator.stop();
  const mark = world.mark();
  const began = performance.now();
  await world.operator.start();
  const seconds = (performance.now() - began) / 1_000;
  const cpuAtLead = world.operator.pid === undefined ? Number.NaN : cpuSeconds(world.operator.pid);
  // It looks at healthy tenants without a request that would show it.
  await waitFor(async () => isIdle(await cpuOfSecond(world)) && hasLookedAtAll(world), {
    what: 'all tenants to be looked at',
    timeoutMs: 600_000,
  });
  await world.settle();
  const { requests, cpuSeconds: cpu } = mark.cost();
  const phase = 'start';
  return [
    {
      phase,
      what: 'writes',
      value: requests.writes,
      unit: '',
      ...atMost(0),
      note: describeTargets(requests),
    },
    { phase, what: 'reads', value: requests.reads, unit: '' },
    { phase, what: 'leads after', value: seconds, unit: 's' },
    { phase, what: 'CPU until it leads', value: cpuAtLead, unit: 's' },
    { phase, what: 'CPU until all is looked at', value: cpu, unit: 's', ...atMost(10, 'time') },
  ];
}

/** Seconds of CPU of the operator in one second, in which it is not disturbed: an answer costs it something itself. */
async function cpuOfSecond({ operator }: World): Promise<number> {
  const { pid = 0 } = operator;
  const before = cpuSeconds(pid);
  await sleep(1_000);
  return cpuSeconds(pid) - before;
}

const isIdle = (cpu: number) => cpu < 0.1;

async function hasLookedAtAll({ metric, uids }: World): Promise<boolean> {
  const looks = await metric('workqueue_queue_duration_seconds_count');
  return looks >= uids.length && (await metric('workqueue_depth')) === 0;
}
