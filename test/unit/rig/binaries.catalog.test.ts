import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleFolder } from '../../rig/binaries/cache.ts';
import {
  downloadOf,
  FITTING,
  MODULES,
  type Module,
  OFFICIAL_HOSTS,
  parseVersion,
} from '../../rig/binaries/catalog.ts';
import { isRecent } from '../../rig/binaries/go.ts';

describe('the catalog', () => {
  it.each(Object.keys(MODULES) as Module[])('names the version that go.mod of %s pins', (module) => {
    const { version, requires } = MODULES[module];
    const text = readFileSync(join(moduleFolder(module), 'go.mod'), 'utf8');
    expect(text).toMatch(
      new RegExp(
        `^(?:require)?\\s*${requires.replaceAll('.', '\\.')} v${version.replaceAll('.', '\\.')}$`,
        'm',
      ),
    );
  });

  it.each([
    {
      reason: 'Linux has it',
      binary: 'kube-apiserver',
      os: 'linux',
      url: 'https://dl.k8s.io/v1.34.4/bin/linux/arm64/kube-apiserver',
    },
    { reason: 'no control plane for macOS', binary: 'kube-apiserver', os: 'darwin', url: undefined },
    {
      reason: 'kubectl is for all',
      binary: 'kubectl',
      os: 'darwin',
      url: 'https://dl.k8s.io/v1.34.4/bin/darwin/arm64/kubectl',
    },
    { reason: 'published as an image alone', binary: 'external-dns', os: 'linux', url: undefined },
  ] as const)('knows the download of $binary on $os: $reason', ({ binary, os, url }) => {
    expect(downloadOf(binary, { os, arch: 'arm64' }, OFFICIAL_HOSTS)?.url).toBe(url);
  });

  it.each([
    { reason: 'what etcd says', binary: 'etcd', says: 'etcd Version: 3.6.13\nGit SHA: x', fits: true },
    { reason: 'the version under test', binary: 'kube-apiserver', says: 'Kubernetes v1.34.1', fits: true },
    {
      reason: 'not the version under test',
      binary: 'kube-apiserver',
      says: 'Kubernetes v1.33.4',
      fits: false,
    },
    { reason: 'too old for strict validation', binary: 'kubectl', says: 'GitVersion:"v1.20.2"', fits: false },
    { reason: 'new enough', binary: 'kubectl', says: 'Client Version: v1.32.4-dispatcher', fits: true },
    { reason: "not the guide's", binary: 'external-dns', says: 'v0.15.0', fits: false },
    { reason: 'says nothing', binary: 'external-dns', says: 'unknown', fits: false },
  ] as const)('judges $binary on PATH: $reason', ({ binary, says, fits }) => {
    const version = parseVersion(says);
    expect(version !== undefined && FITTING[binary].test(version)).toBe(fits);
  });
});

describe('the version of Go', () => {
  it.each([
    { version: 'go1.19.8', recent: false, reason: "Debian 12's own" },
    { version: 'go1.21.0', recent: true, reason: 'fetches the pinned toolchain' },
    { version: 'go1.26.8', recent: true, reason: 'current' },
    { version: 'go2.0', recent: true, reason: 'the next major' },
    { version: 'devel go1.27-abc', recent: true, reason: 'built from source' },
    { version: '', recent: false, reason: 'so old that it does not know GOVERSION' },
  ])('$version: $reason', ({ version, recent }) => {
    expect(isRecent(version)).toBe(recent);
  });
});
