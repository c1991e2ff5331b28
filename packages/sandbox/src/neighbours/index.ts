/**
 * What stands around an API server in a cluster, simulated: each neighbour is small, knows only the API, and can run alone.
 *
 *   const api = createApi(cluster);
 *   const neighbours = startNeighbours(api, { zones: dns.zones });
 *   ... objects become ready, get addresses and records ...
 *   await neighbours.stop();
 *
 * The code is the sandbox's own: it is the counterpart of programs under test and must not repeat their mistakes.
 */
import type { Zones } from '../dns/index.ts';
import { type AddressOptions, startAddresses } from './addresses.ts';
import type { Api } from './api.ts';
import { startCertificates } from './certificates.ts';
import { type ExternalDnsOptions, startExternalDns } from './external-dns.ts';
import { startVolumes } from './volumes.ts';
import { startWorkloads } from './workloads.ts';

export { type AddressOptions, NO_ADDRESS_LABEL, startAddresses } from './addresses.ts';
export { type Api, createApi } from './api.ts';
export { FAIL_CERTIFICATE_ANNOTATION, startCertificates } from './certificates.ts';
export { type ExternalDnsOptions, startExternalDns } from './external-dns.ts';
export { PROVISIONER, startVolumes } from './volumes.ts';
export { FAIL_ANNOTATION, startWorkloads } from './workloads.ts';

export interface Neighbour {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export interface NeighboursOptions {
  /** Where ExternalDNS publishes; without zones it does not run. */
  readonly zones?: Zones;
  readonly externalDns?: Omit<ExternalDnsOptions, 'zones'>;
  readonly addresses?: AddressOptions;
  /** cert-manager's Certificates, with their custom resources; not without being asked for. */
  readonly certificates?: boolean;
}

/** All of them. */
export function startNeighbours(
  api: Api,
  { zones, externalDns = {}, addresses = {}, certificates = false }: NeighboursOptions = {},
): Neighbour {
  const all = [startWorkloads(api), startAddresses(api, addresses), startVolumes(api)];
  if (certificates) all.push(startCertificates(api));
  if (zones) all.push(startExternalDns(api, { ...externalDns, zones }));
  return {
    async stop() {
      await Promise.all(all.map((neighbour) => neighbour.stop()));
    },
  };
}
