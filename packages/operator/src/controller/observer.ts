/** What the controllers tell of their work while they do it: metrics are made from it. Nothing here may throw or wait. */
import type { InventoryEntry, TemplateItem, Tenant, TenantStatus } from '@tenant-operator/api';
import type { Outcome } from '@tenant-operator/kube';
import type { ItemReport } from '../status/report.ts';

export type QueueName = 'registry' | 'template' | 'tenant';

export interface Observer {
  /** A queue has worked on a key; times in milliseconds. */
  worked(queue: QueueName, outcome: Outcome, timing: { waitedMs: number; workedMs: number }): void;
  /** An object was written, or was not. `conflict`: it belongs to somebody else. */
  applied(
    tenant: Tenant,
    kind: InventoryEntry['kind'],
    policy: TemplateItem['conflictPolicy'],
    result: 'success' | 'error' | 'conflict',
  ): void;
  /** A pass over a living Tenant (`namespace/name`) came this far. */
  settled(tenantKey: string, reports: readonly ItemReport[]): void;
  /** A status was written; `before` is the Tenant as it was. */
  saved(before: Tenant, status: TenantStatus): void;
  /** A Tenant (`namespace/name`) is gone. */
  gone(tenantKey: string): void;
  /** A host was asked over HTTPS: with what reason of the condition HTTPSReady it ended. */
  probed(reason: string, tookMs: number): void;
  /** A table was read, or was not, for a registry (`namespace/name`). */
  read(registryKey: string, isRead: boolean, tookMs: number): void;
}

export const silentObserver: Observer = {
  worked() {},
  applied() {},
  settled() {},
  saved() {},
  gone() {},
  probed() {},
  read() {},
};
