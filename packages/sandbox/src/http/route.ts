/** From a path to what it names. */
import type { Registry, ResourceType } from '../registry/index.ts';

export type Route =
  | {
      kind: 'resource';
      type: ResourceType;
      namespace: string;
      name: string;
      subresource: string;
      watch: boolean;
    }
  | { kind: 'discovery'; path: string }
  | { kind: 'openapi'; path: string }
  | { kind: 'version' }
  | { kind: 'health' }
  | { kind: 'none' }
  /** Nothing answers under this path at all. */
  | { kind: 'page' };

export function routeOf(registry: Registry, path: string): Route {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root] = parts;
  if (root === undefined) return { kind: 'discovery', path: '/' };
  if (root === 'version') return { kind: 'version' };
  if (root === 'healthz' || root === 'livez' || root === 'readyz') return { kind: 'health' };
  if (root === 'openapi') return { kind: 'openapi', path: `/${parts.join('/')}` };
  if (root !== 'api' && root !== 'apis') return { kind: 'page' };
  const head = root === 'api' ? 2 : 3;
  if (parts.length <= head) return { kind: 'discovery', path: `/${parts.join('/')}` };
  const group = root === 'api' ? '' : (parts[1] as string);
  const version = parts[head - 1] as string;
  if (!registry.serves(group, version)) return { kind: 'page' };
  let rest = parts.slice(head);
  let watch = false;
  if (rest[0] === 'watch') {
    watch = true;
    rest = rest.slice(1);
  }
  let namespace = '';
  if (
    rest[0] === 'namespaces' &&
    rest.length > 2 &&
    !(rest.length === 3 && ['status', 'finalize'].includes(rest[2] as string))
  ) {
    namespace = rest[1] as string;
    rest = rest.slice(2);
  }
  const type = registry.find(group, version, rest[0] ?? '');
  if (type?.custom && namespace && !type.namespaced) return { kind: 'page' };
  if (!type || rest.length > 3 || (namespace && !type.namespaced)) return { kind: 'none' };
  return { kind: 'resource', type, namespace, name: rest[1] ?? '', subresource: rest[2] ?? '', watch };
}
