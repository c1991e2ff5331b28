/**
 * Records what a release leaves in a cluster, for the upgrade suite: `npx tsx --conditions=source test/sandbox/upgrade/record.ts 0.1.0` on the
 * release's own commit. A recording is made once and kept: what people have installed does not change either.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createPerson } from '../../chaos/plan/index.ts';
import { createChance } from '../../chaos/random.ts';
import { startSandboxWorld } from '../../chaos/world/sandbox.ts';
import { fillTable, isReady, registryOfRelease, templateOfRelease } from './world.ts';

const [release = ''] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(release)) throw new Error('which release? For example: record.ts 0.1.0');
const dataDir = mkdtempSync(join(tmpdir(), 'upgrade-'));
const world = await startSandboxWorld(createChance(1), { dataDir });
const person = createPerson(world);
await fillTable(person);
await person.apply(registryOfRelease);
await person.apply(templateOfRelease);
await world.replicas[0]?.start();
for (const tenant of ['acme-app', 'beta-app']) {
  for (let n = 0; !(await isReady(world.api, tenant)); n++) {
    if (n > 300) throw new Error(`${tenant} does not become ready:\n${world.logs()}`);
    await world.timeline.sleep(1_000);
  }
}
// Counts and events that follow.
await world.timeline.sleep(30_000);
await world.stop();
const file = join(import.meta.dirname, `${release}.json.gz`);
const snapshot = readFileSync(join(dataDir, 'snapshot.json'));
writeFileSync(file, gzipSync(snapshot, { level: 9 }));
rmSync(dataDir, { recursive: true });
console.log(`${file}: ${(JSON.parse(snapshot.toString()) as { objects: unknown[] }).objects.length} objects`);
process.exit(0);
