/** What has to be known of an ExternalDNS installation to say what it will publish. */

/** The annotation prefix of ExternalDNS up to v0.21, and of the guide. */
export const ALPHA_PREFIX = 'external-dns.alpha.kubernetes.io/';
/** The annotation prefix that v0.22.0 and newer read by default; they ignore the alpha one. */
export const STABLE_PREFIX = 'external-dns.kubernetes.io/';

/** `--policy`: `sync` deletes, the other two never do. */
export type DnsPolicy = 'sync' | 'upsert-only' | 'create-only';

/** ExternalDNS's flags as far as they decide about records. What is `undefined` is not known, and never guessed. */
export interface ExternalDnsSettings {
  /** `--annotation-prefix`, with its final slash. */
  annotationPrefix: string;
  /** `--txt-owner-id`. */
  ownerId?: string | undefined;
  /** `--policy`. */
  policy?: DnsPolicy | undefined;
  /** `--domain-filter`; an empty list lets every name pass. */
  domainFilters: readonly string[];
  /** `--exclude-domains`. */
  excludeDomains: readonly string[];
  /** `--txt-prefix`; may hold `%{record_type}`. Excludes a suffix. */
  txtPrefix: string;
  /** `--txt-suffix`; may hold `%{record_type}`. */
  txtSuffix: string;
  /** `--txt-wildcard-replacement`: stands for `*` in the names of ownership records. */
  txtWildcardReplacement: string;
  /** `--managed-record-types`. */
  managedRecordTypes: readonly string[];
  /** `--publish-internal-services`: ClusterIP Services get records too. */
  publishInternal: boolean;
  /** `--publish-host-ip`: headless Services publish the addresses of the pods' hosts. */
  publishHostIp: boolean;
  /** `--always-publish-not-ready-addresses`. */
  alwaysPublishNotReady: boolean;
  /** `--ignore-ingress-tls-spec`. */
  ignoreIngressTls: boolean;
  /** `--ignore-ingress-rules-spec`. */
  ignoreIngressRules: boolean;
  /** `--cloudflare-proxied`: records are proxied unless their annotation says otherwise. */
  proxiedByDefault: boolean;
}

/** The flags' own defaults in v0.14.0 (pkg/apis/externaldns/types.go). */
export const DEFAULT_SETTINGS: ExternalDnsSettings = {
  annotationPrefix: ALPHA_PREFIX,
  domainFilters: [],
  excludeDomains: [],
  txtPrefix: '',
  txtSuffix: '',
  txtWildcardReplacement: '',
  managedRecordTypes: ['A', 'AAAA', 'CNAME'],
  publishInternal: false,
  publishHostIp: false,
  alwaysPublishNotReady: false,
  ignoreIngressTls: false,
  ignoreIngressRules: false,
  proxiedByDefault: false,
};

/** Fills what `known` leaves out (or holds as `undefined`) with the defaults; owner id and policy stay unknown. */
export function createSettings(known: Partial<ExternalDnsSettings> = {}): ExternalDnsSettings {
  const settings = { ...DEFAULT_SETTINGS };
  for (const [key, value] of Object.entries(known)) {
    if (value !== undefined) Object.assign(settings, { [key]: value });
  }
  if (!settings.annotationPrefix.endsWith('/')) settings.annotationPrefix += '/';
  return settings;
}

function matchesOne(name: string, filter: string): boolean {
  if (filter.startsWith('.') && name.endsWith(filter)) return true;
  return name === filter || name.endsWith(`.${filter}`);
}

function prepare(filters: readonly string[]): string[] {
  return filters
    .map((filter) => filter.trim().replace(/\.$/, '').toLowerCase())
    .filter((filter) => filter !== '');
}

/**
 * Whether the domain filters let a name pass (endpoint/domain_filter.go): a filter matches itself and everything below,
 * one that starts with a dot only what is below; an exclusion wins.
 */
export function isInDomainFilter(
  name: string,
  settings: Pick<ExternalDnsSettings, 'domainFilters' | 'excludeDomains'>,
): boolean {
  const text = name.replace(/\.$/, '').toLowerCase();
  const included = prepare(settings.domainFilters);
  const matches = (filter: string) => matchesOne(text, filter);
  return (included.length === 0 || included.some(matches)) && !prepare(settings.excludeDomains).some(matches);
}
