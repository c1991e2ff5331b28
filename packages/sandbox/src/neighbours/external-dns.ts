/** A simulated ExternalDNS: Ingresses and Services of the API give records of zones, soon after they change. */
import type { Zones } from '../dns/index.ts';
import type { Api } from './api.ts';
import type { Neighbour } from './index.ts';
import { type Policy, planChanges } from './plan.ts';
import { type Ingress, type Service, type Wanted, wantedOfIngress, wantedOfService } from './sources.ts';

export interface ExternalDnsOptions {
  readonly zones: Zones;
  /** `sandbox`. */
  readonly ownerId?: string;
  /** `external-dns-`. */
  readonly txtPrefix?: string;
  /** `sync`. */
  readonly policy?: Policy;
  /** Seconds, for objects without a ttl annotation; 60. */
  readonly defaultTtl?: number;
  /** Between a change and its synchronisation, milliseconds; 200. */
  readonly delayMs?: number;
}

export function startExternalDns(api: Api, options: ExternalDnsOptions): Neighbour {
  const { zones, delayMs = 200 } = options;
  const settings = {
    ownerId: options.ownerId ?? 'sandbox',
    txtPrefix: options.txtPrefix ?? 'external-dns-',
    policy: options.policy ?? 'sync',
    defaultTtl: options.defaultTtl ?? 60,
    zoneOf: zones.zoneOf,
  };
  const wanted = new Map<string, readonly Wanted[]>();
  let timer: NodeJS.Timeout | undefined;

  function synchronise(): void {
    timer = undefined;
    const { put, remove } = planChanges([...wanted.values()].flat(), zones.records(), settings);
    for (const { name, type } of remove) zones.remove(name, type);
    for (const record of put) zones.put(record);
  }
  function note(key: string, records: readonly Wanted[] | undefined): void {
    if (records === undefined) wanted.delete(key);
    else wanted.set(key, records);
    timer ??= setTimeout(synchronise, delayMs);
  }

  const following = [
    api.follow<Ingress>('/apis/networking.k8s.io/v1/ingresses', (key, ingress) =>
      note(`ingress/${key}`, ingress && wantedOfIngress(ingress)),
    ),
    api.follow<Service>('/api/v1/services', (key, service) =>
      note(`service/${key}`, service && wantedOfService(service)),
    ),
  ];
  return {
    async stop() {
      await Promise.all(following.map((one) => one.stop()));
      clearTimeout(timer);
    },
  };
}
