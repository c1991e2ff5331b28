/** One tenant with all that belongs to it: items, live states, DNS, certificates, events. */
import type { Tenant } from '@tenant-operator/api';
import { type KubeClient, type KubeObject, keyOf, type ResourceType } from '@tenant-operator/kube';
import type { Operator } from '@tenant-operator/operator';
import { decideOwnership } from '@tenant-operator/operator/plan';
import { judgeReadiness } from '@tenant-operator/operator/readiness';
import { conditionViews, tenantRow, turnOf } from '../views.ts';
import type { ItemView, TenantView } from '../wire.ts';
import { chainOf } from './chain.ts';
import { findObject } from './objects.ts';
import { type RenderedTenant, renderTenant } from './render.ts';

export { manifestView } from './manifest.ts';

const maxEvents = 50;
const eventType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

export async function tenantView(
  objects: Operator['objects'],
  client: KubeClient,
  tenant: Tenant,
): Promise<TenantView> {
  const registryKey = `${tenant.metadata.namespace ?? ''}/${tenant.spec.registryId}`;
  const rendered = renderTenant(objects, tenant);
  const [items, events] = await Promise.all([itemViews(client, tenant, rendered), eventsOf(client, tenant)]);
  return {
    row: tenantRow(tenant),
    chain: chainOf(tenant, objects.registries.get(registryKey)),
    values: tenant.spec.values,
    overrides: tenant.spec.overrides?.values ?? {},
    isSuspended: tenant.spec.suspend,
    revision: tenant.status?.templateRevision ?? '',
    turn: turnOf(
      tenant,
      objects.templates.get(
        keyOf({ namespace: tenant.metadata.namespace ?? '', name: tenant.spec.templateRef }),
      ),
    ),
    items: items.map(({ view }) => view),
    conditions: conditionViews(tenant.status?.conditions),
    dns: (tenant.status?.dns ?? []).map((record) => ({
      name: record.name,
      type: record.type,
      state: record.state,
      expected: record.expected,
      seen: record.seen ?? [],
      owner: record.owner ?? '',
      resource: record.resource,
      since: record.since,
    })),
    certificates: await certificatesOf(
      client,
      items.flatMap(({ object }) => (object ? [object] : [])),
    ),
    events,
  };
}

interface Item {
  readonly view: ItemView;
  readonly object: KubeObject | undefined;
}

async function itemViews(
  client: KubeClient,
  { metadata }: Tenant,
  { items }: RenderedTenant,
): Promise<Item[]> {
  const home = metadata.namespace ?? '';
  const found = await Promise.all(
    items.map(async ({ compiled, outcome }): Promise<Item> => {
      const { id, kind, apiVersion, wave, item } = compiled;
      const view = (rest: Pick<ItemView, 'namespace' | 'name' | 'state' | 'message'>): ItemView => ({
        id,
        kind,
        apiVersion,
        wave,
        dependIds: item.dependIds ?? [],
        ...rest,
      });
      if (outcome.kind === 'absent') {
        const message = 'its condition `when` leaves it out';
        return { view: view({ namespace: '', name: '', state: 'absent', message }), object: undefined };
      }
      if (outcome.kind === 'problem') {
        const { message } = outcome.problem;
        return { view: view({ namespace: '', name: '', state: 'failed', message }), object: undefined };
      }
      const { name } = outcome.item;
      const found = await findObject(client, outcome.item, home);
      const { namespace } = found;
      if (found.kind === 'hidden')
        return {
          view: view({ namespace, name, state: 'hidden', message: found.message }),
          object: undefined,
        };
      if (found.kind === 'missing')
        return {
          view: view({ namespace, name, state: 'missing', message: 'it does not exist' }),
          object: undefined,
        };
      const ownership = decideOwnership(found.object, {
        namespace: home,
        name: metadata.name,
        uid: metadata.uid ?? '',
      });
      if (ownership.kind === 'foreign')
        return {
          view: view({ namespace, name, state: 'failed', message: `it belongs to ${ownership.owner}` }),
          object: undefined,
        };
      const { state, message } = judgeReadiness(found.object);
      return { view: view({ namespace, name, state, message }), object: found.object };
    }),
  );
  return found.map(({ view, object }) => ({ view: withWait(view, found), object }));
}

/** What was not made yet says for which item it waits: that is no fault of its own. */
function withWait(view: ItemView, all: readonly Item[]): ItemView {
  if (view.state !== 'missing') return view;
  const open = all.find(
    (other) => view.dependIds.includes(other.view.id) && !['ready', 'absent'].includes(other.view.state),
  );
  if (!open) return view;
  return { ...view, state: 'waiting', message: `waits for "${open.view.id}"`, waitsFor: open.view.id };
}

/** Certificates that cert-manager makes for an Ingress have the name of its TLS Secret. */
async function certificatesOf(
  client: KubeClient,
  objects: readonly KubeObject[],
): Promise<TenantView['certificates']> {
  const wanted = objects.flatMap((object) => {
    const { namespace = '', annotations = {} } = object.metadata;
    const isAsked = Object.keys(annotations).some((name) =>
      /^cert-manager\.io\/(cluster-)?issuer$/.test(name),
    );
    if (object.kind !== 'Ingress' || !isAsked) return [];
    const { tls = [] } = (object.spec ?? {}) as { tls?: { secretName?: string; hosts?: string[] }[] };
    return tls.flatMap(({ secretName, hosts = [] }) =>
      secretName ? [{ namespace, name: secretName, hosts }] : [],
    );
  });
  return Promise.all(
    wanted.map(async ({ namespace, name, hosts }) => {
      const ask = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', namespace, name };
      const found = await findObject(client, ask, namespace);
      if (found.kind === 'hidden') return { name, hosts, state: 'hidden' as const, message: found.message };
      if (found.kind === 'missing')
        return { name, hosts, state: 'missing' as const, message: 'there is no Certificate' };
      return { name, hosts, ...judgeReadiness(found.object) };
    }),
  );
}

interface EventObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** The newest first; none where the caller may not see them. */
async function eventsOf(client: KubeClient, { metadata }: Tenant): Promise<TenantView['events']> {
  const { namespace = '', uid } = metadata;
  const events: TenantView['events'][number][] = [];
  try {
    for await (const page of client.list(eventType, {
      namespace,
      fieldSelector: `involvedObject.uid=${uid}`,
    })) {
      for (const item of page.items) {
        const event = item as unknown as EventObject;
        events.push({
          time: event.lastTimestamp ?? event.eventTime ?? item.metadata.creationTimestamp ?? '',
          type: event.type ?? 'Normal',
          reason: event.reason ?? '',
          message: event.message ?? '',
          count: event.count ?? 1,
        });
      }
      if (events.length > 1_000) break;
    }
  } catch {
    return [];
  }
  return events.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, maxEvents);
}
