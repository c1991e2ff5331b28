/**
 * The part of a live object that one field manager owns, by its `managedFields` entry.
 *
 * `fieldsV1` (KEP-555, structured-merge-diff): `f:name` is a field, `k:{...}` the list element with these key values,
 * `v:value` a member of a set, `.` the element itself; an empty node is a leaf that is owned as a whole.
 */
import type { KubeObject, ManagedFieldsEntry } from '@tenant-operator/kube';
import { type FieldPath, withoutFields } from '../jsonpath/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The owned fields as plain JSON, one part for each of the manager's entries on the main resource (Apply, and Update where
 * objects are merged or replaced); undefined when it has none. Fields that `ignored` names are left out.
 */
export function projectOwned(
  object: KubeObject,
  manager: string,
  ignored: readonly FieldPath[] = [],
): unknown {
  const entries =
    object.metadata.managedFields?.filter((entry) => entry.manager === manager && !entry.subresource) ?? [];
  const parts = [...entries]
    .sort(byOperation)
    .flatMap(({ fieldsV1 }) => (fieldsV1 ? [project(object, fieldsV1)] : []));
  if (parts.length === 0) return undefined;
  return ignored.length === 0 ? parts : parts.map((part) => withoutProjected(part, ignored));
}

function byOperation(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (a.operation ?? '') < (b.operation ?? '') ? -1 : 1;
}

/** As `withoutFields`, on a projection: there the elements of a list are named by their keys, so that any index is all. */
function withoutProjected(part: unknown, paths: readonly FieldPath[]): unknown {
  const open = paths.map((path) =>
    path.map((segment) => (segment.kind === 'index' ? ({ kind: 'all' } as const) : segment)),
  );
  return withoutFields(part, open);
}

function project(value: unknown, fields: Fields): unknown {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (keys.length === 0) return '.' in fields ? isPresent(value) : value;
  if (Array.isArray(value)) return projectList(value, fields, keys);
  const record = typeof value === 'object' && value !== null ? (value as Fields) : {};
  // Without a prototype, because `__proto__` is a valid key of a ConfigMap.
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of keys) {
    const name = key.slice(2);
    result[name] = Object.hasOwn(record, name) ? project(record[name], fields[key] as Fields) : null;
  }
  return result;
}

function projectList(list: readonly unknown[], fields: Fields, keys: readonly string[]): unknown {
  const result: Record<string, unknown> = {};
  for (const key of keys) {
    const selector: unknown = JSON.parse(key.slice(2));
    const element = key.startsWith('v:')
      ? list.find((member) => member === selector)
      : list.find((member) => hasKeys(member, selector as Fields));
    result[key] = element === undefined ? null : project(element, fields[key] as Fields);
  }
  return result;
}

function hasKeys(member: unknown, selector: Fields): boolean {
  if (typeof member !== 'object' || member === null) return false;
  return Object.entries(selector).every(([name, value]) => (member as Fields)[name] === value);
}

/** An element of which only its being there is owned. */
function isPresent(value: unknown): unknown {
  return value === undefined || value === null ? null : typeof value === 'object' ? {} : value;
}
