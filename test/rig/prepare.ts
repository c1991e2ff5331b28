/**
 * Gets everything the rig needs, so that no suite waits for it: Debian packages first, then the programs, which may
 * have to be built. `make test` runs this beside the first suites. With arguments, these programs alone.
 */
import { BINARIES } from './binaries/catalog.ts';
import { SYSTEM_COMMANDS, systemCommands } from './binaries/debian.ts';
import { findBinary } from './binaries/index.ts';
import { messageOf } from './errors.ts';

const wanted = process.argv.slice(2);

try {
  if (wanted.length === 0) await systemCommands(...SYSTEM_COMMANDS);
  for (const binary of BINARIES) {
    if (wanted.length === 0 || wanted.includes(binary)) await findBinary(binary);
  }
} catch (error) {
  console.error(`rig: ${messageOf(error)}`);
  process.exitCode = 1;
}
