/** From the registry's creation to the last tenant's Ready, beside the raw writes of the same objects before and after. */
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { applyRaw, deleteRaw } from '../raw.ts';
import { isTrue } from '../sight.ts';
import { memory } from '../usage.ts';
import { registry, template } from '../workload.ts';
import type { World } from '../world.ts';

export interface RawTimes {
  readonly apply: number[];
  readonly delete: number[];
}

/** One round of the raw client. Two rounds, one on either side, even out what else the machine does. */
export async function measureRaw({ rig, uids }: World, times: RawTimes): Promise<void> {
  const namespace = `raw-${times.apply.length + 1}`;
  times.apply.push(await applyRaw(rig.api, namespace, uids));
  times.delete.push(await deleteRaw(rig.api, namespace, uids));
}

export async function provision(world: World, raw: RawTimes): Promise<Finding[]> {
  const { sight, uids, operator } = world;
  await measureRaw(world, raw);
  await world.settle();
  const mark = world.mark();
  const start = performance.now();
  await world.apply('tenanttemplates', template());
  await world.apply('tenantregistries', registry(world.credentials));
  const [ingresses, ready] = await Promise.all([
    sight.until('all Ingresses', () => sight.count('ingresses') === uids.length),
    sight.until('all tenants to be ready', () => {
      const tenants = sight.all('tenants');
      return tenants.length === uids.length && tenants.every((tenant) => isTrue(tenant, 'Ready'));
    }),
  ]);
  const atReady = mark.cost();
  await world.settle();
  const cost = mark.cost();
  await measureRaw(world, raw);
  await world.settle();
  const rawSeconds = mean(raw.apply);
  const seconds = (ready - start) / 1_000;
  const phase = 'provision';
  const [first = 0, second = 0] = raw.apply;
  return [
    {
      phase,
      what: 'raw applies',
      value: rawSeconds,
      unit: 's',
      note: `mean of ${first.toFixed(1)} s before and ${second.toFixed(1)} s after`,
    },
    { phase, what: 'all Ingresses', value: (ingresses - start) / 1_000, unit: 's' },
    { phase, what: 'all Ready', value: seconds, unit: 's' },
    { phase, what: 'all Ready / raw', value: seconds / rawSeconds, unit: 'x', ...atMost(1.5, 'ratio') },
    {
      phase,
      what: 'requests per tenant',
      value: cost.requests.total / uids.length,
      unit: '',
      ...atMost(8),
      note: describeTargets(cost.requests),
    },
    { phase, what: 'refused requests', value: cost.requests.refused, unit: '' },
    { phase, what: 'operator CPU until Ready', value: atReady.cpuSeconds, unit: 's' },
    {
      phase,
      what: 'RSS at its highest',
      value: operator.pid === undefined ? Number.NaN : memory(operator.pid).highest,
      unit: 'MB',
      ...atMost(150, 'time'),
    },
  ];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
