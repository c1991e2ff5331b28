/** What a process remembers of a tenant between two status writes; losing it costs a request, never an object. */
import type { InventoryEntry, Tenant } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { childKey } from '../../children/index.ts';

export interface TenantMemory {
  /** Entries that are newer than the stored inventory, by `childKey`. */
  readonly entries: Map<string, InventoryEntry>;
  /** UIDs of objects whose deletion the server has accepted while a watch showed them. */
  readonly deleting: Set<string>;
  /** UIDs of objects that name the Tenant, are in no inventory and are not ours to remove. */
  readonly spared: Set<string>;
  /** Since when a status that only waits has been held back, by the monotonic clock. */
  heldSince: number | undefined;
  /** Since when we know that the Tenant is being deleted, by the monotonic clock: the server's may be another time. */
  goingSince: number | undefined;
  /** The Tenant is being deleted, and all of its objects are gone. */
  isEmptied: boolean;
  /** Our finalizer is off; the watch has not told the end yet. */
  isReleased: boolean;
}

export interface TenantMemories {
  of(tenant: Tenant): TenantMemory;
  /** The Tenant of this key is gone. */
  forget(key: string): void;
}

export function createTenantMemories(): TenantMemories {
  const byKey = new Map<string, { readonly uid: string | undefined; readonly memory: TenantMemory }>();
  return {
    of({ metadata }) {
      const known = byKey.get(keyOf(metadata));
      if (known && known.uid === metadata.uid) return known.memory;
      const memory: TenantMemory = {
        entries: new Map(),
        deleting: new Set(),
        spared: new Set(),
        heldSince: undefined,
        goingSince: undefined,
        isEmptied: false,
        isReleased: false,
      };
      byKey.set(keyOf(metadata), { uid: metadata.uid, memory });
      return memory;
    },
    forget: (key) => void byKey.delete(key),
  };
}

/** The stored inventory with what is newer in memory, by `childKey`, in apply order. */
export function knownInventory(tenant: Tenant, memory: TenantMemory): Map<string, InventoryEntry> {
  const stored = (tenant.status?.inventory ?? []).map((entry) => [childKey(entry), entry] as const);
  return new Map([...stored, ...memory.entries]);
}
