/**
 * Gets everything the rig needs, so that no suite waits for it: Debian packages first, then the programs, which may
 * have to be built. `make test` runs this beside the first suites. With `--full` also those of `make test-full`, which come last
 * and give way to everything else; with `--neighbours` also those of its last suites, and the sources that these read. With
 * names, these programs alone.
 */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { type Binary, MODULES, moduleOf, wantedBinaries } from './binaries/catalog.ts';
import { DATA_PATH_COMMANDS, SYSTEM_COMMANDS, systemCommands } from './binaries/debian.ts';
import { findBinary } from './binaries/index.ts';
import { messageOf } from './errors.ts';
import { prepareKinds } from './parts/crds.ts';

const lowest = 19;
const isHeavy = (binary: Binary) => {
  const { full, neighbour } = MODULES[moduleOf(binary)];
  return full === true || neighbour === true;
};

const { values, positionals: named } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    neighbours: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

try {
  if (named.length === 0) await systemCommands(...SYSTEM_COMMANDS);
  const all = wantedBinaries(named.length > 0 ? { neighbours: true } : values);
  for (const binary of named.length === 0 ? all : all.filter((name) => named.includes(name))) {
    if (isHeavy(binary) && named.length === 0) setPriority(lowest);
    await findBinary(binary);
  }
  if (values.neighbours) {
    await prepareKinds();
    await prepareDataPath();
  }
} catch (error) {
  console.error(`rig: ${messageOf(error)}`);
  process.exitCode = 1;
}

/** A machine that can have no data path goes on without: its suites are skipped there, with the reason. */
async function prepareDataPath(): Promise<void> {
  try {
    await systemCommands(...DATA_PATH_COMMANDS);
  } catch (error) {
    console.error(`rig: ${messageOf(error)}`);
  }
}
