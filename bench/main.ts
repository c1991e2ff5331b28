/**
 * `make bench`: the operator on a real control plane, then go-template beside Go's own; when asked for, the data path.
 *
 *     make bench ARGS="--tenants 300 --only rest --json bench.json --seed 1"
 *     make bench ARGS="--only data-path --tenants 100"
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { prepareDataPath } from '../test/rig/data-path/prepare.ts';
import { namespaceProblem } from '../test/rig/namespace/index.ts';
import { enter } from '../test/rig/namespace/run.ts';
import { benchOperator, type Finding, isPhase, meetsGoal, PHASES } from './operator/index.ts';
import { formatTable } from './report.ts';

const GO_TEMPLATE = 'go-template';
/** When asked for alone: it needs root, and minutes of building the first time. */
const DATA_PATH = 'data-path';

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '300' },
    resources: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'rest-seconds': { type: 'string', default: '60' },
    'without-raw': { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    json: { type: 'string' },
    profile: { type: 'string' },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const { only, json, profile } = values;
  const tenants = wholeNumber(values.tenants);
  const resources = wholeNumber(values.resources);
  const seed = wholeNumber(values.seed);
  const restSeconds = wholeNumber(values['rest-seconds']);
  const churnMinutes = wholeNumber(values.minutes);
  if (!tenants || !seed || !restSeconds || !churnMinutes)
    return refuse('--tenants, --seed, --rest-seconds and --minutes take a whole number above zero');
  if (!resources || resources < 4)
    return refuse(
      '--resources takes a whole number from 4: ConfigMap, Deployment, Service, Ingress, then ConfigMaps',
    );
  if (only === DATA_PATH) return benchDataPath(tenants);
  const named = only?.split(',');
  if (named?.some((name) => name !== GO_TEMPLATE && !isPhase(name))) {
    return refuse(
      `--only takes some of ${[...PHASES, 'churn', GO_TEMPLATE].join(',')}, or ${DATA_PATH} alone`,
    );
  }
  let code = 0;
  const phases = named?.filter(isPhase);
  if (phases === undefined || phases.length > 0) {
    const findings = await benchOperator({
      tenants,
      resources,
      seed,
      only: phases,
      isWithoutRaw: values['without-raw'],
      restSeconds,
      churnMinutes,
      profile,
      onProgress: (line) => console.error(`bench: ${line}`),
      onFindings: (findings) => console.error(formatTable(findings)),
    });
    console.log(`\n${tenants} tenants x ${resources} resources, ${new Date().toISOString()}\n`);
    console.log(formatTable(findings));
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify(report(findings, { tenants, resources, seed }), null, 2)}\n`);
    // Counts are the same on every machine; times and ratios are for a person to judge.
    if (findings.some((finding) => finding.goal?.kind === 'count' && meetsGoal(finding) === false)) code = 1;
  }
  if (named === undefined || named.includes(GO_TEMPLATE)) {
    console.log('\ngo-template: renders a second\n');
    const script = new URL('go-template/index.ts', import.meta.url).pathname;
    const { status } = spawnSync(process.execPath, [...process.execArgv, script], { stdio: 'inherit' });
    if (status !== 0) code = 1;
  }
  return code;
}

async function benchDataPath(tenants: number): Promise<number> {
  if (namespaceProblem() === undefined) await prepareDataPath();
  const script = new URL('data-path/main.ts', import.meta.url).pathname;
  return enter([process.execPath, ...process.execArgv, script, String(tenants)]);
}

function report(
  findings: readonly Finding[],
  about: { tenants: number; resources: number; seed: number },
): unknown {
  return {
    time: new Date().toISOString(),
    ...about,
    machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
    findings: findings.map((finding) => ({ ...finding, met: meetsGoal(finding) })),
  };
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

function refuse(message: string): number {
  console.error(`bench: ${message}`);
  return 1;
}
