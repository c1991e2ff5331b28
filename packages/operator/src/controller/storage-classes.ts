/** Which storage classes bind a claim only when a pod first uses it: waiting for such a claim would last for ever. */
import type { Clock, KubeClient, ResourceType } from '@tenant-operator/kube';

export interface StorageClasses {
  /** True for `volumeBindingMode: WaitForFirstConsumer`; false for any other class, and for one that does not exist. */
  bindsLate(name: string): Promise<boolean>;
}

const storageClassType: ResourceType = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
};

/** The mode of a class cannot be changed, so that a look is good for long; a class may appear, though. */
const rememberMs = 300_000;

export function createStorageClasses(client: KubeClient, clock: Clock): StorageClasses {
  const known = new Map<string, { late: boolean; until: number }>();
  return {
    async bindsLate(name) {
      const before = known.get(name);
      if (before && before.until > clock.monotonic()) return before.late;
      const found = await client.get(storageClassType, { name });
      const late = found?.volumeBindingMode === 'WaitForFirstConsumer';
      if (known.size > 1_000) known.clear();
      known.set(name, { late, until: clock.monotonic() + rememberMs });
      return late;
    },
  };
}
