/** A tenant's items, rendered from its values. */
import type { Tenant } from '@tenant-operator/api';
import { type CompiledItem, type RenderOutcome, renderData, renderItem } from '../../render/index.ts';
import type { ControllerContext } from '../context.ts';
import { maskOf } from '../registry/secret-values.ts';
import type { CatalogEntry } from '../template/catalog.ts';
import { registryKeyOf } from '../tenants.ts';
import type { Rendered } from './prepare.ts';

/** Every item with what the tenant's values make of it, in apply order. */
export function renderAll(
  context: ControllerContext,
  tenant: Tenant,
  { compiled }: Pick<CatalogEntry, 'compiled'>,
): Rendered[] {
  const { spec, metadata } = tenant;
  const identity = {
    uid: spec.uid,
    namespace: metadata.namespace ?? '',
    registryId: spec.registryId,
    templateRef: spec.templateRef,
  };
  const secrets = context.secretValues.of(registryKeyOf(tenant), spec.uid);
  const optional = Object.fromEntries([...compiled.optionalVariables].map((name) => [name, null]));
  const data = { ...optional, ...renderData(identity, { ...spec.values, ...spec.overrides?.values }) };
  return compiled.items.map((item) => {
    if (!item.usesSecrets) return { compiled: item, outcome: renderItem(item, data) };
    return { compiled: item, outcome: secrets ? renderSecret(item, data, secrets) : { kind: 'unknown' } };
  });
}

/**
 * What goes wrong with secret values is told without them: in the words of a rendering that has none, or without words. A message
 * could hold a part of a value, or another form of it, which nobody would find in it.
 */
function renderSecret(
  item: CompiledItem,
  data: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
): RenderOutcome {
  const outcome = renderItem(item, { ...data, ...secrets });
  if (outcome.kind !== 'problem') return outcome;
  const masked = renderItem(item, { ...data, ...maskOf(secrets) });
  if (masked.kind === 'problem') return masked;
  const { id, where } = outcome.problem;
  const message = `${where}: it fails on a secret value of this row (its words are left out, for they may hold the value)`;
  return { kind: 'problem', problem: { id, where, message } };
}
