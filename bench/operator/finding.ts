/** One measured number, and what it should be. */
import type { RequestCounts } from '../../test/rig/support/index.ts';

export interface Finding {
  readonly phase: string;
  readonly what: string;
  readonly value: number;
  readonly unit: '' | 's' | 'ms' | 'MB' | '%' | 'x';
  /** `<= 8`, `0`: by issue and size of the run; undefined for numbers that only inform. */
  readonly goal?: Goal;
  readonly note?: string;
}

/** `count` goals are exact on any machine; `ratio` and `time` goals depend on what else it does. */
export interface Goal {
  readonly atMost: number;
  readonly kind: 'count' | 'ratio' | 'time';
}

export function meetsGoal({ value, goal }: Finding): boolean | undefined {
  return goal === undefined ? undefined : value <= goal.atMost;
}

export const atMost = (limit: number, kind: Goal['kind'] = 'count'): { goal: Goal } => ({
  goal: { atMost: limit, kind },
});

/** The p-th percentile by nearest rank; with twenty values the 99th is the highest. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** The requests by verb and resource, as one line. */
export function describeTargets({ byTarget }: RequestCounts): string {
  const parts = Object.entries(byTarget).map(([target, count]) => `${count} ${target}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
