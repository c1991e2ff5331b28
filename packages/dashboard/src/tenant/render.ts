/** The items of a tenant as its template says them now, with secret values left blank. */
import type { Tenant } from '@tenant-operator/api';
import { type KubeObject, keyOf } from '@tenant-operator/kube';
import type { Operator } from '@tenant-operator/operator';
import {
  type CompiledItem,
  compileFor,
  type RenderOutcome,
  renderItem,
  tenantData,
} from '@tenant-operator/operator/render';

export interface RenderedTenant {
  readonly items: readonly { readonly compiled: CompiledItem; readonly outcome: RenderOutcome }[];
  /** Why there are none; empty otherwise. */
  readonly problem: string;
}

export const hidden = '(hidden)';

export function renderTenant({ templates, registries }: Operator['objects'], tenant: Tenant): RenderedTenant {
  const { spec, metadata } = tenant;
  const { namespace = '' } = metadata;
  const template = templates.get(keyOf({ namespace, name: spec.templateRef }));
  if (!template) return { items: [], problem: `TenantTemplate "${spec.templateRef}" does not exist` };
  const registry = registries.get(keyOf({ namespace, name: spec.registryId }));
  const compiled = compileFor(template, registry);
  const secrets = Object.keys(registry?.spec.secretValueMappings ?? {});
  const identity = { uid: spec.uid, namespace, registryId: spec.registryId, templateRef: spec.templateRef };
  const data = {
    ...Object.fromEntries(secrets.map((name) => [name, hidden])),
    ...tenantData(compiled, identity, { ...spec.values, ...spec.overrides?.values }),
  };
  return {
    items: compiled.items.map((item) => ({ compiled: item, outcome: renderItem(item, data) })),
    problem: compiled.problems[0]?.message ?? '',
  };
}

/** Without what is secret or only for machines. */
export function forPeople(object: KubeObject): Record<string, unknown> {
  const { managedFields: _, ...metadata } = object.metadata;
  const annotations = { ...metadata.annotations };
  const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
  if (lastApplied in annotations) annotations[lastApplied] = hidden;
  const shown: Record<string, unknown> = {
    ...object,
    metadata: { ...metadata, ...(metadata.annotations ? { annotations } : {}) },
  };
  if (object.kind === 'Secret' && object.apiVersion === 'v1') {
    for (const field of ['data', 'stringData']) {
      if (shown[field]) shown[field] = mask(shown[field] as Record<string, unknown>);
    }
  }
  return shown;
}

function mask(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, hidden]));
}
