/** Which tenants a person wants to see. Pure. */
import type { Phase, TenantRow } from '../../src/wire.ts';

export interface Filter {
  /** Words, each of which must be found in the uid, the name, the host, the reason or the message. */
  readonly text: string;
  readonly phase: Phase | '';
  readonly registry: string;
  readonly template: string;
}

/** What hurts most comes first. */
export const phases: readonly Phase[] = ['Degraded', 'Progressing', 'Deleting', 'Suspended', 'Ready'];

export function findTenants(tenants: Iterable<TenantRow>, filter: Filter): TenantRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: TenantRow[] = [];
  for (const row of tenants) {
    if (filter.phase !== '' && row.phase !== filter.phase) continue;
    if (filter.registry !== '' && row.registry !== filter.registry) continue;
    if (filter.template !== '' && row.template !== filter.template) continue;
    if (words.length > 0) {
      const text = `${row.key} ${row.uid} ${row.host} ${row.reason} ${row.message}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
    }
    found.push(row);
  }
  return found.sort(byPhaseAndName);
}

function byPhaseAndName(a: TenantRow, b: TenantRow): number {
  return phases.indexOf(a.phase) - phases.indexOf(b.phase) || (a.key < b.key ? -1 : 1);
}
