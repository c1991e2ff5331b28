/** An edit of the template that changes one of the four resources of every tenant. */
import type { KubeObject } from '@tenant-operator/kube';
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { isTrue } from '../sight.ts';
import { template } from '../workload.ts';
import type { World } from '../world.ts';

export async function update(world: World, rawApplySeconds?: number): Promise<Finding[]> {
  const { sight } = world;
  const tenants = sight.count('tenants');
  // A Deployment that was deleted is ready again once the garbage collector has taken the old one's ReplicaSet away.
  await sight.untilAll('all tenants to be ready', 'tenants', tenants, (tenant) => isTrue(tenant, 'Ready'));
  await world.settle();
  const revisions = new Map(sight.all('tenants').map((tenant) => [tenant.metadata.name, revisionOf(tenant)]));
  const mark = world.mark();
  const start = performance.now();
  await world.apply('tenanttemplates', template(world.resources, '2'));
  const waited = new Map<string, string>();
  const done = await sight.untilAll('all tenants to be updated', 'tenants', tenants, (tenant) => {
    const name = tenant?.metadata.name ?? '';
    if (revisionOf(tenant) === revisions.get(name)) return false;
    if (isTrue(tenant, 'Ready')) return true;
    waited.set(name, readyMessageOf(tenant));
    return false;
  });
  await world.settle();
  const { requests, cpuSeconds } = mark.cost();
  const count = (target: string) => requests.byTarget[target] ?? 0;
  const unchanged = ['deployments', 'services', 'ingresses', 'tenants'];
  const phase = 'update';
  const seconds = (done - start) / 1_000;
  return [
    {
      phase,
      what: 'writes per changed object',
      value: count('patch configmaps') / tenants,
      unit: '',
      ...atMost(1),
      note: describeTargets(requests),
    },
    {
      phase,
      what: 'status writes per tenant',
      value: count('patch tenants/status') / tenants,
      unit: '',
      ...atMost(1),
    },
    {
      phase,
      what: 'writes of unchanged objects',
      value: unchanged.reduce((sum, plural) => sum + count(`patch ${plural}`), 0),
      unit: '',
      ...atMost(0),
    },
    { phase, what: 'reads', value: requests.reads, unit: '', ...atMost(0) },
    {
      phase,
      what: 'all tenants updated',
      value: seconds,
      unit: 's',
      ...(waited.size === 0 ? {} : { note: [...waited].map((entry) => entry.join(' waited: ')).join('; ') }),
    },
    ...besideRaw(seconds, rawApplySeconds && rawApplySeconds / world.resources.length),
    { phase, what: 'operator CPU', value: cpuSeconds, unit: 's' },
  ];
}

/** The edit changes one object of each tenant. */
function besideRaw(seconds: number, rawSeconds: number | undefined): Finding[] {
  if (rawSeconds === undefined) return [];
  return [
    { phase: 'update', what: 'updated / raw time of one write each', value: seconds / rawSeconds, unit: 'x' },
  ];
}

function revisionOf(tenant: KubeObject | undefined): string | undefined {
  return (tenant?.status as { templateRevision?: string } | undefined)?.templateRevision;
}

/** What the tenant says of why it is not ready. */
function readyMessageOf(tenant: KubeObject | undefined): string {
  const status = tenant?.status as { conditions?: { type: string; message?: string }[] } | undefined;
  return status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'it has no status yet';
}
