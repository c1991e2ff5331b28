/**
 * Gets everything the rig needs, so that no suite waits for it: Debian packages first, then the programs, which may
 * have to be built. `make test` runs this beside the first suites. With `--full` also those of `make test-full`, which come last
 * and give way to everything else. With names, these programs alone.
 */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { type Binary, MODULES, moduleOf, wantedBinaries } from './binaries/catalog.ts';
import { SYSTEM_COMMANDS, systemCommands } from './binaries/debian.ts';
import { findBinary } from './binaries/index.ts';
import { messageOf } from './errors.ts';

const lowest = 19;
const isHeavy = (binary: Binary) => MODULES[moduleOf(binary)].full === true;

const { values, positionals: named } = parseArgs({
  options: { full: { type: 'boolean', default: false } },
  allowPositionals: true,
});

try {
  if (named.length === 0) await systemCommands(...SYSTEM_COMMANDS);
  const all = wantedBinaries(values.full || named.length > 0);
  for (const binary of named.length === 0 ? all : all.filter((name) => named.includes(name))) {
    if (isHeavy(binary) && named.length === 0) setPriority(lowest);
    await findBinary(binary);
  }
} catch (error) {
  console.error(`rig: ${messageOf(error)}`);
  process.exitCode = 1;
}
