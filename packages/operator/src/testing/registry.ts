/** Registries for tests, as short as the case allows. */
import type { TenantRegistry } from '@tenant-operator/api';
import { parseTenantRegistry } from '@tenant-operator/api/schema';

/** A registry `ns/reg` with these fields of its spec and metadata. Throws when the schema refuses it. */
export function registryOf(spec: object = {}, metadata: object = {}, status?: object): TenantRegistry {
  const parsed = parseTenantRegistry({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantRegistry',
    metadata: {
      name: 'reg',
      namespace: 'ns',
      uid: 'reg-uid',
      generation: 1,
      resourceVersion: '1',
      ...metadata,
    },
    spec: {
      source: { type: 'mysql', mysql: { host: 'db', database: 'd', table: 't', username: 'u' } },
      valueMappings: { uid: 'id', activate: 'active' },
      ...spec,
    },
    ...(status ? { status } : {}),
  });
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.errors.map(({ path, message }) => `${path} ${message}`).join('; '));
}
