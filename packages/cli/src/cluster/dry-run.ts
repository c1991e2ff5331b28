/** A client whose writes change nothing: the server admits, defaults and validates them, and answers as if they were stored. */
import type { KubeClient } from '@tenant-operator/kube';

export function dryRunClient(client: KubeClient): KubeClient {
  return {
    ...client,
    create: (type, object, options) => client.create(type, object, { ...options, dryRun: true }),
    apply: (type, object, options) => client.apply(type, object, { ...options, dryRun: true }),
    patch: (type, ref, body, options) => client.patch(type, ref, body, { ...options, dryRun: true }),
    replace: (type, object, options) => client.replace(type, object, { ...options, dryRun: true }),
    delete: (type, ref, options) => client.delete(type, ref, { ...options, dryRun: true }),
  };
}
