/** Records that outlive their Tenant, as the registry's status lists them. */
import { FIELD_MANAGER, type LeftoverRecord, type Tenant, type TenantRegistry } from '@tenant-operator/api';
import {
  ApiError,
  type Clock,
  type EventRecorder,
  type KubeClient,
  type ResourceType,
} from '@tenant-operator/kube';
import { refOf } from '../../apply/index.ts';
import { toTime } from '../../status/index.ts';
import type { ObjectCache } from '../cache.ts';
import { registryKeyOf } from '../tenants.ts';
import type { Leftover } from './removal.ts';

export interface Leftovers {
  /**
   * Resolves when the registry lists what a Tenant leaves behind, and an event says so; at once when the registry is gone.
   * Those of many tenants are written together.
   */
  record(tenant: Tenant, leftovers: readonly Leftover[]): Promise<void>;
}

export interface LeftoversOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly type: ResourceType;
  readonly registries: Pick<ObjectCache<TenantRegistry>, 'get' | 'put'>;
}

const maxListed = 100;
/** Somebody else may write the status meanwhile. */
const attempts = 5;

export function createLeftovers(options: LeftoversOptions): Leftovers {
  const { clock, events, registries } = options;
  const last = new Map<string, Promise<void>>();
  const open = new Map<string, { readonly records: LeftoverRecord[]; readonly written: Promise<void> }>();

  /** Takes part in the next write of this registry. */
  function join(key: string, records: readonly LeftoverRecord[]): Promise<void> {
    const known = open.get(key);
    if (known) {
      known.records.push(...records);
      return known.written;
    }
    const batch = [...records];
    const previous = last.get(key) ?? Promise.resolve();
    const written = previous
      .catch(() => undefined)
      .then(() => {
        open.delete(key);
        return writeList(options, key, batch);
      })
      .finally(() => {
        if (last.get(key) === written) last.delete(key);
      });
    last.set(key, written);
    open.set(key, { records: batch, written });
    return written;
  }

  return {
    async record(tenant, leftovers) {
      if (leftovers.length === 0) return;
      const key = registryKeyOf(tenant);
      const since = toTime(new Date(clock.now()));
      const { name } = tenant.metadata;
      await join(
        key,
        leftovers.map((leftover) => ({ ...leftover, tenant: name, since })),
      );
      const [first] = leftovers;
      const more = leftovers.length > 1 ? ` and ${leftovers.length - 1} more` : '';
      const message = `Tenant "${name}" is gone, but its DNS record ${first?.name} (${first?.type})${more} is not: ${first?.reason}`;
      events.record(registries.get(key) ?? tenant, { type: 'Warning', reason: 'DNSRecordLeft', message });
    },
  };
}

async function writeList(
  { client, registries, type }: LeftoversOptions,
  key: string,
  records: readonly LeftoverRecord[],
): Promise<void> {
  let registry: TenantRegistry | undefined = registries.get(key);
  for (let attempt = 1; registry; attempt++) {
    const listed = registry.status?.leftoverRecords ?? [];
    const next = joinLists(listed, records);
    if (next === listed) return;
    const body = {
      metadata: { resourceVersion: registry.metadata.resourceVersion },
      status: { leftoverRecords: next },
    };
    try {
      const saved = await client.patch(type, refOf(registry), body, {
        contentType: 'merge',
        subresource: 'status',
        fieldManager: FIELD_MANAGER,
      });
      registries.put(saved);
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isNotFound) return;
      if (!error.isConflict || attempt === attempts) throw error;
      registry = (await client.get(type, refOf(registry))) as TenantRegistry | undefined;
    }
  }
}

/** The newest of both; the same list when it has them all. */
function joinLists(
  listed: readonly LeftoverRecord[],
  records: readonly LeftoverRecord[],
): readonly LeftoverRecord[] {
  const keyOf = ({ name, type, tenant, reason }: LeftoverRecord) => `${name} ${type} ${tenant} ${reason}`;
  const known = new Set(listed.map(keyOf));
  const fresh = records.filter((record) => !known.has(keyOf(record)));
  if (fresh.length === 0) return listed;
  const replaced = new Set(fresh.map(({ name, type }) => `${name} ${type}`));
  return [...listed.filter(({ name, type }) => !replaced.has(`${name} ${type}`)), ...fresh].slice(-maxListed);
}

/** The list without what a living Tenant asks for again. */
export function stillLeft(
  listed: readonly LeftoverRecord[],
  tenants: readonly Tenant[],
): readonly LeftoverRecord[] {
  if (listed.length === 0) return listed;
  const living = tenants.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const asked = new Set(
    living.flatMap(({ status }) => (status?.dns ?? []).map(({ name, type }) => `${name} ${type}`)),
  );
  return listed.filter(({ name, type }) => !asked.has(`${name} ${type}`));
}
