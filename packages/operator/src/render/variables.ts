/** The variables of a template (DESIGN 4). */
import type { TenantRegistry } from '@tenant-operator/api';
import { render } from '@tenant-operator/go-template';

/** The mapped columns of a row by variable name: `hostOrUrl`, `activate` and the extra mappings; NULL is empty text. */
export type TenantValues = Readonly<Record<string, string>>;

/** What a registry maps, as far as variables go. */
export interface VariableMappings {
  readonly hostOrUrl?: string | undefined;
  readonly extra: readonly string[];
}

const always = ['uid', 'activate', 'namespace', 'registryId', 'templateRef'];

/** Every variable that templates of a registry may use; a row's NULL still leaves its variable present and empty. */
export function knownVariables(mappings: VariableMappings): ReadonlySet<string> {
  const host = mappings.hostOrUrl === undefined ? [] : ['host', 'hostOrUrl'];
  return new Set([...always, ...host, ...mappings.extra]);
}

/** The variables that a registry's templates have besides the secret ones. */
export function variablesOf({ spec }: TenantRegistry): ReadonlySet<string> {
  const { valueMappings, extraValueMappings } = spec;
  return knownVariables({ hostOrUrl: valueMappings.hostOrUrl, extra: Object.keys(extraValueMappings ?? {}) });
}

export interface TenantIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly registryId: string;
  readonly templateRef: string;
}

/** The data that a tenant's templates are executed with; `host` is the host part of `hostOrUrl`. */
export function renderData(tenant: TenantIdentity, values: TenantValues): Readonly<Record<string, string>> {
  const host = values.hostOrUrl === undefined ? {} : { host: hostOf(values.hostOrUrl) };
  return {
    ...host,
    ...values,
    uid: tenant.uid,
    namespace: tenant.namespace,
    registryId: tenant.registryId,
    templateRef: tenant.templateRef,
  };
}

function hostOf(hostOrUrl: string): string {
  return hostOrUrl === '' ? '' : render('{{ toHost .v }}', { v: hostOrUrl });
}
