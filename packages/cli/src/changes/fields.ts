/** Which fields differ between two objects. Pure. */
import type { KubeObject } from '@tenant-operator/kube';

export interface FieldChange {
  /** `spec.template.spec.containers[web].image`; elements are named by their name, key or id where they have one. */
  readonly path: string;
  /** Undefined where the field is not there. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What the server keeps for itself, and what only says who wrote it. */
const bookkeeping = [
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
];
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
export const hiddenValue = '(secret)';

/** From the object as it is to the object as it would be; `status` and bookkeeping aside, values of Secrets hidden. */
export function diffObjects(before: KubeObject | undefined, after: KubeObject | undefined): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before && comparable(before), after && comparable(after), '', changes);
  const isSecret = [before, after].some((object) => object?.kind === 'Secret' && object.apiVersion === 'v1');
  return isSecret ? changes.map(hide) : changes;
}

function comparable(object: KubeObject): Record<string, unknown> {
  const { metadata, status: _, ...rest } = object;
  const kept = Object.entries(metadata).filter(([name]) => !bookkeeping.includes(name));
  const { annotations, ...others } = Object.fromEntries(kept) as { annotations?: Record<string, string> };
  const notes = Object.entries(annotations ?? {}).filter(([name]) => name !== lastApplied);
  return {
    ...rest,
    metadata: { ...others, ...(notes.length > 0 ? { annotations: Object.fromEntries(notes) } : {}) },
  };
}

function hide(change: FieldChange): FieldChange {
  if (!/^(?:data|stringData)\b/.test(change.path)) return change;
  return {
    path: change.path,
    ...(change.before === undefined ? {} : { before: hiddenValue }),
    ...(change.after === undefined ? {} : { after: hiddenValue }),
  };
}

function compare(before: unknown, after: unknown, path: string, changes: FieldChange[]): void {
  if (isMap(before) && isMap(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      compare(before[name], after[name], join(path, name), changes);
  } else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, changes);
  else if (!isEqual(before, after))
    changes.push({
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
}

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  changes: FieldChange[],
): void {
  const key = keyOfElements([...before, ...after]);
  if (key === undefined) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], `${path}[${index}]`, changes);
    return;
  }
  const named = (list: readonly unknown[]) =>
    new Map(list.map((element) => [String((element as Record<string, unknown>)[key]), element]));
  const [old, fresh] = [named(before), named(after)];
  if (old.size !== before.length || fresh.size !== after.length) {
    if (!isEqual(before, after)) changes.push({ path, before, after });
    return;
  }
  for (const name of new Set([...old.keys(), ...fresh.keys()]))
    compare(old.get(name), fresh.get(name), `${path}[${name}]`, changes);
}

const keys = ['name', 'key', 'id', 'containerPort', 'port', 'uid', 'host', 'type'];

/** The field that every element has and that names it. */
function keyOfElements(elements: readonly unknown[]): string | undefined {
  return keys.find((key) =>
    elements.every((element) => isMap(element) && ['string', 'number'].includes(typeof element[key])),
  );
}

/** A name with a dot or a slash stands in brackets, as kubectl's JSONPath has it. */
function join(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}["${name}"]`;
  return path === '' ? name : `${path}.${name}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((element, index) => isEqual(element, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isEqual(a[name], b[name]));
}
