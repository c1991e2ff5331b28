/** From the registry's creation to the last tenant's Ready, beside the raw writes of the same objects before and after. */
import type { TenantRegistry } from '@tenant-operator/api';
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { isTrue } from '../sight.ts';
import {
  type CpuByPart,
  cpuSeconds,
  describeCpu,
  mean,
  meanCpu,
  memory,
  sinceThen,
  sumOf,
} from '../usage.ts';
import { REGISTRY, registry, template } from '../workload.ts';
import { memoryGoal, type World } from '../world.ts';

export interface RawTimes {
  /** Of the control plane and the client while objects were applied. */
  readonly cpu: CpuByPart[];
  readonly apply: number[];
  readonly delete: number[];
}

/** The raw client runs on either side of the operator: that evens out what else the machine does. */
export async function provisionBesideRaw(world: World, raw: RawTimes): Promise<Finding[]> {
  await measureRaw(world, raw);
  await world.settle();
  const { findings, seconds, cpu } = await provision(world);
  await measureRaw(world, raw);
  await world.settle();
  const [before = 0, after = 0] = raw.apply;
  const note = `mean of ${before.toFixed(1)} s before and ${after.toFixed(1)} s after`;
  const rawSeconds = mean(raw.apply);
  const rawCpu = meanCpu(raw.cpu);
  const phase = 'provision';
  return [
    { phase, what: 'raw applies', value: rawSeconds, unit: 's', note },
    { phase, what: 'all Ready / raw', value: seconds / rawSeconds, unit: 'x', ...atMost(1.5, 'ratio') },
    {
      phase,
      what: 'CPU of all / raw',
      value: sumOf(cpu) / sumOf(rawCpu),
      unit: 'x',
      note: `in seconds: ${describeCpu(cpu)}; with the raw client ${describeCpu(rawCpu)}`,
    },
    ...findings,
  ];
}

export interface Provisioning {
  readonly findings: Finding[];
  /** Until all were Ready; so it is with the CPU. */
  readonly seconds: number;
  /** Of the control plane and the operator. */
  readonly cpu: CpuByPart;
}

/** The operator alone. */
export async function provision(world: World): Promise<Provisioning> {
  const { sight, uids, operator } = world;
  const mark = world.mark();
  const before = world.controlPlaneCpu();
  await world.apply('tenanttemplates', template(world.resources));
  await world.apply('tenantregistries', registry(world.credentials));
  // What the registry says is a few seconds late; when it was, the audit log knows.
  await sight.until('the registry to count all tenants as ready', () => readyTenants(world) === uids.length);
  const atReady = mark.cost();
  const cpu = { ...sinceThen(before, world.controlPlaneCpu()), operator: atReady.cpuSeconds };
  await world.settle();
  const { requests } = mark.cost();
  await sight.watchTenants();
  const isReady = uids.length === sight.all('tenants').filter((tenant) => isTrue(tenant, 'Ready')).length;
  if (!isReady) throw new Error('the registry counts more tenants as ready than there are');
  const seconds = mark.untilLastPatch('tenants/status');
  const highest = operator.pid === undefined ? Number.NaN : memory(operator.pid).highest;
  const phase = 'provision';
  const findings: Finding[] = [
    { phase, what: 'all Ingresses', value: mark.untilLastPatch('ingresses'), unit: 's' },
    { phase, what: 'all Ready', value: seconds, unit: 's' },
    {
      phase,
      what: 'requests per tenant',
      value: requests.total / uids.length,
      unit: '',
      // Besides the resources: the Tenant, its status, an Event, and its part of what registry and template say of all.
      ...atMost(world.resources.length + 4),
      note: describeTargets(requests),
    },
    { phase, what: 'refused requests', value: requests.refused, unit: '' },
    { phase, what: 'operator CPU until Ready', value: atReady.cpuSeconds, unit: 's' },
    { phase, what: 'RSS at its highest', value: highest, unit: 'MB', ...atMost(memoryGoal(world), 'time') },
  ];
  return { findings, seconds, cpu };
}

async function measureRaw(world: World, times: RawTimes): Promise<void> {
  const { raw, uids, resources } = world;
  const namespace = `raw-${times.apply.length + 1}`;
  await raw.prepare(namespace, uids);
  // The raw client is a part of this process.
  const cpu = () => ({ ...world.controlPlaneCpu(), client: cpuSeconds(process.pid) });
  const before = cpu();
  times.apply.push(await raw.apply(namespace, uids, resources));
  times.cpu.push(sinceThen(before, cpu()));
  times.delete.push(await raw.delete(namespace, uids, resources));
}

function readyTenants({ sight }: World): number | undefined {
  return (sight.get('tenantregistries', REGISTRY) as TenantRegistry | undefined)?.status?.ready;
}
