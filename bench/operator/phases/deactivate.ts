/** All rows are switched off, and somebody approves what the guard holds. */
import { ANNOTATIONS } from '@tenant-operator/api';
import { atMost, describeTargets, type Finding } from '../finding.ts';
import { NAMESPACE, REGISTRY, RESOURCES, TABLE } from '../workload.ts';
import type { World } from '../world.ts';

export async function deactivate(world: World, rawDeleteSeconds?: number): Promise<Finding[]> {
  const { rig, sight, sql } = world;
  await world.settle();
  const tenants = sight.count('tenants');
  await sql.execute(`UPDATE ${TABLE} SET active = '0'`);
  const held = () => {
    const registry = sight.get('tenantregistries', REGISTRY);
    return (registry?.status as { heldDeletions?: { digest: string; count: number } } | undefined)
      ?.heldDeletions;
  };
  await sight.until('the guard to hold all deletions', () => held()?.count === tenants);
  await world.settle();
  const mark = world.mark();
  const start = performance.now();
  const path = `/apis/operator.kubernetes-tenants.org/v1/namespaces/${NAMESPACE}/tenantregistries/${REGISTRY}`;
  const approval = { metadata: { annotations: { [ANNOTATIONS.approveDeletions]: held()?.digest } } };
  const answer = await rig.api.request('PATCH', path, approval, 'application/merge-patch+json');
  if (answer.status >= 300) throw new Error(`the approval was refused: ${JSON.stringify(answer.body)}`);
  const plurals = ['tenants', ...RESOURCES.map(({ plural }) => plural)];
  const gone = await sight.until('all tenants to be gone', () =>
    plurals.every((plural) => sight.count(plural) === 0),
  );
  const { cpuSeconds } = mark.cost();
  await world.settle();
  const { requests } = mark.cost();
  const seconds = (gone - start) / 1_000;
  const phase = 'deactivate';
  return [
    { phase, what: 'all gone', value: seconds, unit: 's' },
    ...besideRaw(seconds, rawDeleteSeconds),
    {
      phase,
      what: 'requests per tenant',
      value: requests.total / tenants,
      unit: '',
      // Besides its objects: the Tenant, its finalizer, and its part of what registry and template say of all.
      ...atMost(world.resources.length + 3),
      note: describeTargets(requests),
    },
    { phase, what: 'operator CPU', value: cpuSeconds, unit: 's' },
  ];
}

function besideRaw(seconds: number, rawDeleteSeconds: number | undefined): Finding[] {
  if (rawDeleteSeconds === undefined) return [];
  const phase = 'deactivate';
  const value = seconds / rawDeleteSeconds;
  return [
    { phase, what: 'raw deletes', value: rawDeleteSeconds, unit: 's' },
    { phase, what: 'all gone / raw', value, unit: 'x', ...atMost(3, 'ratio') },
  ];
}
