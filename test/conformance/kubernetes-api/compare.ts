/** Runs cases against a server and prints where the answers differ from the recording. For people; the tests do the same with vitest. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { groups, walks } from './index.ts';
import { type Answer, runCase } from './run.ts';

const { values } = parseArgs({
  options: { server: { type: 'string' }, token: { type: 'string' }, only: { type: 'string' } },
});
if (!values.server) throw new Error('--server URL is needed');
const target = { url: values.server, ...(values.token ? { token: values.token } : {}) };

function differences(path: string, want: unknown, got: unknown, out: string[]): void {
  if (JSON.stringify(want) === JSON.stringify(got)) return;
  if (
    typeof want === 'object' &&
    typeof got === 'object' &&
    want &&
    got &&
    Array.isArray(want) === Array.isArray(got)
  ) {
    for (const key of new Set([...Object.keys(want), ...Object.keys(got)]))
      differences(
        `${path}.${key}`,
        (want as Record<string, unknown>)[key],
        (got as Record<string, unknown>)[key],
        out,
      );
    return;
  }
  out.push(`    ${path}\n      want ${JSON.stringify(want)}\n      got  ${JSON.stringify(got)}`);
}

let failed = 0;
let total = 0;
for (const [group, cases] of Object.entries(groups)) {
  const recorded = JSON.parse(
    readFileSync(new URL(`./recorded/${group}.json`, import.meta.url), 'utf8'),
  ) as Record<string, Answer[]>;
  for (const one of cases) {
    if (values.only && !one.name.includes(values.only) && group !== values.only) continue;
    total++;
    const out: string[] = [];
    differences('', recorded[one.name], await runCase(target, one), out);
    if (out.length === 0) continue;
    failed++;
    console.log(`${group}: ${one.name}\n${out.slice(0, 8).join('\n')}`);
  }
}
if (!values.only || values.only === 'walks') {
  const recorded = JSON.parse(
    gunzipSync(readFileSync(new URL('./recorded/walks.json.gz', import.meta.url))).toString(),
  ) as Record<string, Answer[]>;
  for (const walk of walks) {
    total++;
    const out: string[] = [];
    differences('', recorded[walk.name], await runCase(target, walk), out);
    if (out.length === 0) continue;
    failed++;
    const step = Number(out[0]?.split('.')[1]);
    console.log(
      `${walk.name}: ${out.length} differences, the first after ${JSON.stringify(walk.steps[step])}\n${out.slice(0, 6).join('\n')}`,
    );
  }
}
console.log(`${total - failed} of ${total} the same`);
