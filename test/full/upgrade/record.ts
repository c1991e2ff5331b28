/**
 * Records what a release leaves in a real cluster, for the upgrade suite: `npx tsx --conditions=source test/full/upgrade/record.ts 0.1.0` on
 * the release's own commit. A recording is made once and kept: what people have installed does not change either.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startHarness } from '../../real/harness.ts';
import { waitFor } from '../../rig/support/index.ts';
import { fillTable, isReady, registryOfRelease, templateOfRelease } from '../../sandbox/upgrade/world.ts';
import { readObjects } from './etcd.ts';
import { allowAnyKind } from './rights.ts';

/** Of the release: its definitions, its own objects, and those of the two tenants with what controllers made of them. */
const recorded =
  /^\/registry\/(apiextensions\.k8s\.io\/.*kubernetes-tenants|operator\.kubernetes-tenants\.org\/|controllerrevisions\/default\/app-|secrets\/(tenant-operator-system|default)\/|namespaces\/elsewhere|(?!events|leases|masterleases|endpointslices|services\/endpoints).*\/(acme|beta)-)/;

const [release = ''] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(release)) throw new Error('which release? For example: record.ts 0.1.0');
const harness = await startHarness({ externalDns: false, dns: false, kwok: {} });
try {
  await allowAnyKind(harness.kubectl);
  await harness.kubectl('create', 'namespace', 'elsewhere');
  await fillTable({ sql: async (text, values) => void (await harness.sql.execute(text, values)) });
  await harness.applyObjects(registryOfRelease, templateOfRelease);
  for (const tenant of ['acme-app', 'beta-app'])
    await waitFor(() => isReady(harness.rig.api, tenant), { what: `${tenant} to be ready` });
  await harness.settle();
  await harness.operator.stop();
  const objects = await readObjects(harness.rig.etcdUrl);
  const kept = objects.filter(({ key }) => recorded.test(key));
  const file = join(import.meta.dirname, `${release}.json.gz`);
  writeFileSync(file, gzipSync(JSON.stringify(kept), { level: 9 }));
  console.log(`${file}: ${kept.length} objects`);
} finally {
  await harness.stop();
}
process.exit(0);
