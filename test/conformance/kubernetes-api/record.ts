/** Records what a real API server answers to every case (or to those of the group `--only`, or whose name contains it). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { groups, walks } from './index.ts';
import { type Answer, runCase } from './run.ts';

const { values } = parseArgs({
  options: { server: { type: 'string' }, token: { type: 'string' }, only: { type: 'string' } },
});
if (!values.server) throw new Error('--server URL is needed');
const target = { url: values.server, ...(values.token ? { token: values.token } : {}) };
const folder = new URL('./recorded/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [group, cases] of Object.entries(groups)) {
  if (values.only && values.only in groups && values.only !== group) continue;
  const file = new URL(`${group}.json`, folder);
  let known: Record<string, Answer[]> = {};
  try {
    known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Answer[]>;
  } catch {
    // The first recording of the group.
  }
  const recorded: Record<string, Answer[]> = {};
  for (const one of cases) {
    const wanted = !values.only || one.name.includes(values.only) || group === values.only;
    const before = known[one.name];
    recorded[one.name] = !wanted && before ? before : await runCase(target, one);
  }
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
  console.log(`${group}: ${cases.length}`);
}
if (!values.only || values.only === 'walks') {
  const recorded: Record<string, Answer[]> = {};
  for (const walk of walks) recorded[walk.name] = await runCase(target, walk);
  writeFileSync(new URL('walks.json.gz', folder), gzipSync(JSON.stringify(recorded), { level: 9 }));
  console.log(`walks: ${walks.length}`);
}
