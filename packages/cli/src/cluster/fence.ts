/** A client that writes only while the lease is held: a process that was paused finds out before its first write. */
import type { KubeClient } from '@tenant-operator/kube';

class NotLeading extends Error {
  constructor() {
    super('this process does not lead (any more)');
    this.name = 'NotLeading';
  }
}

export function fenceWrites(client: KubeClient, isHeld: () => boolean): KubeClient {
  const fenced =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      isHeld() ? write(...args) : Promise.reject(new NotLeading());
  return {
    ...client,
    create: fenced(client.create),
    apply: fenced(client.apply),
    patch: fenced(client.patch),
    replace: fenced(client.replace),
    delete: fenced(client.delete),
  };
}
