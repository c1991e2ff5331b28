/** From the registry's creation to the last tenant's Ready, beside the raw writes of the same objects before and after. */
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { applyRaw, deleteRaw } from '../raw.ts';
import { isTrue } from '../sight.ts';
import { memory } from '../usage.ts';
import { registry, template } from '../workload.ts';
import { memoryGoal, type World } from '../world.ts';

export interface RawTimes {
  /** Seconds of CPU of the control plane while objects were applied. */
  readonly cpu: number[];
  readonly apply: number[];
  readonly delete: number[];
}

/** The raw client runs on either side of the operator: that evens out what else the machine does. */
export async function provisionBesideRaw(world: World, raw: RawTimes): Promise<Finding[]> {
  await measureRaw(world, raw);
  await world.settle();
  const { findings, seconds, controlPlaneCpu } = await provision(world);
  await measureRaw(world, raw);
  await world.settle();
  const [before = 0, after = 0] = raw.apply;
  const note = `mean of ${before.toFixed(1)} s before and ${after.toFixed(1)} s after`;
  const rawSeconds = mean(raw.apply);
  const phase = 'provision';
  return [
    { phase, what: 'raw applies', value: rawSeconds, unit: 's', note },
    { phase, what: 'all Ready / raw', value: seconds / rawSeconds, unit: 'x', ...atMost(1.5, 'ratio') },
    {
      phase,
      what: 'control plane CPU / raw',
      value: controlPlaneCpu / mean(raw.cpu),
      unit: 'x',
      note: `${controlPlaneCpu.toFixed(1)} s of kube-apiserver and etcd, ${mean(raw.cpu).toFixed(1)} s with the raw client`,
    },
    ...findings,
  ];
}

export interface Provisioning {
  readonly findings: Finding[];
  /** Until all were Ready; so it is with the CPU. */
  readonly seconds: number;
  readonly controlPlaneCpu: number;
}

/** The operator alone. */
export async function provision(world: World): Promise<Provisioning> {
  const { sight, uids, operator } = world;
  const mark = world.mark();
  const cpu = world.controlPlaneCpu();
  const start = performance.now();
  await world.apply('tenanttemplates', template(world.resources));
  await world.apply('tenantregistries', registry(world.credentials));
  const [ingresses, ready] = await Promise.all([
    sight.until('all Ingresses', () => sight.count('ingresses') === uids.length),
    sight.untilAll('all tenants to be ready', 'tenants', uids.length, (tenant) => isTrue(tenant, 'Ready')),
  ]);
  const atReady = mark.cost();
  const controlPlaneCpu = world.controlPlaneCpu() - cpu;
  await world.settle();
  const { requests } = mark.cost();
  await sight.watchChildren();
  const seconds = (ready - start) / 1_000;
  const highest = operator.pid === undefined ? Number.NaN : memory(operator.pid).highest;
  const phase = 'provision';
  const findings: Finding[] = [
    { phase, what: 'all Ingresses', value: (ingresses - start) / 1_000, unit: 's' },
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
  return { findings, seconds, controlPlaneCpu };
}

async function measureRaw(world: World, times: RawTimes): Promise<void> {
  const { rig, uids, resources } = world;
  const namespace = `raw-${times.apply.length + 1}`;
  const cpu = world.controlPlaneCpu();
  times.apply.push(await applyRaw(rig.api, namespace, uids, resources));
  times.cpu.push(world.controlPlaneCpu() - cpu);
  times.delete.push(await deleteRaw(rig.api, namespace, uids, resources));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
