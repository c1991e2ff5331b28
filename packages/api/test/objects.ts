import type { JsonObject } from '../src/json.ts';
import { API_VERSION } from '../src/names.ts';

/** Small valid objects for tests, made anew at each call. */

export function registry(): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantRegistry',
    metadata: { name: 'customers', namespace: 'default' },
    spec: {
      source: {
        type: 'mysql',
        mysql: { host: 'db', database: 'saas', table: 'customers', username: 'reader' },
      },
      valueMappings: { uid: 'id', activate: 'active' },
    },
  };
}

export function template(): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'TenantTemplate',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      registryId: 'customers',
      deployments: [{ id: 'app', spec: {} }],
      services: [{ id: 'service', spec: { spec: { ports: [{ port: 80 }] } } }],
    },
  };
}

export function tenant(): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name: 'acme-web', namespace: 'default' },
    spec: { uid: 'acme', registryId: 'customers', templateRef: 'web' },
  };
}

/**
 * A copy of `object` in which the field at `path` (`spec.deployments.0.id`) has another value, or none when it is
 * undefined. Objects on the way are made where they are missing.
 */
export function withField(object: JsonObject, path: string, value: unknown): JsonObject {
  const copy = structuredClone(object);
  const steps = path.split('.');
  const last = steps.pop() as string;
  let holder = copy as Record<string, unknown>;
  for (const step of steps) {
    holder[step] ??= {};
    holder = holder[step] as Record<string, unknown>;
  }
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}
