/** The Lease object: reading it with care, and the bodies that take, renew and release it. */
import type { KubeObject, ResourceType } from '../types.ts';

export const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** What a contender needs to know of a Lease. */
export interface LeaseRecord {
  holder: string;
  durationMs: number;
  transitions: number;
  acquireTime: string | undefined;
  /** Changes with every renewal; compared, never read as a time, because clocks differ between machines. */
  version: string;
}

/** Reads a Lease that anybody may have written; what is no record counts as released. */
export function readLease(object: KubeObject): LeaseRecord {
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  const seconds = spec.leaseDurationSeconds;
  return {
    holder: typeof spec.holderIdentity === 'string' ? spec.holderIdentity : '',
    durationMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0,
    transitions: typeof spec.leaseTransitions === 'number' ? spec.leaseTransitions : 0,
    acquireTime: typeof spec.acquireTime === 'string' ? spec.acquireTime : undefined,
    version: object.metadata.resourceVersion ?? '',
  };
}

/** The spec with which `identity` holds the lease at `nowMs`. */
export function heldSpec(
  identity: string,
  durationMs: number,
  nowMs: number,
  previous: LeaseRecord | undefined,
): Record<string, unknown> {
  const continues = previous?.holder === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    renewTime: microTime(nowMs),
    acquireTime: (continues ? previous.acquireTime : undefined) ?? microTime(nowMs),
    leaseTransitions: previous === undefined ? 0 : previous.transitions + (continues ? 0 : 1),
  };
}

/** Nobody's lease, to be taken at once. */
export function releasedSpec(nowMs: number, previous: LeaseRecord): Record<string, unknown> {
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    renewTime: microTime(nowMs),
    acquireTime: microTime(nowMs),
    leaseTransitions: previous.transitions,
  };
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, '000Z');
}
