/** Pods as ExternalDNS looks at them. */
import type { Made } from './cluster.ts';
import { PREFIX } from './parts.ts';

export interface PodMake {
  name: string;
  namespace: string;
  /** The label that the Service selects by. */
  app: string;
  node: string;
  hostname?: string;
  /** True when left out. */
  ready?: boolean;
  phase?: string;
  terminating?: boolean;
  /** The target annotation. */
  target?: string;
  withoutHostIp?: boolean;
  v6?: boolean;
}

/** Creates a pod that is bound to a node and, unless said otherwise, running and ready. */
export function createPod(make: PodMake): Made {
  const number = make.node.slice(make.node.indexOf('-') + 1);
  return {
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: make.name,
        namespace: make.namespace,
        labels: { app: make.app },
        ...(make.target === undefined ? {} : { annotations: { [`${PREFIX}target`]: make.target } }),
      },
      spec: {
        nodeName: make.node,
        automountServiceAccountToken: false,
        ...(make.hostname === undefined ? {} : { hostname: make.hostname }),
        containers: [{ name: 'web', image: 'web' }],
      },
    },
    status: {
      phase: make.phase ?? 'Running',
      ...(make.withoutHostIp ? {} : { hostIP: `10.1.0.${100 + Number(number)}` }),
      conditions: [{ type: 'Ready', status: make.ready === false ? 'False' : 'True' }],
    },
    ...(make.terminating ? { terminating: true } : {}),
  };
}
