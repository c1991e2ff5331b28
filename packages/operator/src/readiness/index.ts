/**
 * Is an object ready? By kind, as people who operate that kind would judge it; pure.
 *
 * The answer is about the newest generation only: a controller that has not seen the last change yet (`observedGeneration`)
 * makes its object wait, whatever its conditions say of the generation before.
 */
import { ANNOTATIONS } from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';
import { conditionRule } from './conditions.ts';
import { judgeExpression } from './expression.ts';
import { kindRules } from './kinds.ts';
import { type Readiness, ready } from './verdict.ts';

export { expressionProblem } from './expression.ts';
export type { Readiness } from './verdict.ts';

/**
 * Judges an object by the expression that its item gives (`readyWhen`), else by its kind's rule, else by a Ready, Available or
 * Synced condition, else by its existence.
 */
export function judgeReadiness(object: KubeObject): Readiness {
  if (object.metadata.deletionTimestamp !== undefined)
    return { state: 'waiting', message: 'it is being deleted' };
  const expression = object.metadata.annotations?.[ANNOTATIONS.readyWhen];
  if (expression !== undefined) return judgeExpression(expression, object);
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const rule = kindRules[`${group}/${object.kind}`] ?? conditionRule;
  return rule(object) ?? ready;
}
