/** How much garbage the process lets come together. */
import { setFlagsFromString } from 'node:v8';

/** Old objects are collected once they are so many per cent more than were left by the collection before. */
const GROWING_PERCENT = 30;

/**
 * V8 lets the heap grow to up to four times what is in use before it collects; a process that holds a cluster's objects would take
 * that from its neighbours for good. Costs a few per cent more CPU while much changes. Whoever has set V8's flag keeps it.
 *
 * It also has a thread for each core, and more, share the collection of young garbage: of the few megabytes that there are here,
 * and they spend more CPU on finding something to do than one thread on all of it.
 *
 * Both flags are read at each collection (v8/src/heap: memory-controller, scavenger), so that they may be set in a running process.
 */
export function keepHeapTight(execArgv: readonly string[] = process.execArgv): void {
  const isSet = (pattern: RegExp) => execArgv.some((flag) => pattern.test(flag));
  if (!isSet(/^--heap[-_]growing[-_]percent/))
    setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
  if (!isSet(/^--(no[-_])?parallel[-_]scavenge/)) setFlagsFromString('--no-parallel-scavenge');
}
