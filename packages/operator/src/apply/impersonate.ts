/** A client whose requests are made as a ServiceAccount, so that its rights are the limit and the audit log names it. */
import type { KubeClient } from '@tenant-operator/kube';

export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** As the API server calls a ServiceAccount (`serviceaccount.MakeUsername`); it adds the groups of one by itself. */
export function usernameOf({ namespace, name }: ServiceAccountRef): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** Reads and writes of single objects; lists, watches and discovery stay the operator's own. */
export function impersonate(client: KubeClient, account: ServiceAccountRef): KubeClient {
  const headers = { 'impersonate-user': usernameOf(account) };
  return {
    ...client,
    get: (type, ref, opts) => client.get(type, ref, { ...opts, headers }),
    create: (type, object, opts) => client.create(type, object, { ...opts, headers }),
    apply: (type, object, opts) => client.apply(type, object, { ...opts, headers }),
    patch: (type, ref, body, opts) => client.patch(type, ref, body, { ...opts, headers }),
    replace: (type, object, opts) => client.replace(type, object, { ...opts, headers }),
    delete: (type, ref, opts) => client.delete(type, ref, { ...opts, headers }),
  };
}
