/** What persons do by hand, on the cluster and in the database: each until it has worked, whatever is broken at the moment. */
import type { AdminApi } from '../../rig/access/api.ts';
import type { World } from '../world/index.ts';

export interface Person {
  /** Server-side apply of a registry or template. */
  apply(object: object): Promise<void>;
  /** JSON merge patch; an object that is not there is no failure. */
  patch(path: string, body: object): Promise<void>;
  /** An object that is not there is no failure. */
  remove(path: string): Promise<void>;
  create(path: string, object: object): Promise<void>;
  read(path: string): Promise<Record<string, unknown> | undefined>;
  sleep(ms: number): Promise<void>;
  sql(statement: string, parameters?: readonly unknown[]): Promise<void>;
}

export const own = '/apis/operator.kubernetes-tenants.org/v1/namespaces/default';
/** Kind to the path of one object, `%` for the namespace. */
const objectPaths: Readonly<Record<string, string>> = {
  ConfigMap: '/api/v1/namespaces/%/configmaps',
  Secret: '/api/v1/namespaces/%/secrets',
  Service: '/api/v1/namespaces/%/services',
  ServiceAccount: '/api/v1/namespaces/%/serviceaccounts',
  Deployment: '/apis/apps/v1/namespaces/%/deployments',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
};

export function pathOf(kind: string, namespace: string): string {
  const path = objectPaths[kind];
  if (path === undefined) throw new Error(`no path is known for the kind ${kind}`);
  return path.replace('%', namespace);
}

const tries = 200;

export function createPerson({ api, sql, timeline }: World): Person {
  /** 409 comes of two writers at once, the others of what is broken. */
  const isPassing = (status: number) => status === 409 || status === 429 || status >= 500;

  async function insist<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    let last: unknown = 'it was refused';
    for (let n = 0; n < tries; n++) {
      try {
        const result = await attempt();
        if (result !== undefined) return result;
      } catch (error) {
        last = error;
      }
      await timeline.sleep(500);
    }
    throw new Error(`${what}: ${String(last)}`);
  }

  async function request(
    method: string,
    path: string,
    body?: object,
    type?: string,
  ): ReturnType<AdminApi['request']> {
    return insist(`${method} ${path}`, async () => {
      const answer = await api.request(method, path, body, type);
      return isPassing(answer.status) ? undefined : answer;
    });
  }

  async function expect(
    method: string,
    path: string,
    body: object | undefined,
    type?: string,
  ): Promise<void> {
    const { status, body: answer } = await request(method, path, body, type);
    if (status < 300 || status === 404) return;
    throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }

  return {
    sleep: timeline.sleep,
    async apply(object) {
      const { kind, metadata } = object as { kind: string; metadata: { name: string } };
      const plural = kind === 'TenantRegistry' ? 'tenantregistries' : 'tenanttemplates';
      const query = '?fieldManager=person&force=true';
      await expect(
        'PATCH',
        `${own}/${plural}/${metadata.name}${query}`,
        object,
        'application/apply-patch+yaml',
      );
    },
    patch: (path, body) => expect('PATCH', path, body, 'application/merge-patch+json'),
    remove: (path) => expect('DELETE', path, undefined),
    async create(path, object) {
      // It may be there from an attempt whose answer was lost.
      const { status, body } = await insist(`POST ${path}`, async () => {
        const answer = await api.request('POST', path, object);
        return answer.status === 429 || answer.status >= 500 ? undefined : answer;
      });
      if (status >= 300 && status !== 409) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
    },
    async read(path) {
      const { status, body } = await request('GET', path);
      return status === 200 ? (body as Record<string, unknown>) : undefined;
    },
    async sql(statement, parameters = []) {
      await insist(statement, async () => {
        try {
          await sql.execute(statement, parameters);
          return true;
        } catch (error) {
          // A statement that is wrong stays so; a connection that breaks may have carried it out.
          const { code } = error as { code?: string };
          if (code?.startsWith('ER_') && code !== 'ER_OPTION_PREVENTS_STATEMENT') throw error;
          return undefined;
        }
      });
    },
  };
}
