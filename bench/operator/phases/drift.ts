/** Somebody deletes or edits a tenant's object: how long until it is as it should be. */
import type { KubeObject } from '@tenant-operator/kube';
import type { RequestCounts } from '../../../test/rig/support/index.ts';
import { atMost, describeTargets, type Finding, percentile } from '../finding.ts';
import { NAMESPACE, RESOURCES } from '../workload.ts';
import type { World } from '../world.ts';

const ROUNDS = 20;

/** One edit of a field that the operator owns, and how to see that it was put back. */
const EDITS: Record<string, { readonly body: object; isBack(object: KubeObject): boolean }> = {
  configmaps: {
    body: { data: { mode: 'edited' } },
    isBack: (object) => (object.data as { mode?: string }).mode === 'production',
  },
  deployments: {
    body: { spec: { replicas: 3 } },
    isBack: (object) => (object.spec as { replicas?: number }).replicas === 0,
  },
  services: {
    body: { spec: { selector: { app: 'edited' } } },
    isBack: (object) => (object.spec as { selector: { app?: string } }).selector.app !== 'edited',
  },
  ingresses: {
    body: { spec: { ingressClassName: 'edited' } },
    isBack: (object) => (object.spec as { ingressClassName?: string }).ingressClassName === 'nginx',
  },
};

export async function drift(world: World): Promise<Finding[]> {
  await world.settle();
  const deletions = world.mark();
  const deleted = await repeat(world, deleteChild);
  await world.settle();
  const deletionCost = deletions.cost();
  const edits = world.mark();
  const edited = await repeat(world, editChild);
  await world.settle();
  const editCost = edits.cost();
  const phase = 'drift';
  return [
    { phase, what: 'deleted -> restored, p50', value: percentile(deleted, 50), unit: 's' },
    {
      phase,
      what: 'deleted -> restored, p99',
      value: percentile(deleted, 99),
      unit: 's',
      ...atMost(1, 'time'),
    },
    {
      phase,
      what: 'requests per deletion',
      value: (deletionCost.requests.total - summaries(deletionCost.requests)) / ROUNDS,
      unit: '',
      // The object, the tenant's inventory with its new UID, an Event. What registry and template say of all goes by time.
      ...atMost(3),
      note: describeTargets(deletionCost.requests),
    },
    { phase, what: 'edited -> restored, p50', value: percentile(edited, 50), unit: 's' },
    {
      phase,
      what: 'edited -> restored, p99',
      value: percentile(edited, 99),
      unit: 's',
      ...atMost(1, 'time'),
    },
    {
      phase,
      what: 'requests per edit',
      value: (editCost.requests.total - summaries(editCost.requests)) / ROUNDS,
      unit: '',
      // The object and an Event.
      ...atMost(2),
      note: describeTargets(editCost.requests),
    },
  ];
}

/** Writes of what registry and template say of all tenants. */
function summaries({ byTarget }: RequestCounts): number {
  return (byTarget['patch tenantregistries/status'] ?? 0) + (byTarget['patch tenanttemplates/status'] ?? 0);
}

interface Target {
  readonly plural: string;
  readonly name: string;
  readonly path: string;
}

/** Kinds in turn, each time another tenant. */
async function repeat(
  world: World,
  harm: (world: World, target: Target) => Promise<number>,
): Promise<number[]> {
  const seconds: number[] = [];
  const first = Math.floor(world.random() * world.uids.length);
  for (let round = 0; round < ROUNDS; round += 1) {
    const resource = RESOURCES[round % RESOURCES.length];
    const uid = world.uids[(first + round) % world.uids.length];
    if (!resource) continue;
    const name = `${uid}-${resource.id}`;
    const path = `${resource.path}/namespaces/${NAMESPACE}/${resource.plural}/${name}`;
    seconds.push(await harm(world, { plural: resource.plural, name, path }));
  }
  return seconds;
}

async function deleteChild({ rig, sight }: World, { plural, name, path }: Target): Promise<number> {
  const before = sight.get(plural, name)?.metadata.uid;
  const start = performance.now();
  await rig.api.request('DELETE', path, { propagationPolicy: 'Background' });
  const back = await sight.until(`${name} to be back`, () => {
    const uid = sight.get(plural, name)?.metadata.uid;
    return uid !== undefined && uid !== before;
  });
  return (back - start) / 1_000;
}

async function editChild({ rig, sight }: World, { plural, name, path }: Target): Promise<number> {
  const edit = EDITS[plural];
  if (!edit) throw new Error(`no edit of ${plural}`);
  const start = performance.now();
  const { body } = await rig.api.request('PATCH', path, edit.body, 'application/merge-patch+json');
  const edited = (body as KubeObject).metadata.resourceVersion;
  let seen = false;
  const back = await sight.until(`${name} to be put back`, () => {
    const object = sight.get(plural, name);
    seen ||= Number(object?.metadata.resourceVersion) >= Number(edited);
    return seen && object !== undefined && edit.isBack(object);
  });
  return (back - start) / 1_000;
}
