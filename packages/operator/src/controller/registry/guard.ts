/** The deletion guard of one registry: what it lets go now, what it holds, and the approval that frees it. */
import { ANNOTATIONS, FIELD_MANAGER, type TenantRegistry } from '@tenant-operator/api';
import { refOf } from '../../apply/index.ts';
import {
  digestNames,
  type GuardDecision,
  type GuardInput,
  guardDeletions,
  guardWindowMs,
  type RecentDeletions,
} from '../../plan/index.ts';
import type { TenantDeletion } from '../../plan/tenants.ts';
import { toTime } from '../../status/index.ts';
import type { ControllerContext } from '../context.ts';

export interface GuardScope {
  readonly removals: readonly TenantDeletion[];
  /** Names of the Tenants that are not being deleted. */
  readonly existing: ReadonlySet<string>;
  readonly isEmptyResult: boolean;
}

/** Decides by the registry's limits, by what went in the last minutes, and by the approval on the registry. */
export function applyGuard(
  context: ControllerContext,
  registry: TenantRegistry,
  scope: GuardScope,
): GuardDecision {
  return guardDeletions({
    ...scope,
    limits: guardLimits(registry),
    recent: recentDeletions(registry),
    now: context.clock.now(),
    approved: approvedNames(registry, scope.removals),
  });
}

export function guardLimits({ spec }: TenantRegistry): GuardInput['limits'] {
  const guard: Partial<GuardInput['limits']> | undefined = spec.deletionGuard;
  const { maxDeletions = 10, maxDeletionPercent = 25 } = guard ?? {};
  return { maxDeletions, maxDeletionPercent };
}

/**
 * The names on the held list, when the annotation carries that list's digest. A list that was too long to be stored whole is known
 * by its digest: `removals` are approved when they are exactly it.
 */
export function approvedNames(
  registry: TenantRegistry,
  removals: readonly { readonly name: string }[],
): ReadonlySet<string> {
  const held = registry.status?.heldDeletions;
  const approval = registry.metadata.annotations?.[ANNOTATIONS.approveDeletions];
  if (held === undefined || approval !== held.digest) return new Set();
  const names = removals.map(({ name }) => name);
  const isWhole = held.count > held.tenants.length && digestNames(names) === held.digest;
  return new Set(isWhole ? names : held.tenants);
}

export function recentDeletions(registry: TenantRegistry): RecentDeletions[] {
  return (registry.status?.recentDeletions ?? []).map(({ time, tenants }) => ({
    time: Date.parse(time),
    tenants,
  }));
}

/** Stores deletions before they begin, so that a restart between them and their end counts them too. */
export async function announceDeletions(
  context: ControllerContext,
  registry: TenantRegistry,
  removals: readonly TenantDeletion[],
): Promise<TenantRegistry> {
  const approved = approvedNames(registry, removals);
  const tenants = removals.map(({ name }) => name).filter((name) => !approved.has(name));
  if (tenants.length === 0) return registry;
  const now = context.clock.now();
  const recent = recentDeletions(registry).filter(({ time }) => now - time < guardWindowMs);
  const entries = [...recent, { time: now, tenants }].map((entry) => ({
    ...entry,
    time: toTime(new Date(entry.time)),
  }));
  const body = {
    metadata: { resourceVersion: registry.metadata.resourceVersion },
    status: { observedGeneration: registry.metadata.generation ?? 0, recentDeletions: entries },
  };
  const saved = await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    subresource: 'status',
    fieldManager: FIELD_MANAGER,
  });
  context.registries.put(saved);
  return saved as unknown as TenantRegistry;
}

/** An approval is good for once. */
export async function useUpApproval(
  context: ControllerContext,
  registry: TenantRegistry,
): Promise<TenantRegistry> {
  const body = { metadata: { annotations: { [ANNOTATIONS.approveDeletions]: null } } };
  const saved = await context.client.patch(context.types.registry, refOf(registry), body, {
    contentType: 'merge',
    fieldManager: FIELD_MANAGER,
  });
  context.registries.put(saved);
  const message = 'the approved deletions are carried out';
  context.events.record(registry, { type: 'Normal', reason: 'DeletionApproved', message });
  return saved as unknown as TenantRegistry;
}
