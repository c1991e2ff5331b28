/** What a process remembers of a registry between two passes; losing it costs a read and a look, nothing else. */
import type { TenantRegistry } from '@tenant-operator/api';
import type { ReadRows } from '../../plan/index.ts';
import type { SourceFailure, SourceRow } from '../../source/index.ts';
import type { SyncWork } from './carry-out.ts';
import { createRefusals, type Refusals } from './refusals.ts';

export interface RegistryMemory {
  readonly uid: string | undefined;
  /** Of the last whole read; undefined before the first. */
  rows: ReadRows | undefined;
  /** What `rows` was made from. */
  table: readonly SourceRow[] | undefined;
  failure: SourceFailure | undefined;
  /** Milliseconds since the epoch. */
  lastSync: number | undefined;
  /** By the monotonic clock, like `lastStatus`: the wall clock may be set back by an hour. */
  nextSync: number;
  /** When the status was written last. */
  lastStatus: number | undefined;
  /** Failed reads in a row. */
  failures: number;
  generation: number;
  /** What the last pass rested on, when it found nothing to do: while it is the same, there is nothing to do. */
  quiet: { readonly rows: ReadRows; readonly basis: string } | undefined;
  /** A plan that asked for nothing, and what it rested on. */
  settled: { readonly rows: ReadRows; readonly basis: string; readonly work: SyncWork } | undefined;
  readonly refusals: Refusals;
}

export function createRegistryMemory({ metadata }: TenantRegistry): RegistryMemory {
  return {
    uid: metadata.uid,
    rows: undefined,
    table: undefined,
    failure: undefined,
    lastSync: undefined,
    lastStatus: undefined,
    nextSync: 0,
    failures: 0,
    generation: 0,
    quiet: undefined,
    settled: undefined,
    refusals: createRefusals(),
  };
}
