/** An ExternalDNS as its Deployment shows it. Pure. */
import {
  ALPHA_PREFIX,
  createSettings,
  type DnsPolicy,
  type ExternalDnsSettings,
  STABLE_PREFIX,
} from '@tenant-operator/operator/dns';
import { type FlagSource, type Flags, readFlags } from './flags.ts';
import {
  demandsPolicy,
  parseRelease,
  type Release,
  readsStablePrefix,
  takesAnnotationPrefix,
} from './releases.ts';

interface Container extends FlagSource {
  readonly name: string;
  readonly image?: string;
  readonly envFrom?: readonly unknown[];
}

/** The fields of a Deployment that are read. */
export interface DeploymentObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
  };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec?: {
        readonly serviceAccountName?: string;
        readonly containers?: readonly Container[];
      };
    };
  };
  readonly status?: { readonly availableReplicas?: number };
}

/** A value of a Secret that the container needs. */
export interface SecretUse {
  readonly variable: string;
  readonly secret: string;
  readonly key: string;
  readonly optional: boolean;
}

export interface Installation {
  readonly namespace: string;
  readonly name: string;
  /** Where its arguments stand in the pod template. */
  readonly containerIndex: number;
  /** As they stand there; undefined when it has none. */
  readonly args: readonly string[] | undefined;
  readonly image: string;
  /** Undefined when the image does not tell. */
  readonly release: Release | undefined;
  readonly replicas: number;
  readonly available: number;
  readonly serviceAccount: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Labels by which its pods are found. */
  readonly selector: Readonly<Record<string, string>>;
  readonly provider: string | undefined;
  readonly sources: readonly string[];
  /** As it is given; the release decides what holds otherwise. */
  readonly givenPolicy: DnsPolicy | undefined;
  /** What holds; undefined when it does not start, or its release is not known. */
  readonly policy: DnsPolicy | undefined;
  readonly registry: string;
  readonly givenOwnerId: string | undefined;
  readonly ownerId: string;
  readonly txtPrefix: string;
  readonly txtSuffix: string;
  readonly domainFilters: readonly string[];
  readonly excludeDomains: readonly string[];
  /** A filter by regular expression, which takes the place of the others. */
  readonly regexFilter: string | undefined;
  /** Undefined when its release is not known. */
  readonly annotationPrefix: string | undefined;
  readonly ingressClasses: readonly string[];
  /** The only namespace that it looks at. */
  readonly watched: string | undefined;
  readonly labelFilter: string | undefined;
  readonly annotationFilter: string | undefined;
  readonly isDryRun: boolean;
  readonly isOnce: boolean;
  readonly isProxied: boolean;
  readonly metricsPort: number;
  readonly secrets: readonly SecretUse[];
  /** Names of the variables of its environment, whatever they hold. */
  readonly variables: ReadonlySet<string>;
  readonly flags: Flags;
}

const defaultMetricsPort = 7979;
const defaultOwnerId = 'default';

/** Undefined for a Deployment that runs no ExternalDNS. */
export function readInstallation(deployment: DeploymentObject): Installation | undefined {
  const template = deployment.spec?.template;
  const containers = template?.spec?.containers ?? [];
  const containerIndex = containers.findIndex(isExternalDns);
  const container = containers[containerIndex];
  if (!container) return undefined;
  const flags = readFlags(container);
  const image = container.image ?? '';
  const release = parseRelease(tagOf(image));
  const givenPolicy = policyOf(flags.last('policy'));
  const podLabels = template?.metadata?.labels ?? {};
  return {
    namespace: deployment.metadata.namespace ?? 'default',
    name: deployment.metadata.name,
    containerIndex,
    args: container.args,
    image,
    release,
    replicas: deployment.spec?.replicas ?? 1,
    available: deployment.status?.availableReplicas ?? 0,
    serviceAccount: template?.spec?.serviceAccountName ?? 'default',
    podLabels,
    podAnnotations: template?.metadata?.annotations ?? {},
    selector: deployment.spec?.selector?.matchLabels ?? podLabels,
    provider: flags.last('provider'),
    sources: flags.all('source'),
    ...ownershipOf(flags),
    ...filtersOf(flags),
    givenPolicy,
    policy: givenPolicy ?? (release && !demandsPolicy(release) ? 'sync' : undefined),
    annotationPrefix: prefixOf(release, flags),
    isDryRun: flags.isOn('dry-run'),
    isOnce: flags.isOn('once'),
    isProxied: flags.isOn('cloudflare-proxied'),
    metricsPort: portOf(flags.last('metrics-address')),
    secrets: secretsOf(container),
    variables: new Set((container.env ?? []).map(({ name }) => name)),
    flags,
  };
}

function ownershipOf(flags: Flags) {
  return {
    registry: flags.last('registry') ?? 'txt',
    givenOwnerId: flags.last('txt-owner-id'),
    ownerId: flags.last('txt-owner-id') ?? defaultOwnerId,
    txtPrefix: flags.last('txt-prefix') ?? '',
    txtSuffix: flags.last('txt-suffix') ?? '',
  };
}

function filtersOf(flags: Flags) {
  return {
    domainFilters: nonEmpty(flags.all('domain-filter')),
    excludeDomains: nonEmpty(flags.all('exclude-domains')),
    regexFilter: flags.last('regex-domain-filter') || flags.last('regex-domain-exclusion') || undefined,
    ingressClasses: flags.all('ingress-class'),
    watched: flags.last('namespace') || undefined,
    labelFilter: flags.last('label-filter') || undefined,
    annotationFilter: flags.last('annotation-filter') || undefined,
  };
}

/** By the image's name, or by flags that no other program has. */
function isExternalDns({ image = '', command = [], args = [] }: Container): boolean {
  const [repository = ''] = image.split(/[@:](?!.*\/)/);
  if (repository.split('/').at(-1) === 'external-dns') return true;
  const words = [...command, ...args];
  return (
    words.some((word) => word.startsWith('--txt-owner-id')) &&
    words.some((word) => word.startsWith('--source'))
  );
}

function tagOf(image: string): string {
  const [withoutDigest = ''] = image.split('@');
  const last = withoutDigest.split('/').at(-1) ?? '';
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : '';
}

function policyOf(text: string | undefined): DnsPolicy | undefined {
  return text === 'sync' || text === 'upsert-only' || text === 'create-only' ? text : undefined;
}

function prefixOf(release: Release | undefined, flags: Flags): string | undefined {
  const given = flags.last('annotation-prefix');
  if (given !== undefined && (!release || takesAnnotationPrefix(release))) return given;
  if (!release) return undefined;
  return readsStablePrefix(release) ? STABLE_PREFIX : ALPHA_PREFIX;
}

function portOf(address: string | undefined): number {
  const port = Number(address?.split(':').at(-1));
  return Number.isInteger(port) && port > 0 ? port : defaultMetricsPort;
}

function nonEmpty(texts: readonly string[]): string[] {
  return texts.filter((text) => text !== '');
}

function secretsOf({ env = [] }: Container): SecretUse[] {
  return env.flatMap(({ name, valueFrom }) => {
    const { secretKeyRef } = (valueFrom ?? {}) as {
      secretKeyRef?: { name?: string; key?: string; optional?: boolean };
    };
    if (!secretKeyRef?.name || !secretKeyRef.key) return [];
    const { name: secret, key, optional = false } = secretKeyRef;
    return [{ variable: name, secret, key, optional }];
  });
}

/** `namespace/name`. */
export function keyOfInstallation({ namespace, name }: Pick<Installation, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** Its flags as far as they decide about records; owner and policy are known here. */
export function settingsOf(installation: Installation): ExternalDnsSettings {
  const { flags, annotationPrefix, policy, ownerId, registry } = installation;
  const types = flags.all('managed-record-types');
  return createSettings({
    ...(annotationPrefix === undefined ? {} : { annotationPrefix }),
    // Without the registry there is no owner, and nothing to hold one against.
    ...(registry === 'txt' ? { ownerId } : {}),
    policy,
    domainFilters: installation.domainFilters,
    excludeDomains: installation.excludeDomains,
    txtPrefix: installation.txtPrefix,
    txtSuffix: installation.txtSuffix,
    txtWildcardReplacement: flags.last('txt-wildcard-replacement') ?? '',
    ...(types.length > 0 ? { managedRecordTypes: types } : {}),
    publishInternal: flags.isOn('publish-internal-services'),
    publishHostIp: flags.isOn('publish-host-ip'),
    alwaysPublishNotReady: flags.isOn('always-publish-not-ready-addresses'),
    ignoreIngressTls: flags.isOn('ignore-ingress-tls-spec'),
    ignoreIngressRules: flags.isOn('ignore-ingress-rules-spec'),
    proxiedByDefault: installation.isProxied,
  });
}
