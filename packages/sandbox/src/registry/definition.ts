/** Marks on a CustomResourceDefinition that is going away. */
import { child, isObject, type JsonObject } from '../json.ts';

/** Holds a definition until its objects are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** The definition with a condition in place of the one of its type. */
export function withCondition(
  definition: JsonObject,
  type: string,
  status: 'True' | 'False',
  [reason, message]: readonly [string, string],
  now: string,
): JsonObject {
  const before = child(definition, 'status') ?? {};
  const list = Array.isArray(before.conditions) ? before.conditions.filter(isObject) : [];
  const old = list.find((condition) => condition.type === type);
  if (old?.status === status && old.reason === reason && old.message === message) return definition;
  const since = old?.status === status ? (old.lastTransitionTime ?? now) : now;
  const next = { type, status, lastTransitionTime: since, reason, message };
  const conditions = old ? list.map((one) => (one === old ? next : one)) : [...list, next];
  return { ...definition, status: { ...before, conditions } };
}

const PENDING = [
  'InstanceDeletionPending',
  'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
] as const;

export const terminatingDefinition = (definition: JsonObject, now: string): JsonObject =>
  withCondition(definition, 'Terminating', 'True', PENDING, now);
