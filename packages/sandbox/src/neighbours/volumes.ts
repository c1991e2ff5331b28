/**
 * PersistentVolumeClaims are bound at once and, once deleted, let go: no pod uses them here. A claim of a StorageClass that
 * there is waits as it would in a cluster: for its first consumer, or for a provisioner that nobody runs.
 */
import type { Api, ApiObject } from './api.ts';
import type { Neighbour } from './index.ts';
import { react } from './react.ts';

const claims = '/api/v1/persistentvolumeclaims';
const classes = '/apis/storage.k8s.io/v1/storageclasses';
const protection = 'kubernetes.io/pvc-protection';

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

/** Classes of this provisioner are served. */
export const PROVISIONER = 'sandbox.kubernetes-tenants.org/volumes';

interface StorageClass extends ApiObject {
  readonly provisioner?: string;
  readonly volumeBindingMode?: string;
}

export function startVolumes(api: Api): Neighbour {
  const known = new Map<string, StorageClass>();
  let ready: () => void = () => undefined;
  // A claim that is looked at before the classes are known would be bound against its class.
  const listed = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const following = api.follow<StorageClass>(
    classes,
    (name, object) => {
      if (object) known.set(name, object);
      else known.delete(name);
    },
    () => ready(),
  );
  const isServed = (name: string | undefined): boolean => {
    const found = name === undefined ? undefined : known.get(name);
    return (
      !found || (found.provisioner === PROVISIONER && found.volumeBindingMode !== 'WaitForFirstConsumer')
    );
  };
  const claiming = react<ApiObject<ClaimSpec, { phase?: string }>>(
    api,
    [claims],
    async ({ metadata, spec, status }) => {
      await listed;
      const { finalizers = [], deletionTimestamp, resourceVersion } = metadata;
      if (deletionTimestamp !== undefined) {
        if (!finalizers.includes(protection)) return;
        const rest = finalizers.filter((name) => name !== protection);
        await api.patch(claims, metadata, { metadata: { resourceVersion, finalizers: rest } });
      } else if (status?.phase !== 'Bound' && isServed(spec?.storageClassName)) {
        const bound = { phase: 'Bound', accessModes: spec?.accessModes, capacity: spec?.resources?.requests };
        await api.patch(claims, metadata, { status: bound }, 'status');
      }
    },
  );
  return {
    async stop() {
      ready();
      await following.stop();
      await claiming.stop();
    },
  };
}
