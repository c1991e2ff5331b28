/** The world around the generated objects: nodes with every mix of addresses. */
import type { KubeObject } from '@tenant-operator/kube';

/** An object as it is created, and the status that is written afterwards. */
export interface Made {
  object: KubeObject;
  status?: Record<string, unknown>;
  /** Deleted after creation; it stays, marked as terminating. */
  terminating?: boolean;
}

const address = (type: string, value: string) => ({ type, address: value });

/** Six nodes: with and without external addresses, with IPv4, IPv6 and both. */
export function createNodes(): Made[] {
  const addresses = [
    [address('ExternalIP', '198.51.100.1'), address('InternalIP', '10.1.0.1'), address('Hostname', 'node-0')],
    [
      address('ExternalIP', '198.51.100.2'),
      address('InternalIP', '10.1.0.2'),
      address('InternalIP', '2001:db8:1::2'),
    ],
    [address('InternalIP', '10.1.0.3')],
    [address('InternalIP', '10.1.0.4'), address('InternalIP', '2001:db8:1::4')],
    [address('ExternalIP', '2001:db8:2::5'), address('InternalIP', '10.1.0.5')],
    [address('Hostname', 'node-5')],
  ];
  return addresses.map((list, index) => ({
    object: { apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${index}` } },
    status: { addresses: list },
  }));
}
