/** Ingresses and LoadBalancer Services get an address, as from an ingress controller and a cloud (TEST-NET-1). */
import type { Api, ApiObject } from './api.ts';
import type { Neighbour } from './index.ts';
import { holds, react } from './react.ts';

const services = '/api/v1/services';
const ingresses = '/apis/networking.k8s.io/v1/ingresses';

/** On an Ingress or Service that shall wait for its address for ever; any value. */
export const NO_ADDRESS_LABEL = 'sandbox.kubernetes-tenants.org/no-address';

export interface AddressOptions {
  /** Of all Ingresses; `192.0.2.10`. */
  readonly ingress?: string;
  /** Of all LoadBalancer Services; `192.0.2.20`. */
  readonly loadBalancer?: string;
  /** In the place of `NO_ADDRESS_LABEL`. */
  readonly noAddressLabel?: string;
}

export function startAddresses(api: Api, options: AddressOptions = {}): Neighbour {
  const { ingress = '192.0.2.10', loadBalancer = '192.0.2.20', noAddressLabel = NO_ADDRESS_LABEL } = options;
  return react<ApiObject<{ type?: string }>>(api, [services, ingresses], async (object, collection) => {
    if (object.metadata.deletionTimestamp !== undefined || noAddressLabel in (object.metadata.labels ?? {}))
      return;
    if (collection === services && object.spec?.type !== 'LoadBalancer') return;
    const entry = collection === services ? { ip: loadBalancer, ipMode: 'VIP' } : { ip: ingress };
    const status = { loadBalancer: { ingress: [entry] } };
    if (!holds(object.status, status)) await api.patch(collection, object.metadata, { status }, 'status');
  });
}
