/** Pods by a Service's selector. */
import type { ClusterView, PodObject, ServiceObject } from './types.ts';

/** The pods of the Service's namespace whose labels match its selector; a Service without one gets all of them, as in ExternalDNS. */
export function selectPods(service: ServiceObject, cluster: ClusterView): PodObject[] {
  const selector = Object.entries(service.spec?.selector ?? {});
  return cluster.pods.filter(
    ({ metadata }) =>
      metadata.namespace === service.metadata.namespace &&
      selector.every(([key, value]) => metadata.labels?.[key] === value),
  );
}
