/** For the person at this machine: the page has the rights of the configuration that it was started with. */
import type { KubeClient } from '@tenant-operator/kube';
import type { Access } from './index.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Admits every request that names a loopback host. A page of another site can make a browser send requests here, under a
 * name of its own that resolves to 127.0.0.1: the Host header gives that away.
 */
export function createOpenAccess(client: KubeClient): Access {
  return {
    admit(request) {
      if (!loopback.test(request.headers.host ?? ''))
        return Promise.resolve({
          kind: 'refused',
          status: 403,
          message: 'this page is for this machine alone: open it as http://127.0.0.1:<port>/',
        });
      return Promise.resolve({ kind: 'admitted', caller: { user: '', client } });
    },
    close: () => Promise.resolve(),
  };
}
