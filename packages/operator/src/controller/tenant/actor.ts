/** As whom the objects of a tenant are written and deleted: the operator itself, or a ServiceAccount of the template's namespace. */
import type { Tenant } from '@tenant-operator/api';
import type { KubeClient } from '@tenant-operator/kube';
import { impersonate, type ServiceAccountRef } from '../../apply/index.ts';
import type { ControllerContext } from '../context.ts';
import { templateKeyOf } from '../tenants.ts';

export interface Actor {
  readonly client: KubeClient;
  /** Undefined when it is the operator itself. */
  readonly serviceAccount: ServiceAccountRef | undefined;
}

/** The template says who; of one that is gone, the Tenant remembers it. */
export function actorOf(context: ControllerContext, tenant: Tenant): Actor {
  const template = context.templates.get(templateKeyOf(tenant));
  const named = template ? template.spec.serviceAccountName : tenant.status?.serviceAccountName;
  const name = named ?? context.defaultServiceAccount;
  if (name === undefined) return { client: context.client, serviceAccount: undefined };
  const serviceAccount = { namespace: tenant.metadata.namespace ?? '', name };
  return { client: impersonate(context.client, serviceAccount), serviceAccount };
}
