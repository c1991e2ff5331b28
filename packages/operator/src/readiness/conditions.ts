/** Conditions as the API conventions define them (`status.conditions[]` with type, status, reason, message). */
import type { KubeObject } from '@tenant-operator/kube';
import { type Readiness, ready, waiting } from './verdict.ts';

export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

/** An object's status as a record; empty when it has none. */
export function statusOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return asRecord(object.status);
}

export function specOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return asRecord(object.spec);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function asList(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}

export function asNumber(value: unknown, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise;
}

export function conditionsOf(conditions: unknown): readonly ObjectCondition[] {
  return asList(conditions).filter(
    (c) => typeof c.type === 'string',
  ) as unknown as readonly ObjectCondition[];
}

/** `Ready is False: reason: message`, as far as the condition tells. */
export function describeCondition(condition: ObjectCondition): string {
  const details = [condition.reason, condition.message].filter((part) => part !== undefined && part !== '');
  return [`${condition.type} is ${condition.status}`, ...details].join(': ');
}

/** True when the controller has not looked at this generation yet. */
export function isStale(
  object: KubeObject,
  observed: unknown = statusOf(object).observedGeneration,
): boolean {
  return typeof observed === 'number' && observed < (object.metadata.generation ?? 0);
}

/** The first of `types` that the object has must be True for the current generation. */
export function requireCondition(
  object: KubeObject,
  types: readonly string[],
  conditions: unknown = statusOf(object).conditions,
): Readiness | undefined {
  const all = conditionsOf(conditions);
  const condition = types.map((type) => all.find((c) => c.type === type)).find((c) => c !== undefined);
  if (!condition) return undefined;
  if (isStale(object, condition.observedGeneration))
    return waiting(`${condition.type} is of an older generation`);
  return condition.status === 'True' ? ready : waiting(describeCondition(condition));
}

/** Any other kind: its Ready, Available or Synced condition when it has one, else existence. */
export function conditionRule(object: KubeObject): Readiness | undefined {
  if (isStale(object)) return waiting('its controller has not seen the last change yet');
  return requireCondition(object, ['Ready', 'Available', 'Synced']);
}
