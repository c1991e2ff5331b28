/** Runs a command in a network namespace of its own, and ends as it ends: `node --import tsx test/rig/namespace/enter.ts COMMAND ...` */
import { enter } from './run.ts';

process.exitCode = await enter(process.argv.slice(2));
