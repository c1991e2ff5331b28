/** Rows and templates against the Tenants that exist. */

import { digestName, plainName } from './names.ts';
import type { ReadRows, RowProblem, TenantRow } from './rows.ts';

/** A template of the registry; an invalid one gets no new tenants and keeps those that it has. */
export interface PlanTemplate {
  readonly name: string;
  readonly isValid: boolean;
}

/** A Tenant as far as this decision goes. */
export interface ExistingTenant {
  readonly name: string;
  readonly uid: string;
  readonly templateRef: string;
  readonly values: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  /** Its finalizer and labels are there: without the finalizer nothing would take its objects along. */
  readonly isMarked: boolean;
  /** Itself or by its template. */
  readonly isSuspended: boolean;
}

export interface DesiredTenant {
  readonly name: string;
  readonly uid: string;
  readonly templateRef: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface TenantDeletion {
  readonly name: string;
  readonly uid: string;
  readonly cause: 'Deactivated' | 'RowMissing' | 'TemplateMissing' | 'RegistryDeleted';
}

export interface TenantPlan {
  readonly create: readonly DesiredTenant[];
  readonly update: readonly DesiredTenant[];
  readonly remove: readonly TenantDeletion[];
  /** Wanted, but the Tenant before it is still going: created as soon as it is gone. */
  readonly pending: readonly DesiredTenant[];
  /** Rows that cannot be used, with what keeps running because of them. */
  readonly quarantined: readonly RowProblem[];
  /** How many Tenants there shall be. */
  readonly desired: number;
}

/**
 * Decides which Tenants to make, change and remove. A Tenant that is suspended is not removed for its row's sake, one whose row
 * went bad is neither changed nor removed; a missing
 * row whose other values stand in a row with an unusable uid counts as that row. `isElsewhere` says whether a Tenant of another
 * registry of the namespace has a name.
 */
export function planTenants(
  rows: ReadRows,
  templates: readonly PlanTemplate[],
  existing: readonly ExistingTenant[],
  isElsewhere: (name: string) => boolean = () => false,
): TenantPlan {
  const byPair = new Map(existing.map((tenant) => [pair(tenant.uid, tenant.templateRef), tenant]));
  const taken = new Map(existing.map((tenant) => [tenant.name, pair(tenant.uid, tenant.templateRef)]));
  const create: DesiredTenant[] = [];
  const update: DesiredTenant[] = [];
  const pending: DesiredTenant[] = [];
  const desired = new Set<string>();
  for (const row of [...rows.active].sort((a, b) => compare(a.uid, b.uid))) {
    for (const { name: templateRef, isValid } of templates) {
      const key = pair(row.uid, templateRef);
      desired.add(key);
      const tenant = byPair.get(key);
      const isTaken = (plain: string) => taken.has(plain) || isElsewhere(plain);
      const name = tenant?.name ?? freeName(row, templateRef, isTaken);
      taken.set(name, key);
      const wanted = { name, uid: row.uid, templateRef, values: row.values };
      if (!tenant) {
        if (isValid) create.push(wanted);
      } else if (tenant.deleting) pending.push(wanted);
      else if (!tenant.isMarked || !isSameValues(tenant.values, row.values)) update.push(wanted);
    }
  }
  const spoiled = new Set(rows.problems.map((problem) => problem.uid));
  const remove = existing
    .filter((tenant) => !tenant.deleting && !desired.has(pair(tenant.uid, tenant.templateRef)))
    .flatMap((tenant) => deletion(tenant, rows, templates, spoiled) ?? []);
  return { create, update, remove, pending, quarantined: rows.problems, desired: desired.size };
}

function deletion(
  tenant: ExistingTenant,
  rows: ReadRows,
  templates: readonly PlanTemplate[],
  spoiled: ReadonlySet<string>,
): TenantDeletion | undefined {
  const { name, uid } = tenant;
  if (!templates.some((template) => template.name === tenant.templateRef))
    return { name, uid, cause: 'TemplateMissing' };
  // Nothing of it changes until it is resumed; then its row is judged.
  if (tenant.isSuspended) return undefined;
  if (rows.inactive.has(uid)) return { name, uid, cause: 'Deactivated' };
  if (spoiled.has(uid) || rows.problems.some((problem) => isSpoiledRowOf(problem, tenant))) return undefined;
  return { name, uid, cause: 'RowMissing' };
}

/** A row that lost its uid but says all else that the tenant's row said. */
function isSpoiledRowOf(problem: RowProblem, tenant: ExistingTenant): boolean {
  const lost = problem.reason === 'NullUid' || problem.reason === 'InvalidUid';
  return lost && isSameValues(problem.values, tenant.values);
}

function freeName(row: TenantRow, templateRef: string, isTaken: (name: string) => boolean): string {
  const plain = plainName(row.uid, templateRef);
  return plain === undefined || isTaken(plain) ? digestName(row.uid, templateRef) : plain;
}

function pair(uid: string, templateRef: string): string {
  return `${uid}/${templateRef}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isSameValues(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
