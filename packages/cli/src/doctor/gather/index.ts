/** All reads of a diagnosis: the cluster first, then the servers of the zones that its objects lead to. Writes nothing. */
import type { KubeClient } from '@tenant-operator/kube';
import type { DnsLookup } from '@tenant-operator/operator/dns';
import type { Environment } from '../environment.ts';
import type { Facts } from '../facts.ts';
import { gatherCluster } from './cluster.ts';
import { gatherRecords } from './records.ts';

export interface GatherOptions {
  readonly client: KubeClient;
  readonly lookup: DnsLookup;
  /** Registries, templates, tenants and their objects of this namespace alone. */
  readonly namespace: string | undefined;
  /** Servers to ask in place of those that the zones name. */
  readonly nameservers: readonly string[];
  /** How many records are asked for at the most. */
  readonly maxRecords: number;
  readonly environment: Environment | undefined;
  /** Every Ingress and Service, not those of tenants alone: for whose records are orphans. */
  readonly allObjects: boolean;
  readonly now: number;
  readonly onProgress: (what: string, done?: number, total?: number) => void;
}

export async function gather(options: GatherOptions): Promise<Facts> {
  options.onProgress('reading the cluster');
  const cluster = await gatherCluster(options);
  const records = await gatherRecords({ ...cluster, records: { looks: [], zones: [], unasked: 0 } }, options);
  return { ...cluster, records };
}
