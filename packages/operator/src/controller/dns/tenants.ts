/** The records of all Tenants, over one verifier. */
import type { DnsSettings, InventoryEntry, Tenant, TenantDnsRecord } from '@tenant-operator/api';
import type { Clock, KubeObject, Logger } from '@tenant-operator/kube';
import { type ChildStore, dnsPartOf } from '../../children/index.ts';
import {
  createDnsVerifier,
  createNamedZoneFinder,
  createZoneFinder,
  type DnsLookup,
  type DnsVerifier,
  EMPTY_CLUSTER,
  expectedRecords,
  type ResolveHost,
  systemResolvers,
  type Verdict,
  type ZoneFinder,
} from '../../dns/index.ts';
import { type AskHttps, createHttpsAsk, createNameResolver, createProber } from '../../probe/index.ts';
import { expectationOf, resourceOf } from './expectation.ts';
import type { GatewaySight } from './gateways.ts';
import { hostsToProbe, type ProbeView, probeView } from './probe.ts';
import {
  type RemovalView,
  recordOf,
  recordsToRemove,
  recordsToStore,
  removalView,
  storedSince,
} from './removal.ts';
import { type DnsDefaults, type DnsRules, rulesOf, settingsFor } from './rules.ts';
import {
  type DnsView,
  disabledView,
  dnsView,
  isStoredPublished,
  noRecordsView,
  storedView,
  type ViewMemory,
} from './view.ts';

/** Whose records, and by which `spec.dns`: `{}` when the template has none, undefined when it is gone. */
export interface DnsSubject {
  readonly tenant: Tenant;
  /** `namespace/name` of the Tenant. */
  readonly key: string;
  readonly spec: DnsSettings | undefined;
}

export interface TenantDns {
  /** `spec.dns` with the operator's flags for what it leaves out. */
  rules(spec: DnsSettings | undefined): DnsRules;
  /**
   * Has the records of a living Tenant looked after, and says what its status is to hold. While `isOpen`, objects may still
   * come, so that a Tenant without hostnames is not said to be one.
   */
  look(subject: DnsSubject, isOpen: boolean): DnsView;
  /**
   * Has the hosts of a living Tenant asked over HTTPS, where that is wanted; after `look`, by what that found. At once with
   * `isNews`: something has changed that their answers depend on.
   */
  probe(subject: DnsSubject, state: { readonly isOpen: boolean; readonly isNews: boolean }): ProbeView;
  /** Whether every hostname of an Ingress, as it is about to be applied, was found published. */
  isPublished(subject: DnsSubject, manifest: KubeObject): boolean;
  /** `status.dns` as it must be stored before the objects of a Tenant go; undefined when it is so. */
  beforeRemoval(
    subject: DnsSubject,
    inventory: ReadonlyMap<string, InventoryEntry>,
  ): TenantDnsRecord[] | undefined;
  /** The objects of a Tenant are gone: are its records? */
  remove(subject: DnsSubject, inventory: ReadonlyMap<string, InventoryEntry>): RemovalView;
  /** The Tenant is gone. */
  forget(key: string): void;
  start(): void;
  stop(): Promise<void>;
  readonly stats: DnsVerifier['stats'];
}

export interface TenantDnsOptions {
  readonly lookup: DnsLookup;
  readonly store: Pick<ChildStore, 'ofTenant'>;
  /** Where HTTPRoutes lead to; without it nothing is said about them. */
  readonly gateways?: GatewaySight;
  readonly defaults: DnsDefaults;
  /** The verdict on a Tenant's records is another one than before. */
  readonly onChange: (tenantKey: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly resolveHost?: ResolveHost;
  /** Asks hosts; over the network when left out. */
  readonly askHttps?: AskHttps;
  /** One host was asked: what came of it, and how long it took in milliseconds. */
  readonly onProbe?: (reason: string, tookMs: number) => void;
  readonly random?: () => number;
}

interface Memory extends ViewMemory {
  readonly uid: string | undefined;
  /** Of the template, which may be gone before its tenants are. */
  spec: DnsSettings | undefined;
  /** Since when the objects are gone, in milliseconds since the epoch. */
  removalSince: number | undefined;
}

export function createTenantDns(options: TenantDnsOptions): TenantDns {
  const { lookup, store, defaults, clock } = options;
  const memories = new Map<string, Memory>();
  const zonesAt = createFinders(options);
  const zones =
    defaults.nameservers.length > 0
      ? zonesAt(defaults.nameservers)
      : createZoneFinder({ lookup, resolvers: systemResolvers(), clock });
  const prober = createProber({
    resolve: createNameResolver({ lookup, zones, zonesAt }),
    ask: options.askHttps ?? createHttpsAsk({ clock }),
    allowsPrivate: defaults.probePrivateAddresses,
    onChange: options.onChange,
    ...(options.onProbe ? { onProbe: options.onProbe } : {}),
    clock,
    log: options.log,
    ...(options.random ? { random: options.random } : {}),
  });
  const verifier = createDnsVerifier({
    lookup,
    zones,
    zonesAt,
    onChange: options.onChange,
    clock,
    log: options.log,
    ...(options.random ? { random: options.random } : {}),
  });

  function memoryOf({ tenant, key, spec }: DnsSubject): Memory {
    const known = memories.get(key);
    const isSame = known !== undefined && known.uid === tenant.metadata.uid;
    const memory: Memory = isSame
      ? known
      : {
          uid: tenant.metadata.uid,
          spec: undefined,
          facts: undefined,
          message: undefined,
          silentSince: undefined,
          removalSince: undefined,
        };
    if (spec) memory.spec = spec;
    memories.set(key, memory);
    return memory;
  }

  const rulesFor = (subject: DnsSubject, memory: Memory) => rulesOf(subject.spec ?? memory.spec, defaults);
  const expectationFor = ({ tenant, key }: DnsSubject, rules: DnsRules) =>
    expectationOf(store.ofTenant(key), tenant.metadata.uid ?? '', rules, (objects) =>
      options.gateways?.look(key, objects),
    );
  const serversOf = ({ nameservers }: DnsRules) => (nameservers.length > 0 ? { nameservers } : {});

  return {
    rules: (spec) => rulesOf(spec, defaults),
    look(subject, isOpen) {
      const { tenant, key } = subject;
      const memory = memoryOf(subject);
      const rules = rulesFor(subject, memory);
      if (rules.verification === 'Disabled') {
        verifier.untrack(key);
        return disabledView;
      }
      const { expectation, settings } = expectationFor(subject, rules);
      if (expectation.records.length + expectation.silent.length === 0) {
        verifier.untrack(key);
        return isOpen ? storedView(tenant) : noRecordsView;
      }
      const isSettled = isStoredPublished(tenant, expectation);
      verifier.track(key, { mode: 'publish', expectation, settings, ...serversOf(rules) }, { isSettled });
      const report = verifier.report(key);
      const isGate = rules.verification === 'Gate';
      return dnsView({ tenant, expectation, report, isGate, now: clock.now() }, memory);
    },
    probe(subject, { isOpen, isNews }) {
      const { tenant, key } = subject;
      const { probe, verification, ...rules } = rulesFor(subject, memoryOf(subject));
      if (!probe.enabled) {
        prober.untrack(key);
        return undefined;
      }
      const { expectation } = expectationFor(subject, { probe, verification, ...rules });
      if (expectation.records.length + expectation.silent.length === 0) {
        prober.untrack(key);
        return isOpen ? 'kept' : undefined;
      }
      const hosts = hostsToProbe(tenant, expectation, verifier.report(key), verification !== 'Disabled');
      const { enabled: _, ...how } = probe;
      const servers = rules.nameservers.length > 0 ? { nameservers: rules.nameservers } : {};
      if (hosts.length > 0) prober.track(key, { hosts, ...how, ...servers });
      else prober.untrack(key);
      if (isNews) prober.check(key);
      return probeView(hosts, prober.report(key));
    },
    isPublished(subject, manifest) {
      const source = dnsPartOf(manifest)?.object;
      if (!source) return true;
      const settings = settingsFor(rulesFor(subject, memoryOf(subject)), [source]);
      const { records, silent } = expectedRecords([source], EMPTY_CLUSTER, settings);
      const wanted = new Set([...records, ...silent].map(({ name }) => name.toLowerCase()));
      const report = verifier.report(subject.key);
      const found =
        report?.mode === 'publish' ? report.verdicts.map(foundOf) : (subject.tenant.status?.dns ?? []);
      const own = found.filter(({ resource }) => resource === resourceOf(source));
      return [...wanted].every((name) => {
        const those = own.filter((record) => record.name.toLowerCase() === name);
        return those.length > 0 && those.every(({ state }) => state === 'Published');
      });
    },
    beforeRemoval(subject, inventory) {
      const rules = rulesFor(subject, memoryOf(subject));
      if (rules.verification !== 'Gate') return undefined;
      const { expectation } = expectationFor(subject, rules);
      return recordsToStore(subject.tenant, expectation, inventory.values(), clock.now());
    },
    remove(subject, inventory) {
      const { tenant, key } = subject;
      const memory = memoryOf(subject);
      const rules = rulesFor(subject, memory);
      prober.untrack(key);
      const records = recordsToRemove(tenant, inventory.values());
      if (rules.verification !== 'Gate' || records.length === 0) return { kind: 'over', leftovers: [] };
      const now = clock.now();
      memory.removalSince ??= storedSince(tenant) ?? now;
      const since = memory.removalSince;
      verifier.track(key, {
        mode: 'removal',
        records: records.map(recordOf),
        settings: settingsFor(rules),
        overdueAt: since + rules.timeoutSeconds * 1_000,
        ...serversOf(rules),
      });
      const report = verifier.report(key);
      return removalView({ tenant, records, report, rules, since, now }, memory);
    },
    forget(key) {
      memories.delete(key);
      options.gateways?.forget(key);
      verifier.untrack(key);
      prober.untrack(key);
    },
    start() {
      verifier.start();
      prober.start();
    },
    async stop() {
      await Promise.all([verifier.stop(), prober.stop()]);
    },
    get stats() {
      return verifier.stats;
    },
  };
}

function foundOf({ name, resource, reason }: Verdict) {
  return { name, resource, state: reason as string };
}

/** One finder for each list of servers that templates name. */
function createFinders({ lookup, resolveHost, clock }: TenantDnsOptions) {
  const finders = new Map<string, ZoneFinder>();
  return (nameservers: readonly string[]): ZoneFinder => {
    const key = nameservers.join();
    const finder =
      finders.get(key) ??
      createNamedZoneFinder({ lookup, nameservers, clock, ...(resolveHost ? { resolveHost } : {}) });
    finders.set(key, finder);
    return finder;
  };
}
