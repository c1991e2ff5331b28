/** A template against its registry, and the data of one of its tenants: what everybody needs who renders outside of the controllers. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { type CompiledTemplate, compileTemplate } from './compile.ts';
import { renderData, type TenantIdentity, type TenantValues, variablesOf } from './variables.ts';

/** Compiles a template with the variables of its registry; without one the names of variables are not checked. */
export function compileFor(template: TenantTemplate, registry: TenantRegistry | undefined): CompiledTemplate {
  const secrets = new Set(Object.keys(registry?.spec.secretValueMappings ?? {}));
  return compileTemplate(template, registry && variablesOf(registry), secrets);
}

/** All that a tenant's items are rendered with; what is only asked for with `default` and the like is there as nil. */
export function tenantData(
  { optionalVariables }: CompiledTemplate,
  identity: TenantIdentity,
  values: TenantValues,
): Readonly<Record<string, unknown>> {
  const optional = Object.fromEntries([...optionalVariables].map((name) => [name, null]));
  return { ...optional, ...renderData(identity, values) };
}
