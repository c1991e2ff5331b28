/** Which tenants of each template may be rendered from its newest revision. Decided by the template controller, asked by the tenants'. */
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { keyOf } from '@tenant-operator/kube';
import { decideRollout, type RolloutDecision, type RolloutTenant } from '../../plan/index.ts';
import { findCondition } from '../../status/index.ts';
import { revisionName } from './revisions.ts';

export interface Rollouts {
  /** Several processes have a part of the tenants each: the template's status has to say who may move. */
  readonly isShared: boolean;
  /** Decides anew; `now` is of the monotonic clock. The keys of tenants that may move now and could not before are in `freed`. */
  decide(
    template: TenantTemplate,
    registry: TenantRegistry | undefined,
    tenants: readonly Tenant[],
    now: number,
  ): { readonly decision: RolloutDecision; readonly freed: readonly string[] };
  /** May this tenant be rendered from the template's newest revision? */
  mayMove(template: TenantTemplate, tenant: Tenant): boolean;
  forget(templateKey: string): void;
}

interface State {
  readonly revision: string;
  allowed: ReadonlySet<string>;
  readyUpdated: number;
  progressAt: number;
}

/** Names in a template's status; a rollout without a limit goes in steps of so many where processes share the tenants. */
const maxMoving = 250;

/**
 * `isShared`: several processes have a part of the tenants each. Who may move is then what the template's status says, which all
 * of them see, and not what this process has in memory.
 */
export function createRollouts(isShared = false): Rollouts {
  const states = new Map<string, State>();

  return {
    isShared,
    decide(template, registry, all, now) {
      // Who is going or suspended cannot move, and must not keep a place from those who can.
      const tenants = all.filter(
        ({ metadata, spec }) => metadata.deletionTimestamp === undefined && !spec.suspend,
      );
      const key = keyOf(template.metadata);
      const revision = revisionName(template);
      const known = states.get(key);
      const state: State =
        known?.revision === revision
          ? known
          : {
              revision,
              allowed: isShared ? storedMoves(template) : new Set(),
              readyUpdated: -1,
              progressAt: now,
            };
      states.set(key, state);
      const { rollout } = template.spec;
      const isCanary = isCanaryOf(template, registry, tenants);
      const facts = tenants
        .map((tenant) => rolloutTenant(tenant, revision, isCanary))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      const readyUpdated = facts.filter((tenant) => tenant.isUpdated && tenant.isReady).length;
      if (readyUpdated > state.readyUpdated) state.progressAt = now;
      state.readyUpdated = readyUpdated;
      const decision = decideRollout({
        tenants: facts,
        limits: {
          maxSkew:
            isShared && isLimited(template)
              ? Math.min(rollout.maxSkew || maxMoving, maxMoving)
              : (rollout.maxSkew ?? 0),
          maxFailures: rollout.maxFailures,
          hasCanary: rollout.canary !== undefined,
          progressDeadlineMs: rollout.progressDeadlineSeconds * 1_000,
        },
        allowed: state.allowed,
        sinceProgressMs: now - state.progressAt,
      });
      const freed = [...decision.allowed].filter((tenant) => !state.allowed.has(tenant));
      state.allowed = decision.allowed;
      return { decision, freed };
    },
    mayMove(template, tenant) {
      if (!isLimited(template)) return true;
      const { templateRevision } = tenant.status ?? {};
      // A tenant that was never rendered begins with the newest.
      if (templateRevision === undefined || templateRevision === revisionName(template)) return true;
      if (isShared) return isStoredMove(template, tenant);
      const state = states.get(keyOf(template.metadata));
      return state?.revision === revisionName(template) && state.allowed.has(keyOf(tenant.metadata));
    },
    forget: (templateKey) => void states.delete(templateKey),
  };
}

/** The tenants that the template's status lets go to its newest revision; nobody while it speaks of an older one. */
function storedMoves(template: TenantTemplate): ReadonlySet<string> {
  const { currentRevision, rollout } = template.status ?? {};
  if (currentRevision !== revisionName(template)) return new Set();
  const { namespace } = template.metadata;
  return new Set((rollout?.movingTenants ?? []).map((name) => `${namespace}/${name}`));
}

function isStoredMove(template: TenantTemplate, { metadata }: Tenant): boolean {
  const { currentRevision, rollout } = template.status ?? {};
  return (
    currentRevision === revisionName(template) && (rollout?.movingTenants?.includes(metadata.name) ?? false)
  );
}

/** The keys of tenants that a template's status lets go, and did not before. */
export function namedAnew(
  current: TenantTemplate | undefined,
  previous: TenantTemplate | undefined,
): string[] {
  const { movingTenants = [] } = current?.status?.rollout ?? {};
  if (movingTenants.length === 0) return [];
  const before = new Set(previous?.status?.rollout?.movingTenants);
  return movingTenants
    .filter((name) => !before.has(name))
    .map((name) => `${current?.metadata.namespace}/${name}`);
}

export function isLimited({ spec }: TenantTemplate): boolean {
  return (spec.rollout.maxSkew ?? 0) > 0 || spec.rollout.canary !== undefined;
}

function rolloutTenant(
  tenant: Tenant,
  revision: string,
  isCanary: (tenant: Tenant) => boolean,
): RolloutTenant {
  const is = (type: string) => findCondition(tenant.status?.conditions, type)?.status === 'True';
  return {
    key: keyOf(tenant.metadata),
    isUpdated: tenant.status?.templateRevision === revision,
    isReady: is('Ready'),
    isBroken: is('Degraded'),
    wasBrokenBefore: tenant.status?.brokenBeforeRevision === true,
    isCanary: isCanary(tenant),
  };
}

/** By a column's value, or a fixed share of the tenants by name. */
function isCanaryOf(
  template: TenantTemplate,
  registry: TenantRegistry | undefined,
  tenants: readonly Tenant[],
): (tenant: Tenant) => boolean {
  const { canary } = template.spec.rollout;
  if (canary === undefined) return () => false;
  if (canary.percent !== undefined) {
    const names = tenants.map((tenant) => tenant.metadata.name).sort();
    const chosen = new Set(names.slice(0, Math.ceil((names.length * canary.percent) / 100)));
    return (tenant) => chosen.has(tenant.metadata.name);
  }
  const { column, equals } = canary;
  const { valueMappings, extraValueMappings } = registry?.spec ?? {};
  if (valueMappings?.uid === column) return (tenant) => tenant.spec.uid === equals;
  const variables = Object.entries({ ...valueMappings, ...extraValueMappings })
    .filter(([, mapped]) => mapped === column)
    .map(([variable]) => variable);
  return (tenant) => variables.some((variable) => tenant.spec.values[variable] === equals);
}
