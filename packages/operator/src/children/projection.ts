/**
 * The part of a live object that one field manager owns, by its `managedFields` entry.
 *
 * `fieldsV1` (KEP-555, structured-merge-diff): `f:name` is a field, `k:{...}` the list element with these key values,
 * `v:value` a member of a set, `.` the element itself; an empty node is a leaf that is owned as a whole.
 */
import type { KubeObject, ManagedFieldsEntry } from '@tenant-operator/kube';

type Fields = Readonly<Record<string, unknown>>;

/** The owned fields as plain JSON, or undefined when the manager has no Apply entry on the main resource. */
export function projectOwned(object: KubeObject, manager: string): unknown {
  const entry = object.metadata.managedFields?.find((candidate) => isOwn(candidate, manager));
  return entry?.fieldsV1 === undefined ? undefined : project(object, entry.fieldsV1);
}

function isOwn(entry: ManagedFieldsEntry, manager: string): boolean {
  return entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
}

function project(value: unknown, fields: Fields): unknown {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (keys.length === 0) return '.' in fields ? isPresent(value) : value;
  if (Array.isArray(value)) return projectList(value, fields, keys);
  const record = typeof value === 'object' && value !== null ? (value as Fields) : {};
  const result: Record<string, unknown> = {};
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
