/** Metrics whose values are made when somebody asks, and kept by nobody. */
import { Gauge, type Registry } from 'prom-client';

export interface Value {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ComputedOptions {
  readonly name: string;
  readonly help: string;
  readonly type?: 'gauge' | 'counter';
  readonly labels?: readonly string[];
  values(): readonly Value[];
}

/**
 * Registers a metric without storage: `values` is called for each answer. Setting thousands of labelled values in a Gauge would
 * hash each of them, and those of tenants that are gone would stay.
 */
export function addComputed(registry: Registry, options: ComputedOptions): void {
  const { name, help, type = 'gauge', labels = [], values } = options;
  const metric = new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
  const made = { name, help, type, aggregator: 'sum' };
  metric.get = () => Promise.resolve({ ...made, values: [...values()] } as never);
  Object.assign(metric, { type });
}

/** One value without labels. */
export function single(value: number): Value[] {
  return [{ labels: {}, value }];
}

/** Counts by labels; the key is made from the labels' values in the order in which they are given. */
export interface Tally {
  add(labels: Readonly<Record<string, string>>, count: number): void;
  values(): Value[];
}

export function createTally(): Tally {
  const sums = new Map<string, { labels: Readonly<Record<string, string>>; value: number }>();
  return {
    add(labels, count) {
      const key = Object.values(labels).join('\0');
      const sum = sums.get(key);
      if (sum) sum.value += count;
      else sums.set(key, { labels, value: count });
    },
    values: () => [...sums.values()],
  };
}
