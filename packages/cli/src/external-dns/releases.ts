/** What differs between the releases of ExternalDNS, as far as manifests, annotations and rights depend on it. Pure. */

export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The guide's release: `--source` of Ingresses and Services as `expected/` computes them. */
export const GUIDE_RELEASE = 'v0.14.0';
/** The newest release that the manifests were tried with. */
export const CURRENT_RELEASE = 'v0.22.0';

/** Releases before the guide's write other TXT records and know other flags. */
const oldestMinor = 14;

/** `v0.14.0`, `0.14.0` and tags such as `0.14.0-debian-11-r2`; undefined for all else. */
export function parseRelease(text: string): Release | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) } : undefined;
}

export function formatRelease({ major, minor, patch }: Release): string {
  return `v${major}.${minor}.${patch}`;
}

function isSince(release: Release, minor: number): boolean {
  return release.major > 0 || release.minor >= minor;
}

export function isSupported(release: Release): boolean {
  return isSince(release, oldestMinor);
}

/** Newer than what the manifests were tried with. */
export function isUntried(release: Release): boolean {
  const current = parseRelease(CURRENT_RELEASE);
  return current !== undefined && isSince(release, current.minor + 1);
}

/** Reads EndpointSlices in place of Endpoints. */
export const readsEndpointSlices = (release: Release): boolean => isSince(release, 18);
/** Takes `--annotation-prefix`. */
export const takesAnnotationPrefix = (release: Release): boolean => isSince(release, 20);
/** Reads `external-dns.kubernetes.io/` by default, and ignores the alpha prefix then. */
export const readsStablePrefix = (release: Release): boolean => isSince(release, 22);
/** Does not start without `--policy`. */
export const demandsPolicy = (release: Release): boolean => isSince(release, 22);

/**
 * Writes the alias annotation of a hostname target as an A record whose value is that hostname, which Route 53 refuses, with the
 * whole batch (provider/aws/aws.go, AdjustEndpoints: the property goes before the type is turned); v0.13.6 and v0.14.1 do not.
 */
export const breaksAliases = ({ major, minor, patch }: Release): boolean =>
  major === 0 && minor === 14 && patch === 0;

/** One change that a person who comes from the guide's release has to know of. */
export interface Change {
  readonly since: string;
  readonly what: string;
}

const CHANGES: readonly (Change & { readonly minor: number })[] = [
  {
    minor: 18,
    since: 'v0.18.0',
    what: 'EndpointSlices are read in place of Endpoints: the ClusterRole needs endpointslices of discovery.k8s.io',
  },
  {
    minor: 18,
    since: 'v0.18.0',
    what: 'TXT records have the record type in their name alone (a-app.example.com); those of the old form are still read, but stay behind',
  },
  {
    minor: 18,
    since: 'v0.18.0',
    what: 'metrics count records by type: external_dns_registry_records{record_type="a"} in place of external_dns_registry_a_records',
  },
  { minor: 20, since: 'v0.20.0', what: '--annotation-prefix sets the prefix of the annotations' },
  {
    minor: 22,
    since: 'v0.22.0',
    what: 'external-dns.kubernetes.io/ is the default prefix: external-dns.alpha.kubernetes.io/ is ignored unless --annotation-prefix names it',
  },
  {
    minor: 22,
    since: 'v0.22.0',
    what: '--policy has no default any more: without it ExternalDNS does not start',
  },
];

/** What changed after the guide's release, up to this one; oldest first. */
export function changesUpTo(release: Release): Change[] {
  return CHANGES.filter(({ minor }) => isSince(release, minor)).map(({ since, what }) => ({ since, what }));
}
