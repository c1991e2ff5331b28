/** Conditions by the Kubernetes API conventions: the transition time moves only when the status does. */
import type { Condition } from '@tenant-operator/api';
import { cutText } from '../text.ts';

export type ConditionInput = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

const maxMessage = 1_024;

/** The new list in the order of `inputs`; types that nobody speaks of any more are dropped unless `keep` names them. */
export function setConditions(
  previous: readonly Condition[],
  inputs: readonly ConditionInput[],
  options: { readonly now: Date; readonly generation: number | undefined; readonly keep?: readonly string[] },
): Condition[] {
  const set = inputs.map((input): Condition => {
    const before = previous.find((condition) => condition.type === input.type);
    const isSameStatus = before?.status === input.status;
    return {
      type: input.type,
      status: input.status,
      reason: input.reason,
      message: cutText(input.message, maxMessage),
      lastTransitionTime: isSameStatus ? before.lastTransitionTime : toTime(options.now),
      ...(options.generation === undefined ? {} : { observedGeneration: options.generation }),
    };
  });
  const kept = previous.filter(
    (condition) =>
      options.keep?.includes(condition.type) && !inputs.some((input) => input.type === condition.type),
  );
  return [...set, ...kept];
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** RFC 3339 in whole seconds, as metav1.Time writes it. */
export function toTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
