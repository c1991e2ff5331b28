/** An upgrade moves nothing: a cluster as each release left it, today's CRDs and operator over it, and not a write to any object of a tenant. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ObservedRequest } from '@tenant-operator/sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { createPerson } from '../chaos/plan/index.ts';
import { createChance } from '../chaos/random.ts';
import type { World } from '../chaos/world/index.ts';
import { startSandboxWorld } from '../chaos/world/sandbox.ts';
import { childrenOf, fillTable, isReady, TABLE, templateOfRelease } from './upgrade/world.ts';

const folder = join(import.meta.dirname, 'upgrade');
const releases = readdirSync(folder).flatMap((file) => /^(\d+\.\d+\.\d+)\.json\.gz$/.exec(file)?.[1] ?? []);
const own = ['tenants', 'tenantregistries', 'tenanttemplates'];
const tenants = ['acme-app', 'beta-app'];

let world: World;
let dataDir: string;
let requests: ObservedRequest[];

async function start(release: string): Promise<void> {
  dataDir = mkdtempSync(join(tmpdir(), 'upgrade-'));
  writeFileSync(join(dataDir, 'snapshot.json'), gunzipSync(readFileSync(join(folder, `${release}.json.gz`))));
  requests = [];
  // The CRDs of today go over those of the release.
  world = await startSandboxWorld(createChance(1), {
    dataDir,
    onRequest: (request) => void requests.push(request),
  });
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (let n = 0; !(await check()); n++) {
    if (n > 300) throw new Error(`${what} does not come:\n${world.logs()}`);
    await world.timeline.sleep(1_000);
  }
}

describe.each(releases)('from %s', (release) => {
  afterEach(async () => {
    await world.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('writes no object of a tenant, and goes on working', { timeout: 180_000 }, async () => {
    await start(release);
    const person = createPerson(world);
    await fillTable(person);
    const before = await childrenOf(world.api, tenants);
    // Each kind of the template for each of the two; one item is for one plan alone.
    expect(before.length).toBe(2 * 21 - 1);
    requests.length = 0;
    await world.replicas[0]?.start();
    // A new row proves that the operator is at work, and time enough passes for all others.
    await person.sql(`INSERT INTO ${TABLE} VALUES ('newly', 'newly.example.com', '1', 'free', '')`);
    await until('the tenant of a new row', () => isReady(world.api, 'newly-app'));
    await world.timeline.sleep(60_000);
    expect(await childrenOf(world.api, tenants)).toEqual(before);
    const writes = requests
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .filter(({ resource, name }) => !own.includes(resource) && !name.startsWith('newly-'))
      .map(({ verb, resource, namespace, name }) => `${verb} ${resource} ${namespace}/${name}`);
    expect(writes.filter((line) => !/ (leases|events|controllerrevisions) /.test(line))).toEqual([]);
    for (const tenant of tenants) expect(await isReady(world.api, tenant), tenant).toBe(true);
    // And what was made by the release is still looked after: an edit of the template reaches it.
    const [first, ...others] = templateOfRelease.spec.configMaps;
    await person.apply({
      ...templateOfRelease,
      spec: {
        ...templateOfRelease.spec,
        configMaps: [{ ...first, spec: { data: { uid: 'edited' } } }, ...others],
      },
    });
    await until('the edit of the template', async () => {
      const found = await world.api.get<{ data?: Record<string, string> }>(
        '/api/v1/namespaces/default/configmaps/acme-plain',
      );
      return found?.data?.uid === 'edited' && !('note' in found.data);
    });
  });
});

it('there is a recording of a release', () => {
  expect(releases.length).toBeGreaterThan(0);
});
