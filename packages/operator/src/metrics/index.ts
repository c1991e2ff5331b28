/**
 * Numbers about the operator and its tenants, in the format of Prometheus.
 *
 * Names and labels are those of the Go releases of this API where they had one, so that dashboards go on working. What a status
 * says already is counted when somebody asks and costs nothing in between; only durations and attempts are counted as they
 * happen. Series with the label `tenant` are bounded: above a limit their sums take their place, with `tenant=""`.
 *
 * state.ts (what the caches say), work.ts (what happens), process.ts (memory, CPU), computed.ts (how a metric is made of values).
 */
import type { ClientAnswer, Clock } from '@tenant-operator/kube';
import type { Observer, Operator } from '../controller/index.ts';

export interface MetricsOptions {
  readonly version: string;
  /** So many tenants may have series of their own; 0 for none. */
  readonly tenantSeriesLimit: number;
  readonly clock?: Clock;
}

/** What is looked at when somebody asks. */
export interface Measured extends Pick<Operator, 'objects' | 'queues'> {
  /** The state of tenants is told by the process that works on them alone, or sums would count it twice. */
  isLeading(): boolean;
}

export interface Metrics {
  /** What the controllers tell of their work. */
  readonly observer: Observer;
  /** What a client of the API server tells. */
  answered(answer: ClientAnswer): void;
  /** A review of the admission webhook. */
  reviewed(review: {
    readonly operation: string;
    readonly isAllowed: boolean;
    readonly tookMs: number;
  }): void;
  /** Looks here from now on. */
  measure(operator: Measured): void;
  /** All metrics. Who asks while an answer is being made gets the same one. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Every metric: what it is called, what it says, its type and labels. */
  describe(): readonly MetricDescription[];
}

export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
}

export { createMetrics } from './metrics.ts';
export { createMetricsServer, type MetricsServer, type MetricsServerOptions } from './server.ts';
