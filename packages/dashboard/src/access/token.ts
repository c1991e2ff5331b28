/** In a cluster: whoever looks brings a token of the API server, and has the rights of that token. */
import { createHash } from 'node:crypto';
import { ApiError, type Clock, type KubeClient, systemClock } from '@tenant-operator/kube';
import type { Access, Admission, Caller } from './index.ts';

export interface TokenClients {
  /** A client that carries this token and no other credential. */
  clientFor(token: string): KubeClient;
  /** What the token must be allowed to. */
  readonly permission: Permission;
  readonly clock?: Clock;
}

/** What a SelfSubjectAccessReview asks, and how people say it: `list tenants in namespace x`. */
export interface Permission {
  readonly attributes:
    | { readonly resourceAttributes: Readonly<Record<string, string>> }
    | { readonly nonResourceAttributes: Readonly<Record<string, string>> };
  readonly words: string;
}

/** To list the Tenants of a namespace; of all when left out. */
export function listTenants(namespace: string | undefined): Permission {
  const where = namespace === undefined ? {} : { namespace };
  return {
    attributes: {
      resourceAttributes: {
        group: 'operator.kubernetes-tenants.org',
        resource: 'tenants',
        verb: 'list',
        ...where,
      },
    },
    words: `list tenants ${namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`}`,
  };
}

/** So long is an answer of the API server good, in milliseconds. */
const trustMs = 15_000;
const maxTokens = 64;

interface Known {
  readonly client: KubeClient;
  readonly admission: Promise<Admission>;
  readonly until: number;
}

/**
 * Admits who has the permission, by a SelfSubjectAccessReview with the caller's own token: the operator needs no right to judge
 * others, and never lends its own.
 */
export function createTokenAccess({ clientFor, permission, clock = systemClock }: TokenClients): Access {
  const known = new Map<string, Known>();

  function forget(digest: string): void {
    const entry = known.get(digest);
    known.delete(digest);
    void entry?.client.close();
  }

  return {
    async admit(request) {
      const token = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined)
        return { kind: 'refused', status: 401, message: 'a bearer token of the cluster is needed' };
      const digest = createHash('sha256').update(token).digest('base64');
      const now = clock.now();
      const before = known.get(digest);
      if (before && before.until > now) return before.admission;
      known.delete(digest);
      const client = before?.client ?? clientFor(token);
      const admission = judge(client, permission);
      known.set(digest, { client, admission, until: now + trustMs });
      for (const oldest of known.keys()) {
        if (known.size <= maxTokens) break;
        forget(oldest);
      }
      return admission;
    },
    async close() {
      const clients = [...known.values()].map(({ client }) => client);
      known.clear();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

async function judge(client: KubeClient, { attributes, words }: Permission): Promise<Admission> {
  try {
    const { body } = await client.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: attributes,
      },
    });
    const allowed = (body as { status?: { allowed?: boolean } }).status?.allowed === true;
    const caller: Caller = { user: await userOf(client), client };
    if (allowed) return { kind: 'admitted', caller };
    const message = `${caller.user || 'this token'} may not ${words}: bind it to a role that may`;
    return { kind: 'refused', status: 403, message };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401)
      return {
        kind: 'refused',
        status: 401,
        message: 'the cluster does not know this token, or it has expired',
      };
    return { kind: 'refused', status: 503, message: 'the API server could not be asked about this token' };
  }
}

/** Kubernetes 1.28 and later tell who one is; for the header of the page only. */
async function userOf(client: KubeClient): Promise<string> {
  try {
    const { body } = await client.request({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    return (body as { status?: { userInfo?: { username?: string } } }).status?.userInfo?.username ?? '';
  } catch {
    return '';
  }
}
