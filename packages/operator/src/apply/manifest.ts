/** The manifest as it is sent: the author's, plus what marks the object as this tenant's. */
import { ANNOTATIONS, API_VERSION, type JsonObject, LABELS } from '@tenant-operator/api';
import type { KubeObject, OwnerReference } from '@tenant-operator/kube';
import { labelValue } from '../plan/names.ts';
import type { RenderedItem } from '../render/index.ts';

export interface BuildOptions {
  readonly tenant: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Keeps the objects while a person's `--cascade=foreground` has the garbage collector look at them (docs/adr/0011). */
  readonly template: { readonly name: string; readonly uid: string };
  readonly registryId: string;
  /** The row's uid. */
  readonly rowUid: string;
  readonly namespaced: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly creationPolicy: 'WhenNeeded' | 'Once';
  readonly ignoreFields: readonly string[];
  readonly readyWhen: string | undefined;
}

/** True when the Tenant can own the object: Kubernetes has no owners across namespaces, and Retain must survive its owner. */
export function isOwned(options: BuildOptions, namespace: string | undefined): boolean {
  return options.namespaced && namespace === options.tenant.namespace && options.deletionPolicy === 'Delete';
}

export function buildManifest(item: RenderedItem, options: BuildOptions): KubeObject {
  const { tenant } = options;
  const namespace = options.namespaced ? (item.namespace ?? tenant.namespace) : undefined;
  const metadata = item.manifest.metadata as JsonObject;
  const { namespace: _, ...rest } = metadata;
  const owned = isOwned(options, namespace);
  const notes = {
    ...(metadata.annotations as Record<string, string> | undefined),
    [ANNOTATIONS.item]: item.id,
    ...(options.ignoreFields.length === 0
      ? {}
      : { [ANNOTATIONS.ignoreFields]: JSON.stringify(options.ignoreFields) }),
    ...(options.readyWhen === undefined ? {} : { [ANNOTATIONS.readyWhen]: options.readyWhen }),
    [ANNOTATIONS.tenantUid]: tenant.uid,
    ...(options.deletionPolicy === 'Retain' ? { [ANNOTATIONS.deletionPolicy]: 'Retain' } : {}),
    ...(options.creationPolicy === 'Once' ? { [ANNOTATIONS.createdOnce]: 'true' } : {}),
  };
  return {
    ...withStoredData(item),
    apiVersion: item.apiVersion,
    kind: item.kind,
    metadata: {
      ...rest,
      name: item.name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...(metadata.labels as Record<string, string> | undefined),
        [LABELS.registry]: labelValue(options.registryId),
        [LABELS.uid]: labelValue(options.rowUid),
        [LABELS.tenant]: tenant.name,
        [LABELS.tenantNamespace]: tenant.namespace,
      },
      annotations: notes,
      ...(owned ? { ownerReferences: ownerReferences(options) } : {}),
    },
  };
}

/**
 * The garbage collector deletes what has no owner but one that is being deleted in the foreground, in no order; what has another
 * owner only loses the reference. So the template stands behind the Tenant, and the finalizer alone decides the order.
 */
function ownerReferences({ tenant, template }: BuildOptions): OwnerReference[] {
  const apiVersion = API_VERSION;
  const blockOwnerDeletion = false;
  return [
    { apiVersion, kind: 'Tenant', name: tenant.name, uid: tenant.uid, controller: true, blockOwnerDeletion },
    { apiVersion, kind: 'TenantTemplate', name: template.name, uid: template.uid, blockOwnerDeletion },
  ];
}

/**
 * A Secret's `stringData` is write-only: the server stores it as `data` and keeps no record of who owns it there, so that
 * later removals and hand edits would go unnoticed. It is sent as the `data` that it stands for.
 */
function withStoredData({ apiVersion, kind, manifest }: RenderedItem): JsonObject {
  const { stringData, ...rest } = manifest;
  if (apiVersion !== 'v1' || kind !== 'Secret' || typeof stringData !== 'object' || stringData === null)
    return manifest;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(rest.data as JsonObject | undefined), ...Object.fromEntries(encoded) } };
}
