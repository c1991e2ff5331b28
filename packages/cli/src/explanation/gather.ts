/** Reads all that an explanation needs, with the rights of the person who asks. */
import { KINDS, type Tenant, type TenantRegistry, type TenantTemplate } from '@tenant-operator/api';
import { tenantView } from '@tenant-operator/dashboard/tenant';
import { ApiError, collectList, type KubeClient, type KubeObject, keyOf } from '@tenant-operator/kube';
import { cluesOf } from './clues.ts';
import type { Facts, Leftover, ObjectClue, RowFacts } from './index.ts';

export async function gatherExplanation(client: KubeClient, tenant: Tenant, now: number): Promise<Facts> {
  const { namespace = '' } = tenant.metadata;
  const [registry, template] = await Promise.all([
    client.get(KINDS.TenantRegistry, { namespace, name: tenant.spec.registryId }) as Promise<
      TenantRegistry | undefined
    >,
    client.get(KINDS.TenantTemplate, { namespace, name: tenant.spec.templateRef }) as Promise<
      TenantTemplate | undefined
    >,
  ]);
  const objects = {
    registries: storeOf(registry),
    templates: storeOf(template),
    tenants: storeOf(tenant),
  };
  const view = await tenantView(objects, client, tenant);
  const [clues, leftovers] = await Promise.all([
    Promise.all(
      view.items
        .filter(({ state }) => state === 'waiting' || state === 'failed')
        .map((item) => clue(client, item)),
    ),
    tenant.metadata.deletionTimestamp === undefined ? [] : leftoversOf(client, tenant),
  ]);
  return { tenant, registry, template, view, clues, leftovers, now };
}

/** As the operator's caches look: here they hold what was asked for. */
function storeOf<T extends TenantRegistry | TenantTemplate | Tenant>(object: T | undefined) {
  const objects = new Map<string, T>(object ? [[keyOf(object.metadata), object]] : []);
  return { get: (key: string) => objects.get(key), values: () => objects.values() };
}

async function clue(client: KubeClient, item: Facts['view']['items'][number]): Promise<ObjectClue> {
  const object = await find(client, item);
  return { id: item.id, lines: object ? await cluesOf(client, object) : [] };
}

async function leftoversOf(client: KubeClient, { status }: Tenant): Promise<Leftover[]> {
  const found = await Promise.all(
    (status?.inventory ?? [])
      .filter(({ deletionPolicy }) => deletionPolicy === 'Delete')
      .map(async (entry) => {
        const object = await find(client, { ...entry, namespace: entry.namespace ?? '' });
        if (!object || (entry.uid !== undefined && object.metadata.uid !== entry.uid)) return undefined;
        const { finalizers = [] } = object.metadata;
        return { kind: entry.kind, namespace: entry.namespace ?? '', name: entry.name, finalizers };
      }),
  );
  return found.filter((leftover) => leftover !== undefined);
}

async function find(
  client: KubeClient,
  wanted: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  },
): Promise<KubeObject | undefined> {
  try {
    const type = await client.resourceType(wanted.apiVersion, wanted.kind);
    if (!type) return undefined;
    const ref = type.namespaced ? { name: wanted.name, namespace: wanted.namespace } : { name: wanted.name };
    return await client.get(type, ref);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

export async function gatherRow(client: KubeClient, namespace: string, uid: string): Promise<RowFacts> {
  const [registries, templates] = await Promise.all([
    collectList(client, KINDS.TenantRegistry, { namespace }),
    collectList(client, KINDS.TenantTemplate, { namespace }),
  ]);
  return {
    uid,
    namespace,
    registries: registries.items as unknown as TenantRegistry[],
    templates: templates.items as unknown as TenantTemplate[],
  };
}
