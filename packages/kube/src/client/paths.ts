/** URLs of the API: every segment is encoded, and nothing changes its case. */
import type { ResourceType } from '../types.ts';

/** The path of a collection: `/apis/apps/v1/namespaces/ns/deployments`, of all namespaces when none is given. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  const scope =
    type.namespaced && namespace !== undefined && namespace !== '' ? ['namespaces', namespace] : [];
  return joinSegments([...root, ...scope, type.plural]);
}

/**
 * The path of one object, or of a subresource of it. Throws TypeError for what cannot be addressed: an empty
 * name, a missing namespace, `.` and `..` (URL parsers fold them away, and the call would hit another URL).
 */
export function objectPath(
  type: ResourceType,
  ref: { name: string; namespace?: string | undefined },
  subresource?: string,
): string {
  if (ref.name === '') throw new TypeError(`${type.kind}: an object without a name cannot be addressed`);
  if (type.namespaced && (ref.namespace === undefined || ref.namespace === '')) {
    throw new TypeError(`${type.kind} ${JSON.stringify(ref.name)}: a namespace is needed`);
  }
  const tail = [ref.name, ...(subresource === undefined ? [] : [subresource])];
  return `${collectionPath(type, ref.namespace)}${joinSegments(tail)}`;
}

/** `?a=b&c=d` of the values that are set, or nothing. */
export function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value as string)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function joinSegments(segments: string[]): string {
  for (const segment of segments) {
    if (segment === '.' || segment === '..') throw new TypeError(`${JSON.stringify(segment)} is not a name`);
  }
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}
