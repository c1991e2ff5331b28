/** What a diagnosis is made from: everything that was read, and what could not be. */
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { KubeObject, ServerVersion } from '@tenant-operator/kube';
import type { IngressObject, ServiceObject, Verdict } from '@tenant-operator/operator/dns';
import type { Installation } from '../external-dns/index.ts';
import type { Environment } from './environment.ts';

/** `absent`: the cluster does not serve the kind. `unread`: it was not to be had, and why. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unread'; readonly detail: string };

/** An Ingress or a Service as the API serves it. */
export type SourceObject = (IngressObject | ServiceObject) & KubeObject;

/** A Deployment or DaemonSet, as far as it tells which program runs and whether it does. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  readonly images: readonly string[];
  readonly args: readonly string[];
  readonly desired: number;
  readonly available: number;
}

export interface IngressClass {
  readonly name: string;
  readonly controller: string;
  readonly isDefault: boolean;
}

/** An Issuer or ClusterIssuer of cert-manager. */
export interface Issuer {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly namespace: string | undefined;
  readonly name: string;
  /** The ACME server; undefined for issuers of other kinds. */
  readonly server: string | undefined;
  readonly hasDns01: boolean;
}

/** A ServiceMonitor or PodMonitor of the Prometheus operator, by the labels that it selects. */
export interface Monitor {
  readonly kind: 'ServiceMonitor' | 'PodMonitor';
  readonly namespace: string;
  readonly name: string;
  readonly selects: Readonly<Record<string, string>>;
}

/** A Service that leads to pods, which a ServiceMonitor would go by. */
export interface SelectingService {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
}

/** What is known of a running ExternalDNS besides its Deployment. */
export interface InstallationFacts {
  /** Why containers of its pods do not run, such as `CrashLoopBackOff: ...`. */
  readonly failures: Reading<readonly string[]>;
  /** Lines of its last log that tell of errors, newest last. */
  readonly errors: Reading<readonly string[]>;
  /** Its ServiceAccount's annotations; a value of undefined when there is no such account. */
  readonly account: Reading<Readonly<Record<string, string>> | undefined>;
  /** Rights that it needs and lacks, such as `list ingresses.networking.k8s.io`. */
  readonly missingRights: Reading<readonly string[]>;
  /** Of the Secrets that it names: `secret/key` of what is absent or still a placeholder. */
  readonly missingSecrets: Reading<readonly string[]>;
}

/** A record that was asked for at the servers of its zone. */
export interface Look {
  /** `namespace/name` of the Tenant; undefined for objects of others. */
  readonly tenant: string | undefined;
  readonly verdict: Verdict;
  readonly zone: string | undefined;
}

export interface ZoneFact {
  readonly name: string;
  /** How long resolvers may deny a new name, in seconds: what a name that nobody has says of it. */
  readonly denialSeconds: number | undefined;
}

export interface RecordFacts {
  readonly looks: readonly Look[];
  readonly zones: readonly ZoneFact[];
  /** How many more records there are that were not asked for. */
  readonly unasked: number;
}

export interface Facts {
  readonly server: ServerVersion;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What all of it is, when a person said so. */
  readonly environment: Environment | undefined;
  readonly installations: Reading<readonly Installation[]>;
  /** By `namespace/name`. */
  readonly running: ReadonlyMap<string, InstallationFacts>;
  readonly registries: Reading<readonly TenantRegistry[]>;
  readonly templates: Reading<readonly TenantTemplate[]>;
  readonly tenants: Reading<readonly Tenant[]>;
  readonly ingresses: Reading<readonly SourceObject[]>;
  readonly services: Reading<readonly SourceObject[]>;
  readonly ingressClasses: Reading<readonly IngressClass[]>;
  readonly workloads: Reading<readonly Workload[]>;
  readonly selecting: Reading<readonly SelectingService[]>;
  /** Labels by name. */
  readonly namespaces: Reading<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  readonly issuers: Reading<readonly Issuer[]>;
  readonly monitors: Reading<readonly Monitor[]>;
  readonly records: RecordFacts;
}

/** The value, or nothing where it could not be read: for checks that say so elsewhere. */
export function itemsOf<T>(reading: Reading<readonly T[]>): readonly T[] {
  return reading.kind === 'read' ? reading.value : [];
}
