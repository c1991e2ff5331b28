/** Templates for tests, as short as the case allows. */
import type { TenantTemplate } from '@tenant-operator/api';
import { parseTenantTemplate } from '@tenant-operator/api/schema';

/** A template with these item lists, defaults filled in as the API server does. Throws when the schema refuses it. */
export function templateOf(lists: Readonly<Record<string, readonly object[]>>, name = 'web'): TenantTemplate {
  const parsed = parseTenantTemplate({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantTemplate',
    metadata: { name, namespace: 'ns', uid: `${name}-uid`, generation: 1, resourceVersion: '1' },
    spec: { registryId: 'reg', ...lists },
  });
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.errors.map(({ path, message }) => `${path} ${message}`).join('; '));
}
