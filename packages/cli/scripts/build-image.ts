/**
 * `make image-files`: what the container image holds, in build/image. One bundled file, the files of the web page, the licences
 * and the bill of materials of exactly what was bundled. JavaScript runs everywhere, so one set serves every architecture.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { pageBuild } from '../../dashboard/scripts/page-build.ts';
import { bundledPackages, licenceTexts, missingFrom, onlyBundled, readBill } from './image/materials.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const target = resolve(process.argv[2] ?? join(root, 'build', 'image'));
const app = join(target, 'app');

rmSync(target, { recursive: true, force: true });
mkdirSync(join(app, 'bin'), { recursive: true });
const { metafile } = await build({
  entryPoints: [join(root, 'packages', 'cli', 'dist', 'tenant-operator.js')],
  outfile: join(app, 'bin', 'tenant-operator.mjs'),
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minify: true,
  // Errors and logs name classes and functions.
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // The demo's cluster is for a desk; native parts of pg are nobody's.
  external: ['@tenant-operator/sandbox', '@tenant-operator/sandbox/*', 'pg-native'],
  // Packages that are CommonJS call it.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module';const require = requireOf(import.meta.url);",
  },
});
cpSync(join(root, 'packages', 'dashboard', 'dist', 'page'), join(app, 'page'), { recursive: true });
cpSync(join(root, 'LICENSE'), join(app, 'LICENSE'));
// What the page is made of is in its one file, which its own build has written.
const page = await build({
  ...pageBuild,
  entryPoints: [...pageBuild.entryPoints],
  write: false,
  metafile: true,
  absWorkingDir: root,
});
const inputs = [...Object.keys(metafile.inputs), ...Object.keys(page.metafile.inputs)];
const packages = bundledPackages(root, inputs);
writeFileSync(join(app, 'THIRD_PARTY_LICENSES'), licenceTexts(packages));
for (const format of ['cyclonedx', 'spdx'] as const) {
  const bill = onlyBundled(readBill(root, format), packages, 'tenant-operator');
  const missing = missingFrom(bill, packages);
  if (missing.length > 0) throw new Error(`npm's bill of materials does not name ${missing.join(', ')}`);
  writeFileSync(join(app, `sbom.${format}.json`), `${JSON.stringify(bill, null, 2)}\n`);
}
console.log(`${app}: ${packages.length} packages`);
