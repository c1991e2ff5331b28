/** What of the operator's own configuration decides what comes of a change: how far templates reach, as whom they write, what is held back. */
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { KubeClient, KubeObject, ResourceType } from '@tenant-operator/kube';
import {
  createScope,
  DNS_DEFAULTS,
  type DnsDefaults,
  type Scope,
  scopeProblems,
} from '@tenant-operator/operator';
import { impersonate } from '@tenant-operator/operator/apply';
import { compileFor } from '@tenant-operator/operator/render';

export interface OperatorRules {
  readonly scope: Scope;
  /** For what a template leaves out of `spec.dns`. */
  readonly dns: Pick<DnsDefaults, 'verification' | 'holdCertificates'>;
  readonly defaultServiceAccount?: string | undefined;
}

/** Those of an operator without flags. */
export const DEFAULT_RULES: OperatorRules = { scope: createScope(), dns: DNS_DEFAULTS };

/** What the operator would say of a template: of its content, and of what the configuration leaves out of reach. */
export function templateProblems(
  template: TenantTemplate,
  registry: TenantRegistry | undefined,
  { scope }: OperatorRules,
) {
  const { problems, items } = compileFor(template, registry);
  return [...problems, ...scopeProblems(items, template, scope)];
}

/** Whether issuers are held back until hostnames are published. */
export function holdsCertificates({ spec }: TenantTemplate, { dns }: OperatorRules): boolean {
  const { verification, holdCertificates } = { ...dns, ...spec.dns };
  return holdCertificates && verification !== 'Disabled';
}

export interface Writers {
  /** Tries writes as the operator would make them, where that is allowed; says on `notes` where it is not. */
  of(template: TenantTemplate): Promise<KubeClient>;
}

const reviewType: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

export function createWriters(
  client: KubeClient,
  namespace: string,
  { defaultServiceAccount }: OperatorRules,
  notes: string[],
): Writers {
  const known = new Map<string, Promise<KubeClient>>();
  const find = async (name: string): Promise<KubeClient> => {
    const resourceAttributes = { verb: 'impersonate', resource: 'serviceaccounts', namespace, name };
    const { apiVersion, kind } = { apiVersion: 'authorization.k8s.io/v1', kind: reviewType.kind };
    const review = { apiVersion, kind, metadata: {}, spec: { resourceAttributes } } as unknown as KubeObject;
    const { status } = await client.create(reviewType, review);
    if ((status as { allowed?: boolean } | undefined)?.allowed)
      return impersonate(client, { namespace, name });
    notes.push(
      `objects are written as ServiceAccount "${namespace}/${name}", which you may not act as: whether it has the rights is not told here`,
    );
    return client;
  };
  return {
    async of({ spec }) {
      const name = spec.serviceAccountName ?? defaultServiceAccount;
      if (name === undefined) return client;
      const found = known.get(name) ?? find(name);
      known.set(name, found);
      return found;
    },
  };
}
