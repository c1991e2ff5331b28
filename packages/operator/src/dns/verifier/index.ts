/**
 * Keeps asking whether the records of tenants are published, or gone, and reports what changes. It knows tenants only as
 * keys and does no Kubernetes I/O.
 */
import type { Clock, Logger } from '@tenant-operator/kube';
import type { Expectation, ExpectedRecord } from '../expected/index.ts';
import type { DnsLookup, ZoneFinder } from '../lookup/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import type { DnsSummary, RecordState, Verdict } from '../verdict/index.ts';

/** What is watched for one key. */
export type Target = {
  settings: ExternalDnsSettings;
  /** The servers to ask, as text; those of `zones` when left out. */
  nameservers?: readonly string[];
} & (
  | { mode: 'publish'; expectation: Expectation }
  | {
      mode: 'removal';
      records: readonly ExpectedRecord[];
      /** When ExternalDNS has had its time, in milliseconds since the epoch. */
      overdueAt: number;
    }
);

/** The state of one key. */
export interface Report {
  mode: Target['mode'];
  /** Sorted by name and type; hostnames without a record have the type ''. */
  verdicts: Verdict[];
  summary: DnsSummary;
  /** When it was last looked at, in milliseconds since the epoch. */
  checkedAt: number;
}

export interface DnsVerifier {
  /**
   * Watches a target, from now on; nothing happens when it is the one that is watched already. `isSettled` says that it
   * was found published before (by another process): its first look may wait its turn. Where no server has to be asked, the
   * report is there at once.
   */
  track(key: string, target: Target, options?: { isSettled?: boolean }): void;
  /** Forgets a key. */
  untrack(key: string): void;
  /** Looks again at once, for example because its objects changed. */
  check(key: string): void;
  /** The last report; `undefined` before the first look. */
  report(key: string): Report | undefined;
  start(): void;
  /** Ends what is under way; no report comes afterwards. */
  stop(): Promise<void>;
  readonly stats: { tracked: number; checks: number; records: Readonly<Record<RecordState, number>> };
}

export interface VerifierOptions {
  lookup: DnsLookup;
  zones: ZoneFinder;
  /** For targets that name their servers; they are looked up in `zones` like all others when left out. */
  zonesAt?: (nameservers: readonly string[]) => ZoneFinder;
  /**
   * The first report of a key that servers were asked for, and every one whose verdicts differ from those before. Must not throw.
   */
  onChange: (key: string, report: Report) => void;
  clock?: Clock;
  /** 0 to 1; Math.random when left out. */
  random?: () => number;
  log?: Logger;
  /** Keys that are looked at together; 16 when left out. */
  concurrency?: number;
  /** How often what is published is looked at again, in milliseconds (with a fifth of jitter); 5 minutes when left out. */
  recheckMs?: number;
  /** How many such looks a second there may be at the most: many tenants stretch their intervals. 10 when left out. */
  rechecksPerSecond?: number;
  /** For what is not published yet: the first pause, doubled up to the longest. 1 s and 30 s when left out. */
  backoff?: { baseMs: number; maxMs: number };
}

export { type ObserveOptions, observe } from './observe.ts';
export { createDnsVerifier } from './verifier.ts';
