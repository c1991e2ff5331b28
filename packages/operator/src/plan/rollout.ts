/**
 * Which tenants may move to a template's newest revision now, and how far the rollout is. Pure.
 *
 * A rollout is judged on the new revision only: a tenant that was broken before it moved counts as moved, not as a failure.
 */
export interface RolloutTenant {
  readonly key: string;
  /** It is rendered from the newest revision. */
  readonly isUpdated: boolean;
  readonly isReady: boolean;
  /** Something of it failed; only meaningful when it is not ready. */
  readonly isBroken: boolean;
  /** It was not ready when it got the newest revision. */
  readonly wasBrokenBefore: boolean;
  readonly isCanary: boolean;
}

export interface RolloutLimits {
  /** How many tenants may be between two revisions at once; 0 for all. */
  readonly maxSkew: number;
  readonly maxFailures: number;
  readonly hasCanary: boolean;
  readonly progressDeadlineMs: number;
}

export interface RolloutInput {
  /** In a fixed order. */
  readonly tenants: readonly RolloutTenant[];
  readonly limits: RolloutLimits;
  /** Tenants that were let go before and may not have moved yet. */
  readonly allowed: ReadonlySet<string>;
  /** Milliseconds since the last tenant settled, or since the start. */
  readonly sinceProgressMs: number;
}

export interface RolloutDecision {
  readonly phase: 'Idle' | 'InProgress' | 'Failed' | 'Complete';
  readonly allowed: ReadonlySet<string>;
  readonly total: number;
  readonly updated: number;
  /** Moved or let go, and not settled. */
  readonly updating: number;
  readonly readyUpdated: number;
  readonly message: string;
}

export function decideRollout({ tenants, limits, allowed, sinceProgressMs }: RolloutInput): RolloutDecision {
  const updated = tenants.filter((tenant) => tenant.isUpdated);
  const readyUpdated = updated.filter((tenant) => tenant.isReady).length;
  const failures = updated.filter((tenant) => !tenant.isReady && tenant.isBroken && !tenant.wasBrokenBefore);
  const moving = tenants.filter((tenant) => !tenant.isUpdated && allowed.has(tenant.key));
  const unsettled = [...updated.filter((tenant) => !isSettled(tenant)), ...moving];
  const pending = tenants.filter((tenant) => !tenant.isUpdated && !allowed.has(tenant.key));
  const counts = { total: tenants.length, updated: updated.length, updating: unsettled.length, readyUpdated };
  const stay = new Set(moving.map((tenant) => tenant.key));
  if (failures.length >= limits.maxFailures) {
    const named = failures.slice(0, 3).map((tenant) => `"${nameOf(tenant.key)}"`);
    const isHalt = (limits.maxSkew > 0 || limits.hasCanary) && pending.length + moving.length > 0;
    const halt = isHalt
      ? ': no further tenants are moved until they are ready or the template is changed'
      : '';
    const message = `${failures.length} failed on the new revision (${named.join(', ')})${halt}`;
    return { phase: 'Failed', allowed: new Set(), ...counts, message };
  }
  if (pending.length === 0 && unsettled.length === 0) {
    return {
      phase: 'Complete',
      allowed: stay,
      ...counts,
      message: `all ${tenants.length} tenants are on the newest revision`,
    };
  }
  if (unsettled.length > 0 && sinceProgressMs > limits.progressDeadlineMs) {
    const message = `no tenant became ready for ${Math.round(limits.progressDeadlineMs / 1_000)} s: no further tenants are moved until one does`;
    return { phase: 'Failed', allowed: stay, ...counts, message };
  }
  const canaries = tenants.filter((tenant) => tenant.isCanary);
  const isCanaryPhase =
    limits.hasCanary && canaries.some((tenant) => !tenant.isUpdated || !isSettled(tenant));
  const candidates = isCanaryPhase ? pending.filter((tenant) => tenant.isCanary) : pending;
  // One that is known to have failed waits for nothing: it counts for `maxFailures`, and no more for `maxSkew`.
  const underWay = unsettled.length - failures.length;
  const slots = limits.maxSkew === 0 ? candidates.length : Math.max(0, limits.maxSkew - underWay);
  const next = candidates.slice(0, slots).map((tenant) => tenant.key);
  const stage = isCanaryPhase ? 'canaries first: ' : '';
  return {
    phase: 'InProgress',
    allowed: new Set([...stay, ...next]),
    ...counts,
    updating: counts.updating + next.length,
    message: `${stage}${updated.length} of ${tenants.length} tenants are on the newest revision`,
  };
}

/** Nothing is to be expected of it any more, as far as the rollout goes. */
function isSettled(tenant: RolloutTenant): boolean {
  return tenant.isReady || tenant.wasBrokenBefore;
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}
