/** What a bundle is made of: npm's bill of materials, cut down to the packages that are really in it, and their licences. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** CycloneDX has `components`, SPDX has `packages`; both have references between them. */
export interface BillOfMaterials {
  metadata?: { component?: { name: string } };
  components?: { name: string; version: string; 'bom-ref': string }[];
  dependencies?: { ref: string; dependsOn?: string[] }[];
  name?: string;
  packages?: { name: string; versionInfo: string; SPDXID: string }[];
  relationships?: { spdxElementId: string; relatedSpdxElement: string }[];
  [field: string]: unknown;
}

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly folder: string;
}

/** The packages below node_modules that these inputs of esbuild (paths from the root) belong to, sorted by path. */
export function bundledPackages(root: string, inputs: readonly string[]): BundledPackage[] {
  const folders = inputs.flatMap((input) => {
    const at = input.lastIndexOf('node_modules/');
    if (at === -1) return [];
    const parts = input.slice(at + 'node_modules/'.length).split('/');
    const name = parts[0]?.startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0];
    return [`${input.slice(0, at)}node_modules/${name}`];
  });
  return [...new Set(folders)].sort().map((path) => {
    const folder = join(root, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    return { name, version, license: license ?? 'see the package', folder };
  });
}

/** All that is installed, as npm has it. Throws when npm cannot tell. */
export function readBill(root: string, format: 'cyclonedx' | 'spdx'): BillOfMaterials {
  const args = ['sbom', '--sbom-type', 'application', '--sbom-format', format];
  const { stdout, stderr, status } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
  return JSON.parse(stdout) as BillOfMaterials;
}

/** The demo's cluster and what is for the development alone. */
const leftOut = ['sandbox', 'bench', 'test'].map((name) => `@tenant-operator/${name}`);

/** Without what is installed and not bundled. Our own packages stay, but for the demo's cluster. */
export function onlyBundled(
  bill: BillOfMaterials,
  packages: readonly BundledPackage[],
  product: string,
): BillOfMaterials {
  const bundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const isIn = (name: string, version: string) =>
    bundled.has(`${name}@${version}`) ||
    name === product ||
    (name.startsWith('@tenant-operator/') && !leftOut.includes(name));
  const { metadata, components = [], dependencies = [], packages: items = [], relationships = [] } = bill;
  const kept = components.filter(({ name, version }) => isIn(name, version));
  const keptItems = items.filter(({ name, versionInfo }) => isIn(name, versionInfo));
  if (metadata?.component) metadata.component.name = product;
  const gone = new Set([
    ...components.filter((one) => !kept.includes(one)).map((one) => one['bom-ref']),
    ...items.filter((one) => !keptItems.includes(one)).map(({ SPDXID }) => SPDXID),
  ]);
  if (bill.components) {
    const left = dependencies
      .filter(({ ref }) => !gone.has(ref))
      .map((entry) => ({ ...entry, dependsOn: (entry.dependsOn ?? []).filter((ref) => !gone.has(ref)) }));
    return { ...bill, components: kept, dependencies: left };
  }
  const left = relationships.filter(
    ({ spdxElementId, relatedSpdxElement }) => !gone.has(spdxElementId) && !gone.has(relatedSpdxElement),
  );
  return { ...bill, packages: keptItems, relationships: left };
}

/** Of these packages, those that a bill does not name. */
export function missingFrom(bill: BillOfMaterials, packages: readonly BundledPackage[]): string[] {
  const named = new Set([
    ...(bill.components ?? []).map(({ name, version }) => `${name}@${version}`),
    ...(bill.packages ?? []).map(({ name, versionInfo }) => `${name}@${versionInfo}`),
  ]);
  return packages.map(({ name, version }) => `${name}@${version}`).filter((one) => !named.has(one));
}

/** The licence of every package that is part of the bundle. */
export function licenceTexts(packages: readonly BundledPackage[]): string {
  return packages
    .map(({ name, version, license, folder }) => {
      const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(entry));
      const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
      return `${name} ${version} (${license})\n${text}`;
    })
    .join(`\n${'-'.repeat(80)}\n`);
}
