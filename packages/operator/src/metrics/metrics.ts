import { systemClock } from '@tenant-operator/kube';
import { Registry } from 'prom-client';
import { addComputed } from './computed.ts';
import type { Measured, MetricDescription, Metrics, MetricsOptions } from './index.ts';
import { addProcessMetrics } from './process.ts';
import { addStateMetrics } from './state.ts';
import { addWorkMetrics } from './work.ts';

/** Creates the metrics of one process, in a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { clock = systemClock, tenantSeriesLimit, version } = options;
  const registry = new Registry();
  const shared = { tenantSeriesLimit, now: () => clock.now() };
  const work = addWorkMetrics(registry, shared);
  const state = addStateMetrics(registry, work, shared);
  addProcessMetrics(registry, version);
  let measured: Measured | undefined;
  addQueueMetrics(registry, () => measured);
  let answer: Promise<string> | undefined;

  async function make(): Promise<string> {
    try {
      state.look(measured);
      if (measured) {
        const { registries } = measured.objects;
        work.keepRegistries((key) => registries.get(key) !== undefined);
      }
      return await registry.metrics();
    } finally {
      answer = undefined;
      // The values of thousands of tenants are for this answer alone.
      state.look(undefined);
    }
  }

  return {
    observer: work.observer,
    answered: work.answered,
    reviewed: work.reviewed,
    measure(operator) {
      measured = operator;
    },
    text() {
      answer ??= make();
      return answer;
    },
    contentType: registry.contentType,
    describe: () =>
      registry
        .getMetricsAsArray()
        .map((metric) => metric as unknown as MetricDescription & { readonly labelNames: string[] })
        .map(({ name, help, type, labelNames }) => ({ name, help, type, labels: labelNames })),
  };
}

function addQueueMetrics(registry: Registry, measured: () => Measured | undefined): void {
  type Stats = Measured['queues']['tenants']['stats'];
  const add = (name: string, help: string, type: 'gauge' | 'counter', pick: (stats: Stats) => number) =>
    addComputed(registry, {
      name,
      help,
      type,
      labels: ['name'],
      values() {
        const queues = measured()?.queues;
        if (!queues) return [];
        const { registries, templates, tenants } = queues;
        return Object.entries({ registry: registries, template: templates, tenant: tenants }).map(
          ([queue, { stats }]) => ({ labels: { name: queue }, value: pick(stats) }),
        );
      },
    });
  add('workqueue_depth', 'Keys that wait for a worker', 'gauge', (stats) => stats.queued);
  add('workqueue_active', 'Keys that are being worked on', 'gauge', (stats) => stats.active);
  add('workqueue_delayed', 'Keys that come back later', 'gauge', (stats) => stats.delayed);
  add('workqueue_adds_total', 'Keys that were queued', 'counter', (stats) => stats.adds);
  add(
    'workqueue_retries_total',
    'Passes that failed and are tried again',
    'counter',
    (stats) => stats.retries,
  );
}
