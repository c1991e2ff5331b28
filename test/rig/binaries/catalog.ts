export const BINARIES = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
  'external-dns',
  'helm',
  'promtool',
  'pebble',
  'cert-manager-controller',
  'acmesolver',
  'traefik',
] as const;

/** A program the rig gets for itself (Debian packages bring the others). */
export type Binary = (typeof BINARIES)[number];

/** A Go module below `test/rig/go`, and so the unit of building and caching. */
export type Module =
  | 'etcd'
  | 'kubernetes'
  | 'kwok'
  | 'external-dns'
  | 'helm'
  | 'promtool'
  | 'pebble'
  | 'cert-manager'
  | 'traefik';

export interface ModuleEntry {
  /** Pinned in the module's `go.mod`; a unit test holds the two equal. */
  version: string;
  /** The line of `go.mod` that pins it. */
  requires: string;
  /** What to build: `.` or an import path. */
  package: string;
  ldflags: string;
  /** Build tags. */
  tags?: readonly string[];
  /** Only `make test-full` needs it: it is built last, and not at all for `make test`. */
  full?: true;
  /** It brings certificates or traffic, for the last suites of `make test-full`: minutes more of building. */
  neighbour?: true;
  /** Names of the one built program; more than one is a program that looks at its own name. */
  names: readonly Binary[];
}

const KUBERNETES = '1.34.4';
const stamp = (variable: string, value: string): string => `-X ${variable}=${value}`;

export const MODULES: Record<Module, ModuleEntry> = {
  etcd: {
    version: '3.6.13',
    requires: 'go.etcd.io/etcd/server/v3',
    package: '.',
    ldflags: '-s -w',
    names: ['etcd'],
  },
  kubernetes: {
    version: KUBERNETES,
    requires: 'k8s.io/kubernetes',
    package: '.',
    ldflags: [
      '-s -w',
      stamp('k8s.io/component-base/version.gitVersion', `v${KUBERNETES}`),
      stamp('k8s.io/component-base/version.gitMajor', '1'),
      stamp('k8s.io/component-base/version.gitMinor', '34'),
      stamp('k8s.io/client-go/pkg/version.gitVersion', `v${KUBERNETES}`),
    ].join(' '),
    names: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
  },
  kwok: {
    version: '0.7.0',
    requires: 'sigs.k8s.io/kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    ldflags: '-s -w',
    names: ['kwok'],
  },
  'external-dns': {
    version: '0.14.0',
    requires: 'sigs.k8s.io/external-dns',
    package: 'sigs.k8s.io/external-dns',
    ldflags: `-s -w ${stamp('sigs.k8s.io/external-dns/pkg/apis/externaldns.Version', 'v0.14.0')}`,
    names: ['external-dns'],
  },
  helm: {
    version: '3.19.5',
    requires: 'helm.sh/helm/v3',
    package: 'helm.sh/helm/v3/cmd/helm',
    // Helm tells charts which Kubernetes it was made for by these two.
    ldflags: [
      '-s -w',
      stamp('helm.sh/helm/v3/internal/version.version', 'v3.19.5'),
      stamp('helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor', '1'),
      stamp('helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor', '34'),
    ].join(' '),
    full: true,
    names: ['helm'],
  },
  promtool: {
    version: '0.313.5',
    requires: 'github.com/prometheus/prometheus',
    package: 'github.com/prometheus/prometheus/cmd/promtool',
    ldflags: `-s -w ${stamp('github.com/prometheus/common/version.Version', '3.13.5')}`,
    // Rules are checked with it: without service discovery it needs none of the clouds' client libraries.
    tags: ['remove_all_sd'],
    full: true,
    names: ['promtool'],
  },
  pebble: {
    version: '2.10.1',
    requires: 'github.com/letsencrypt/pebble/v2',
    package: 'github.com/letsencrypt/pebble/v2/cmd/pebble',
    ldflags: `-s -w ${stamp('main.version', 'v2.10.1')}`,
    neighbour: true,
    names: ['pebble'],
  },
  'cert-manager': {
    version: '1.11.5',
    requires: 'github.com/cert-manager/cert-manager',
    package: '.',
    ldflags: `-s -w ${stamp('github.com/cert-manager/cert-manager/pkg/util.AppVersion', 'v1.11.5')}`,
    neighbour: true,
    names: ['cert-manager-controller', 'acmesolver'],
  },
  traefik: {
    version: '3.6.12',
    requires: 'github.com/traefik/traefik/v3',
    package: 'github.com/traefik/traefik/v3/cmd/traefik',
    ldflags: `-s -w ${stamp('github.com/traefik/traefik/v3/pkg/version.Version', '3.6.12')}`,
    neighbour: true,
    names: ['traefik'],
  },
};

/**
 * The programs that `make test` needs; with `full` those that `make test-full` needs too, the heavy ones last; with
 * `neighbours` those of its last suites as well.
 */
export function wantedBinaries(reach: { full?: boolean; neighbours?: boolean } = {}): Binary[] {
  const entryOf = (binary: Binary) => MODULES[moduleOf(binary)];
  const isNeighbour = (binary: Binary) => entryOf(binary).neighbour === true;
  const isFull = (binary: Binary) => entryOf(binary).full === true;
  return [
    ...BINARIES.filter((binary) => !isFull(binary) && !isNeighbour(binary)),
    ...(reach.full || reach.neighbours ? BINARIES.filter(isFull) : []),
    ...(reach.neighbours ? BINARIES.filter(isNeighbour) : []),
  ];
}

export function moduleOf(binary: Binary): Module {
  for (const [name, entry] of Object.entries(MODULES))
    if (entry.names.includes(binary)) return name as Module;
  throw new Error(`no module builds ${binary}`);
}

export interface Version {
  major: number;
  minor: number;
  patch: number;
}

export interface Platform {
  os: 'linux' | 'darwin';
  arch: 'amd64' | 'arm64';
}

export interface Download {
  url: string;
  /** Lines of `<hex>  <file>`, or the hex alone. */
  checksumUrl: string;
  /** The file inside a `.tar.gz`; absent when the download is the program itself. */
  member?: string;
}

/** Where downloads come from; tests put a server of their own here. */
export interface DownloadHosts {
  kubernetes: string;
  etcd: string;
}

export const OFFICIAL_HOSTS: DownloadHosts = {
  kubernetes: 'https://dl.k8s.io',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
};

/** The official download of a binary, where its project publishes one for the platform together with a checksum. */
export function downloadOf(binary: Binary, platform: Platform, hosts = OFFICIAL_HOSTS): Download | undefined {
  const { version } = MODULES[moduleOf(binary)];
  if (binary === 'etcd' && platform.os === 'linux') {
    const folder = `etcd-v${version}-${platform.os}-${platform.arch}`;
    return {
      url: `${hosts.etcd}/v${version}/${folder}.tar.gz`,
      checksumUrl: `${hosts.etcd}/v${version}/SHA256SUMS`,
      member: `${folder}/etcd`,
    };
  }
  if (moduleOf(binary) !== 'kubernetes') return undefined;
  // The control plane is published for Linux alone.
  if (platform.os !== 'linux' && binary !== 'kubectl') return undefined;
  const url = `${hosts.kubernetes}/v${version}/bin/${platform.os}/${platform.arch}/${binary}`;
  return { url, checksumUrl: `${url}.sha256` };
}

const is = (major: number, minor: number, patch?: number) => (version: Version) =>
  version.major === major && version.minor === minor && (patch === undefined || version.patch === patch);

/** Which versions found on PATH are good enough: the API under test is 1.34, and the guide's ExternalDNS is 0.14.0. */
export const FITTING: Record<
  Binary,
  { args: readonly string[]; text: string; test: (version: Version) => boolean }
> = {
  etcd: { args: ['--version'], text: '3.5 or 3.6', test: (v) => v.major === 3 && v.minor >= 5 },
  'kube-apiserver': { args: ['--version'], text: '1.34', test: is(1, 34) },
  'kube-controller-manager': { args: ['--version'], text: '1.34', test: is(1, 34) },
  'kube-scheduler': { args: ['--version'], text: '1.34', test: is(1, 34) },
  // Older ones lack --validate=strict.
  kubectl: {
    args: ['version', '--client'],
    text: '1.25 or newer',
    test: (v) => v.major === 1 && v.minor >= 25,
  },
  kwok: { args: ['--version'], text: '0.7', test: is(0, 7) },
  'external-dns': { args: ['--version'], text: '0.14.0', test: is(0, 14, 0) },
  helm: { args: ['version', '--short'], text: '3.14 or newer', test: (v) => v.major === 3 && v.minor >= 14 },
  promtool: { args: ['--version'], text: '3.x', test: (v) => v.major === 3 },
  pebble: { args: ['-version'], text: '2.10', test: is(2, 10) },
  // Neither says a version of its own, so that one on PATH is never known to fit.
  'cert-manager-controller': { args: ['--version'], text: '1.11', test: is(1, 11) },
  acmesolver: { args: ['--version'], text: '1.11', test: is(1, 11) },
  traefik: { args: ['version'], text: '3.6', test: is(3, 6) },
};

/** Reads the first `1.2.3` out of what a program says about itself. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) } : undefined;
}
