/** The deletion guard at the door: a registry or a template that would take too many Tenants with it. Pure. */
import { ANNOTATIONS, KINDS, type TenantRegistry } from '@tenant-operator/api';
import { approvedNames, guardLimits, recentDeletions } from '../controller/registry/guard.ts';
import { digestNames, guardDeletions } from '../plan/index.ts';
import { allow } from './checks.ts';
import type { Verdict } from './review.ts';

export interface Deletion {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Whose tenants would go; undefined when it does not exist, so that nothing would delete them. */
  readonly registry: TenantRegistry | undefined;
  /** Names of the Tenants that would go; those that are going already do not count. */
  readonly tenants: readonly string[];
  /** Names of the registry's Tenants that are not being deleted. */
  readonly existing: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const maxNamed = 5;

/**
 * Refused above the registry's limits, unless the annotation on the registry carries the digest of exactly these names, or of
 * a held list that has all of them. The controllers then find the same list held, and approved by the same annotation.
 */
export function checkDeletion(deletion: Deletion): Verdict {
  const { kind, name, namespace, registry, tenants, existing, now } = deletion;
  if (!registry) return allow([]);
  const approval = registry.metadata.annotations?.[ANNOTATIONS.approveDeletions];
  const digest = digestNames(tenants);
  if (approval === digest) return allow([]);
  const approved = approvedNames(
    registry,
    tenants.map((tenant) => ({ name: tenant })),
  );
  const decision = guardDeletions({
    removals: tenants
      .filter((tenant) => !approved.has(tenant))
      .map((tenant) => ({ name: tenant, uid: '', cause: 'RegistryDeleted' })),
    existing,
    isEmptyResult: false,
    limits: guardLimits(registry),
    recent: recentDeletions(registry),
    now,
    approved: new Set(),
  });
  if (decision.kind === 'free') return allow([]);
  const command = `kubectl annotate ${KINDS.TenantRegistry.plural} ${registry.metadata.name} -n ${namespace} --overwrite ${ANNOTATIONS.approveDeletions}=${digest}`;
  const message = `${decision.message}: ${named(tenants)}. To delete ${kind} "${name}" with them, approve them and delete it again: ${command}`;
  return { kind: 'refused', status: 403, reason: 'Forbidden', message };
}

function named(tenants: readonly string[]): string {
  const more = tenants.length > maxNamed ? ` and ${tenants.length - maxNamed} more` : '';
  return [...tenants].sort().slice(0, maxNamed).join(', ') + more;
}
