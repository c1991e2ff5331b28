/**
 * Gets everything the rig needs, so that no suite waits for it: Debian packages first, then the programs, which may
 * have to be built. `make test` runs this beside the first suites.
 */
import { BINARIES } from './binaries/catalog.ts';
import { SYSTEM_COMMANDS, systemCommands } from './binaries/debian.ts';
import { findBinary } from './binaries/index.ts';
import { messageOf } from './errors.ts';

try {
  await systemCommands(...SYSTEM_COMMANDS);
  for (const binary of BINARIES) await findBinary(binary);
} catch (error) {
  console.error(`rig: ${messageOf(error)}`);
  process.exitCode = 1;
}
