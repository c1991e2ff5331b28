/** Whether labels satisfy requirements. */
import { type Json, type JsonObject, textOf } from '../json.ts';

export interface LabelRequirement {
  key: string;
  operator: 'in' | 'notin' | 'exists' | 'absent' | 'gt' | 'lt';
  values: string[];
}

const INTEGER = /^[+-]?\d+$/;

export function matchLabels(requirements: readonly LabelRequirement[], labels: JsonObject): boolean {
  return requirements.every((requirement) => matches(requirement, labels));
}

function matches({ key, operator, values }: LabelRequirement, labels: JsonObject): boolean {
  const value = textOf(labels[key]);
  const present = Object.hasOwn(labels, key);
  switch (operator) {
    case 'in':
      return present && values.includes(value);
    case 'notin':
      return !present || !values.includes(value);
    case 'exists':
      return present;
    case 'absent':
      return !present;
    case 'gt':
      return present && INTEGER.test(value) && Number(value) > Number(values[0]);
    case 'lt':
      return present && INTEGER.test(value) && Number(value) < Number(values[0]);
  }
}

/** A `matchLabels`/`matchExpressions` selector, as objects carry it. */
export function matchSelector(selector: JsonObject | undefined, labels: JsonObject): boolean {
  if (!selector) return false;
  const requirements: LabelRequirement[] = Object.entries((selector.matchLabels ?? {}) as JsonObject).map(
    ([key, value]) => ({
      key,
      operator: 'in',
      values: [textOf(value)],
    }),
  );
  const names = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: 'absent' } as const;
  for (const expression of (selector.matchExpressions ?? []) as JsonObject[])
    requirements.push({
      key: textOf(expression.key),
      operator: names[expression.operator as keyof typeof names] ?? 'exists',
      values: ((expression.values ?? []) as Json[]).map(String),
    });
  return matchLabels(requirements, labels);
}
