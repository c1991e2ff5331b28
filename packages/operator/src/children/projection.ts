/**
 * The part of a live object that one field manager owns, by its `managedFields` entry.
 *
 * `fieldsV1` (KEP-555, structured-merge-diff): `f:name` is a field, `k:{...}` the list element with these key values,
 * `v:value` a member of a set, `.` the element itself; an empty node is a leaf that is owned as a whole.
 */
import type { KubeObject, ManagedFieldsEntry } from '@tenant-operator/kube';
import { type FieldPath, withoutFields } from '../jsonpath/index.ts';
import { canonicalJson, quote, sortedKeys } from './digest.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The owned fields as canonical JSON: a list of parts, one for each of the manager's entries on the main resource (Apply, and Update
 * where objects are merged or replaced); undefined when it has none. Fields that `ignored` names are left out. A field that is owned
 * and not there is null; an element of a list is named by its key.
 */
export function ownedJson(
  object: KubeObject,
  manager: string,
  ignored: readonly FieldPath[] = [],
): string | undefined {
  const entries =
    object.metadata.managedFields?.filter(
      (entry) => entry.manager === manager && !entry.subresource && entry.fieldsV1,
    ) ?? [];
  if (entries.length === 0) return undefined;
  const parts = entries.sort(byOperation).map(({ fieldsV1 }) => textOf(object, fieldsV1 as Fields));
  return `[${parts.map((part) => (ignored.length === 0 ? part : withoutProjected(part, ignored))).join()}]`;
}

function byOperation(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (a.operation ?? '') < (b.operation ?? '') ? -1 : 1;
}

/** As `withoutFields`, on a projection: there the elements of a list are named by their keys, so that any index is all. */
function withoutProjected(part: string, paths: readonly FieldPath[]): string {
  const open = paths.map((path) =>
    path.map((segment) => (segment.kind === 'index' ? ({ kind: 'all' } as const) : segment)),
  );
  return canonicalJson(withoutFields(JSON.parse(part), open));
}

// Text is made at once, and no object of what is owned: forty thousand of them are looked at when the operator starts.
function textOf(value: unknown, fields: Fields): string {
  const keys = sortedKeys(fields);
  if (keys.length === 0 || (keys.length === 1 && keys[0] === '.'))
    return canonicalJson(keys.length === 0 ? value : isPresent(value));
  const isList = Array.isArray(value);
  const record = typeof value === 'object' && value !== null ? (value as Fields) : {};
  let text = '';
  for (const key of keys) {
    if (key === '.') continue;
    const name = isList ? key : key.slice(2);
    const member = isList ? elementOf(value, key) : Object.hasOwn(record, name) ? record[name] : undefined;
    const part = member === undefined ? 'null' : textOf(member, fields[key] as Fields);
    text += `${text === '' ? '' : ','}${quote(name)}:${part}`;
  }
  return `{${text}}`;
}

function elementOf(list: readonly unknown[], key: string): unknown {
  const selector: unknown = JSON.parse(key.slice(2));
  return key.startsWith('v:')
    ? list.find((member) => member === selector)
    : list.find((member) => hasKeys(member, selector as Fields));
}

function hasKeys(member: unknown, selector: Fields): boolean {
  if (typeof member !== 'object' || member === null) return false;
  return Object.entries(selector).every(([name, value]) => (member as Fields)[name] === value);
}

/** An element of which only its being there is owned. */
function isPresent(value: unknown): unknown {
  return value === undefined || value === null ? null : typeof value === 'object' ? {} : value;
}
