/** What is there: the tables and the cluster, read by the checker's own means and not by the product's. */
import type { AdminApi } from '../../rig/access/api.ts';
import type { Sql } from '../../rig/support/index.ts';

export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface AnyObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly Owner[];
    readonly finalizers?: readonly string[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] };
  readonly [field: string]: unknown;
}

/** One row, by column; NULL is null. */
export type Row = Readonly<Record<string, string | null>>;

export interface State {
  /** By name of the table. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly registries: readonly AnyObject[];
  readonly templates: readonly AnyObject[];
  readonly tenants: readonly AnyObject[];
  /** Everything else that could be a tenant's. */
  readonly objects: readonly AnyObject[];
}

const own = '/apis/operator.kubernetes-tenants.org/v1';
/** Kind to the path of its list. */
const paths: Readonly<Record<string, string>> = {
  ConfigMap: '/api/v1/configmaps',
  Secret: '/api/v1/secrets',
  Service: '/api/v1/services',
  ServiceAccount: '/api/v1/serviceaccounts',
  Deployment: '/apis/apps/v1/deployments',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
};

export async function readState(api: AdminApi, sql: Sql, tables: readonly string[]): Promise<State> {
  const list = async (kind: string, path: string): Promise<AnyObject[]> => {
    const { items } = (await api.get<{ items: AnyObject[] }>(path)) ?? { items: [] };
    return items.map((item) => ({ ...item, kind }));
  };
  // The rows first: what the cluster says of them cannot be older then.
  const rows = await Promise.all(
    tables.map(async (table) => [table, await sql.query<Row>(`SELECT * FROM ${table}`)] as const),
  );
  const [registries, templates, tenants, ...objects] = await Promise.all([
    list('TenantRegistry', `${own}/tenantregistries`),
    list('TenantTemplate', `${own}/tenanttemplates`),
    list('Tenant', `${own}/tenants`),
    ...Object.entries(paths).map(([kind, path]) => list(kind, path)),
  ]);
  return {
    tables: Object.fromEntries(rows),
    registries: registries ?? [],
    templates: templates ?? [],
    tenants: tenants ?? [],
    objects: objects.flat(),
  };
}

export function keyOf({ kind, metadata }: Pick<AnyObject, 'kind' | 'metadata'>): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

export function conditionOf({ status }: AnyObject, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
