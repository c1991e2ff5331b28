/** PersistentVolumeClaims are bound at once and, once deleted, let go: no pod uses them here. */
import type { Api, ApiObject } from './api.ts';
import type { Neighbour } from './index.ts';
import { react } from './react.ts';

const claims = '/api/v1/persistentvolumeclaims';
const protection = 'kubernetes.io/pvc-protection';

interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

export function startVolumes(api: Api): Neighbour {
  return react<ApiObject<ClaimSpec, { phase?: string }>>(
    api,
    [claims],
    async ({ metadata, spec, status }) => {
      const { finalizers = [], deletionTimestamp, resourceVersion } = metadata;
      if (deletionTimestamp !== undefined) {
        if (!finalizers.includes(protection)) return;
        const rest = finalizers.filter((name) => name !== protection);
        await api.patch(claims, metadata, { metadata: { resourceVersion, finalizers: rest } });
      } else if (status?.phase !== 'Bound') {
        const bound = { phase: 'Bound', accessModes: spec?.accessModes, capacity: spec?.resources?.requests };
        await api.patch(claims, metadata, { status: bound }, 'status');
      }
    },
  );
}
