/** Who may look, and with whose rights what is not in the operator's caches is asked for. */
import type { IncomingMessage } from 'node:http';
import type { KubeClient } from '@tenant-operator/kube';

export { createOpenAccess } from './open.ts';
export { createTokenAccess, listTenants, type Permission, type TokenClients } from './token.ts';

export interface Caller {
  /** For the page's header; empty when everybody is the same. */
  readonly user: string;
  /** Speaks to the API server with the caller's rights. */
  readonly client: KubeClient;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly caller: Caller }
  /** 401: a token is missing or is none. 403: it does not suffice, or the request comes from a foreign page. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 503; readonly message: string };

export interface Access {
  admit(request: IncomingMessage): Promise<Admission>;
  close(): Promise<void>;
}
