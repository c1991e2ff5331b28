/** How much garbage the process lets come together. */
import { setFlagsFromString } from 'node:v8';

/** Old objects are collected once they are so many per cent more than were left by the collection before. */
const GROWING_PERCENT = 30;

/**
 * V8 lets the heap grow to up to four times what is in use before it collects; a process that holds a cluster's objects would take
 * that from its neighbours for good. Costs a few per cent more CPU while much changes. Whoever has set V8's flag keeps it.
 *
 * `heap_growing_percent` is read at each collection (v8/src/heap/memory-controller), so that it may be set in a running process.
 */
export function keepHeapTight(execArgv: readonly string[] = process.execArgv): void {
  if (execArgv.some((flag) => /^--heap[-_]growing[-_]percent/.test(flag))) return;
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}
