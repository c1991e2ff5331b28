/**
 * Rows come, change and go, objects are deleted, the template is edited, all the while: memory, handles and queues must not grow.
 * Runs only when asked for: `--only churn --minutes 60`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Finding } from '../finding.ts';
import { isTrue } from '../sight.ts';
import { cpuSeconds, memory } from '../usage.ts';
import { insertRows, NAMESPACE, RESOURCES, registry, TABLE, template, uidOf } from '../workload.ts';
import type { World } from '../world.ts';

/** Rows that come, rows that change, rows that go, and objects that are deleted, in each round. */
const BATCH = 10;
const ROUND_MS = 5_000;
/** Rounds between two edits of the template. */
const EDIT_EVERY = 24;
/** A row lives for so many rounds. */
const LIFE = 12;
/** Handles come and go by some: connections to the database and to the API server are opened when they are needed. */
const HANDLES = 10;

interface Sample {
  readonly minute: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly handles: number;
  readonly queued: number;
  readonly cpuSeconds: number;
  readonly tenants: number;
}

export async function churn(
  world: World,
  minutes: number,
  onProgress: (line: string) => void,
): Promise<Finding[]> {
  // What goes is what this phase is about: the guard would hold it.
  const spec = { deletionGuard: { maxDeletions: 1_000_000 } };
  await world.apply('tenantregistries', registry(world.credentials, spec));
  await world.settle();
  const mark = world.mark();
  const samples: Sample[] = [await sample(world, 0)];
  onProgress(describe(samples));
  const start = performance.now();
  let [rounds, next] = [0, 100_000];
  const living: string[][] = [];
  while (performance.now() - start < minutes * 60_000) {
    const began = performance.now();
    living.push(await harmOnce(world, rounds, next, living));
    next += BATCH;
    if (living.length > LIFE) living.shift();
    rounds += 1;
    await sleep(Math.max(0, ROUND_MS - (performance.now() - began)));
    if (performance.now() - start < samples.length * 60_000) continue;
    samples.push(await sample(world, samples.length));
    onProgress(describe(samples.slice(-1)));
  }
  const { requests } = mark.cost();
  await world.sql.execute(`DELETE FROM ${TABLE} WHERE id >= '${uidOf(100_000)}'`);
  await world.sight.until('all to be as it was', () => {
    const tenants = world.sight.all('tenants');
    return tenants.length === world.uids.length && tenants.every((tenant) => isTrue(tenant, 'Ready'));
  });
  await world.settle();
  const last = await sample(world, samples.length);
  onProgress(describe([...samples, last], true));
  return findings(samples, last, rounds, requests.total);
}

/** Rows come, change and go; objects of the others are deleted. Gives the uids that came. */
async function harmOnce(
  { sql, rig, random, uids, resources, apply }: World,
  round: number,
  first: number,
  living: readonly (readonly string[])[],
): Promise<string[]> {
  const fresh = Array.from({ length: BATCH }, (_, index) => uidOf(first + index));
  await sql.execute(insertRows(fresh));
  const [oldest] = living.length >= LIFE ? living : [];
  if (oldest) {
    // Half of them are switched off, half are deleted.
    const [off, gone] = [oldest.slice(0, BATCH / 2), oldest.slice(BATCH / 2)];
    await sql.execute(`UPDATE ${TABLE} SET active = '0' WHERE id IN ('${off.join("','")}')`);
    await sql.execute(`DELETE FROM ${TABLE} WHERE id IN ('${gone.join("','")}')`);
  }
  const changed = living.at(-3);
  if (changed) {
    await sql.execute(
      `UPDATE ${TABLE} SET domain = CONCAT('r${round}.', id, '.bench.example.com') WHERE id IN ('${changed.join("','")}')`,
    );
  }
  for (let index = 0; index < BATCH; index += 1) {
    const resource = RESOURCES[index % RESOURCES.length];
    const uid = uids[Math.floor(random() * uids.length)];
    if (!resource) continue;
    await rig.api.request(
      'DELETE',
      `${resource.path}/namespaces/${NAMESPACE}/${resource.plural}/${uid}-${resource.id}`,
    );
  }
  if (round % EDIT_EVERY === EDIT_EVERY - 1)
    await apply('tenanttemplates', template(resources, `round ${round}`));
  return fresh;
}

async function sample(world: World, minute: number): Promise<Sample> {
  const { pid = 0 } = world.operator;
  return {
    minute,
    rssMb: memory(pid).now,
    heapMb: (await world.metric('nodejs_heap_size_used_bytes')) / 1_048_576,
    handles: await world.metric('process_open_fds'),
    queued: await world.metric('workqueue_depth'),
    cpuSeconds: cpuSeconds(pid),
    tenants: world.sight.count('tenants'),
  };
}

/** Lines of a Markdown table. */
function describe(samples: readonly Sample[], hasHeader = false): string {
  const lines = samples.map(
    (one) =>
      `| ${one.minute} | ${one.tenants} | ${one.rssMb.toFixed(0)} | ${one.heapMb.toFixed(0)} | ${one.handles} | ${one.queued} | ${one.cpuSeconds.toFixed(0)} |`,
  );
  const header = [
    '| minute | tenants | RSS, MB | heap, MB | handles | queued | CPU, s |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  return `\n${[...(hasHeader ? header : []), ...lines].join('\n')}`;
}

/** The first fifth is for warming up. Heap is compared by its lowest values, which garbage does not raise. */
function findings(samples: readonly Sample[], last: Sample, rounds: number, requests: number): Finding[] {
  const warm = samples.slice(Math.ceil(samples.length / 5));
  const half = Math.ceil(warm.length / 2);
  const lowest = (part: readonly Sample[]) => Math.min(...part.map(({ heapMb }) => heapMb));
  const highest = (part: readonly Sample[]) => Math.max(...part.map(({ rssMb }) => rssMb));
  const [early, late] = [warm.slice(0, half), warm.slice(half)];
  const phase = 'churn';
  return [
    { phase, what: 'rounds', value: rounds, unit: '' },
    { phase, what: 'requests', value: requests, unit: '' },
    { phase, what: 'RSS at its highest, first half', value: highest(early), unit: 'MB' },
    { phase, what: 'RSS at its highest, second half', value: highest(late), unit: 'MB' },
    { phase, what: 'heap at its lowest, first half', value: lowest(early), unit: 'MB' },
    {
      phase,
      what: 'heap at its lowest, second half',
      value: lowest(late),
      unit: 'MB',
      // What stays after a collection may vary by a tenth, not more.
      ...atMost(Math.ceil(lowest(early) * 1.1), 'time'),
    },
    { phase, what: 'handles, at the begin', value: samples[0]?.handles ?? Number.NaN, unit: '' },
    {
      phase,
      what: 'handles, at the end',
      value: last.handles,
      unit: '',
      ...atMost((samples[0]?.handles ?? 0) + HANDLES),
    },
    { phase, what: 'queued at most', value: Math.max(...samples.map(({ queued }) => queued)), unit: '' },
    { phase, what: 'queued, at the end', value: last.queued, unit: '', ...atMost(0) },
  ];
}
