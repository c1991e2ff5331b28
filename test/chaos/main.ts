/** `make chaos SEED=n ROUNDS=n`: breaks the product on purpose, on the sandbox or (ARGS=--real) on the real control plane. */
import { parseArgs } from 'node:util';
import { type Failure, runCampaign } from './campaign.ts';
import type { World } from './world/index.ts';
import { startRealWorld } from './world/real.ts';
import { startSandboxWorld } from './world/sandbox.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '100' },
    /** Rounds in one world; then comes the next seed with a new one. */
    length: { type: 'string', default: '25' },
    real: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

function print(failure: Failure, worldName: World['name']): void {
  console.log(
    `\nround ${failure.round} of seed ${failure.seed} has ${failure.violations.length} violations:`,
  );
  for (const line of failure.violations.slice(0, 40)) console.log(`  ${line}`);
  console.log('what was done and what broke:');
  for (const line of failure.lines) console.log(`  ${line}`);
  console.log('what the operators logged last:');
  for (const line of failure.logs.split('\n').slice(-60)) console.log(`  ${line.slice(0, 400)}`);
  const flags = worldName === 'real' ? ' ARGS=--real' : '';
  console.log(`\nagain: make chaos SEED=${failure.seed} ROUNDS=${failure.round}${flags}`);
}

const total = Number(values.rounds);
const length = Number(values.length);
const begun = Date.now();
let done = 0;
let slowest = 0;
for (let seed = Number(values.seed); done < total; seed++) {
  const failure = await runCampaign({
    seed,
    rounds: Math.min(length, total - done),
    createWorld: values.real ? startRealWorld : startSandboxWorld,
    onRound({ round, lines, recoveryMs }) {
      done++;
      slowest = Math.max(slowest, recoveryMs);
      if (!values.verbose) return;
      console.log(`seed ${seed} round ${round}: at rest after ${Math.round(recoveryMs)} ms`);
      for (const line of lines) console.log(`  ${line}`);
    },
  });
  if (failure) {
    print(failure, values.real ? 'real' : 'sandbox');
    process.exit(1);
  }
  const seconds = (Date.now() - begun) / 1_000;
  console.log(
    `seed ${seed}: ${done} of ${total} rounds without a violation, ${(seconds / done).toFixed(2)} s each`,
  );
}
console.log(
  `${done} rounds, no violation; the longest recovery took ${(slowest / 1_000).toFixed(0)} s of the campaign's time`,
);
process.exit(0);
