import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moduleDigest, storeBuilt } from '../../rig/binaries/cache.ts';
import { type BinarySources, findBinary } from '../../rig/binaries/index.ts';
import { RigError } from '../../rig/errors.ts';
import { type FileServer, startFileServer } from './file-server.ts';

const platform = { os: 'linux', arch: 'amd64' } as const;
const digest = moduleDigest('kubernetes', platform);
const sha256 = 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a';

let dir: string;
let server: FileServer;
let said: string[];
let builds: number;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenant-operator-order-'));
  server = await startFileServer();
  said = [];
  builds = 0;
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await server.close();
});

function program(path: string, version = '1.34.4'): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho Kubernetes v${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** kubectl from nowhere: no environment, an empty PATH and cache, a host without files, a Go that builds. */
function sources(overrides: Partial<BinarySources> = {}): Partial<BinarySources> {
  return {
    env: { PATH: join(dir, 'bin') },
    cacheRoot: join(dir, 'cache'),
    platform,
    hosts: { kubernetes: server.url, etcd: server.url },
    progress: (line) => said.push(line),
    findGo: () => ({ path: '/nowhere/go', version: 'go1.26.0' }),
    build: async (module) => {
      builds++;
      return { program: program(join(dir, 'scratch', module)), discard: () => {} };
    },
    ...overrides,
  };
}

describe('where a program comes from', () => {
  it('takes the file that the environment names, whatever its version', async () => {
    const file = program(join(dir, 'mine'), '1.20.0');
    program(join(dir, 'bin', 'kubectl'));
    const env = { PATH: join(dir, 'bin'), TENANT_OPERATOR_RIG_KUBECTL: file };
    expect(await findBinary('kubectl', sources({ env }))).toEqual({ path: file, origin: 'environment' });
  });

  it('takes the folder of KUBEBUILDER_ASSETS for what it holds, and goes on for what it lacks', async () => {
    const assets = join(dir, 'assets');
    const file = program(join(assets, 'kube-apiserver'));
    const env = { PATH: '', KUBEBUILDER_ASSETS: assets };
    expect(await findBinary('kube-apiserver', sources({ env }))).toEqual({
      path: file,
      origin: 'environment',
    });
    expect((await findBinary('kube-scheduler', sources({ env }))).origin).toBe('build');
  });

  it('refuses a file that is named and is not there, rather than take another', async () => {
    const env = { PATH: '', TEST_ASSET_KUBECTL: join(dir, 'absent') };
    await expect(findBinary('kubectl', sources({ env }))).rejects.toThrow(/TEST_ASSET_KUBECTL is .*absent/);
  });

  it('takes PATH before the cache', async () => {
    const file = program(join(dir, 'bin', 'kubectl'));
    storeBuilt(join(dir, 'cache'), 'kubernetes', digest, 'go1.26.0', program(join(dir, 'built')));
    expect(await findBinary('kubectl', sources())).toEqual({ path: file, origin: 'path' });
  });

  it('passes over a kubectl on PATH that is too old, and says so', async () => {
    program(join(dir, 'bin', 'kubectl'), '1.20.2');
    expect((await findBinary('kubectl', sources())).origin).toBe('build');
    expect(said[0]).toMatch(/bin\/kubectl is 1\.20\.2, wanted is 1\.25 or newer/);
  });

  it('takes the cache before the download', async () => {
    server.files.set('/v1.34.4/bin/linux/amd64/kubectl', 'x');
    storeBuilt(join(dir, 'cache'), 'kubernetes', digest, 'go1.26.0', program(join(dir, 'built')));
    const hit = await findBinary('kubectl', sources());
    expect(hit.origin).toBe('cache');
    expect(hit.path).toBe(join(dir, 'cache', `kubernetes-${digest}-go1.26.0`, 'kubectl'));
    expect(server.requests).toEqual([]);
  });

  it('does not take a build by another version of Go, unless there is no Go at all', async () => {
    storeBuilt(join(dir, 'cache'), 'kubernetes', digest, 'go1.22.0', program(join(dir, 'built')));
    const noGo = (): never => {
      throw new RigError('GO_MISSING', 'Go is missing');
    };
    expect((await findBinary('kubectl', sources({ findGo: noGo }))).origin).toBe('cache');
    expect((await findBinary('kubectl', sources())).origin).toBe('build');
  });

  it('takes the download before a build, and the cache the next time', async () => {
    server.files.set('/v1.34.4/bin/linux/amd64/kubectl', 'abc');
    server.files.set(
      '/v1.34.4/bin/linux/amd64/kubectl.sha256',
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect((await findBinary('kubectl', sources())).origin).toBe('download');
    expect((await findBinary('kubectl', sources())).origin).toBe('cache');
    expect(builds).toBe(0);
  });

  it('does not build around a download whose sum is wrong', async () => {
    server.files.set('/v1.34.4/bin/linux/amd64/kubectl', 'abc');
    server.files.set('/v1.34.4/bin/linux/amd64/kubectl.sha256', sha256);
    await expect(findBinary('kubectl', sources())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(builds).toBe(0);
  });

  it('builds last, once for two who ask at the same time', async () => {
    const both = await Promise.all([
      findBinary('kubectl', sources()),
      findBinary('kube-apiserver', sources()),
    ]);
    expect(both.map(({ origin }) => origin).sort()).toEqual(['build', 'cache']);
    expect(builds).toBe(1);
  });

  it('says what is missing when nothing is left', async () => {
    const findGo = (): never => {
      throw new RigError('GO_TOO_OLD', 'Go is too old');
    };
    await expect(findBinary('kubectl', sources({ findGo }))).rejects.toMatchObject({ code: 'GO_TOO_OLD' });
  });
});
