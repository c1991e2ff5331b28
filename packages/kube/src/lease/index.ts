/** Leader election on a coordination.k8s.io/v1 Lease, with a fencing check by the local clock. */
import type { KubeClient } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../types.ts';

export interface LeaseOptions {
  client: KubeClient;
  namespace: string;
  name: string;
  /** Unique to this process: two holders of one identity would both believe they lead. */
  identity: string;
  /** Put on a Lease that is created; those of others stay. */
  labels?: Readonly<Record<string, string>>;
  /** Written with every renewal, so that others can read what this process has to say; those of others stay. */
  annotations?(): Readonly<Record<string, string>>;
  /** How long others wait since the last renewal they saw; 15,000. */
  leaseDurationMs?: number;
  /** Gives up leading when renewals have failed for so long; 10,000, less than the duration. */
  renewDeadlineMs?: number;
  /** Between tries; 2,000, less than the deadline. */
  retryPeriodMs?: number;
  clock?: Clock;
  log?: Logger;
  /** Leading begins; the signal is aborted when it ends. Not awaited; a rejection is logged. */
  onStarted(signal: AbortSignal): void | Promise<void>;
  /** Leading has ended; awaited before the lease is released or contended for again. */
  onStopped?(): void | Promise<void>;
}

export interface Lease {
  start(): void;
  /** Ends leading (onStopped included), releases the lease so that another can take it at once. */
  stop(): Promise<void>;
  /**
   * The fence: true while nobody else can have taken the lease by this machine's clocks. Ask right before
   * each write; a process that was paused or cut off says false although no timer has fired yet.
   */
  isHeld(): boolean;
  /** Renews now rather than when it is due. True once a renewal that began after the call is stored; false when leading ended. */
  renew(): Promise<boolean>;
  /** The holder seen last, `undefined` when there is none. */
  holder(): string | undefined;
}

export { createLease } from './lease.ts';
export { LEASES, type LeaseRecord, readLease, releasedSpec } from './record.ts';
