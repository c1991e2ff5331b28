/**
 * Whether this process is well (`/healthz`) and whether it may be counted on (`/readyz`), with the reason.
 *
 * A standby is as ready as the leader: it is what takes over. A database that is away is no fault of this process, so it changes
 * nothing here: the registry's condition and the metric `registry_up` tell of it.
 */
import type { Clock, Logger } from '@tenant-operator/kube';
import type { HealthFacts } from './verdict.ts';

export interface HealthOptions {
  /** Asked for each answer. */
  facts(): HealthFacts;
  readonly bind: { readonly host: string; readonly port: number };
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface HealthServer {
  /** Resolves with the port; rejects when the address cannot be had. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

export { createHealthServer } from './server.ts';
export { type CacheState, type HealthFacts, liveness, type Probe, readiness } from './verdict.ts';
