/** What is installed with the product: exact versions from the registry with their digests, and nothing that runs at installation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = <T>(file: string): T => JSON.parse(readFileSync(join(root, file), 'utf8')) as T;

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = read<{ packages: Readonly<Record<string, Locked>> }>('package-lock.json');
const top = read<Manifest>('package.json');
const manifests = ['.', ...(top.workspaces ?? [])].map(
  (folder) => [folder, read<Manifest>(join(folder, 'package.json'))] as const,
);
const installed = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);

/** Its binary comes as a package of its own; the script only checks that, and `ignore-scripts` leaves it out. */
const mayHaveScripts = ['node_modules/esbuild', 'node_modules/fsevents'];

describe('dependencies', () => {
  it.each(manifests)('of %s are pinned to one version', (_folder, manifest) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are locked with a digest', () => {
    expect(installed.length).toBeGreaterThan(100);
    // Of what other platforms would get instead, some mirrors of the registry give no digest.
    const open = installed.filter(
      ([, { integrity, optional }]) => !integrity?.startsWith('sha512-') && !optional,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('come from the registry alone', () => {
    // An entry without an address is the registry's that npm is told to use.
    const foreign = installed.filter(([, { resolved }]) => resolved !== undefined);
    expect(foreign.map(([path, { resolved }]) => `${path} ${resolved}`)).toEqual([]);
  });

  it('run nothing when they are installed', () => {
    const running = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(running.filter((path) => !mayHaveScripts.some((known) => path.endsWith(known)))).toEqual([]);
    expect(readFileSync(join(root, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true');
    const own = manifests.flatMap(([folder, { scripts = {} }]) =>
      Object.keys(scripts)
        .filter((name) => /^(pre|post)?(install|prepare)$/.test(name))
        .map((name) => `${folder} ${name}`),
    );
    expect(own).toEqual([]);
  });
});
