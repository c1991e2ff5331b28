/**
 * Whether a tenant's hosts answer over HTTPS, asked as a visitor would ask (`dns.probe`): the last link of the chain from the row.
 *
 * A template says which hosts there are and which path is asked for, so that a probe must not become a way into the network of
 * the operator: names are resolved at the servers that verification asks, only addresses that a visitor could reach are connected
 * to (`addresses.ts`), by the very address that was judged; redirects are not followed, and nothing but the head of an answer is
 * read. One question a host and interval, few at once, none longer than its timeout.
 *
 * addresses.ts (which may be asked), resolve.ts (name -> addresses), request.ts (one question), judge.ts (answers -> words),
 * prober.ts (the component that keeps asking).
 */
import type { Clock, Logger } from '@tenant-operator/kube';

/** What is asked for one key. */
export interface ProbeTarget {
  /** Host names, without wildcards; those above the tenth are not asked. */
  readonly hosts: readonly string[];
  /** Begins with a slash. */
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** The name servers to ask, as text; those of the zones when left out. */
  readonly nameservers?: readonly string[];
}

/** How a name resolves; `address` are IPv4 before IPv6, each sorted. */
export type Resolution =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly detail: string };

export interface Question {
  readonly host: string;
  /** Where to connect to, whatever the name resolves to elsewhere. */
  readonly address: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** What came of one question; the details are for people and the same for the same cause. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly location?: string }
  | { readonly kind: 'untrusted'; readonly detail: string }
  | { readonly kind: 'silent'; readonly detail: string };

/** Asks once. Rejects only with the reason of the signal. */
export type AskHttps = (question: Question, signal: AbortSignal) => Promise<Answer>;

/** Rejects only with the reason of the signal. */
export type ResolveName = (
  name: string,
  nameservers: readonly string[] | undefined,
  signal: AbortSignal,
) => Promise<Resolution>;

export type ProbeReason =
  | 'Answering'
  | 'UnexpectedAnswer'
  | 'CertificateUntrusted'
  | 'NotAnswering'
  | 'AddressNotAllowed';

export interface HostVerdict {
  readonly host: string;
  readonly reason: ProbeReason;
  /** One line, without the host. */
  readonly message: string;
}

export interface ProbeReport {
  /** In the order of the hosts. */
  readonly verdicts: readonly HostVerdict[];
}

export interface Prober {
  /** Asks from now on; nothing happens when the target is the one that is asked already. */
  track(key: string, target: ProbeTarget): void;
  untrack(key: string): void;
  /** Asks at once: something has changed that an answer may depend on. */
  check(key: string): void;
  /** Undefined before the first answers. */
  report(key: string): ProbeReport | undefined;
  start(): void;
  /** Ends what is under way; no report comes afterwards. */
  stop(): Promise<void>;
}

export interface ProberOptions {
  readonly resolve: ResolveName;
  readonly ask: AskHttps;
  /** Whether addresses of private networks may be asked (`--dns-probe-private-addresses`). */
  readonly allowsPrivate: boolean;
  /** The first report of a key, and every other one than before. Must not throw. */
  readonly onChange: (key: string) => void;
  /** One host was asked, in milliseconds. Must not throw. */
  readonly onProbe?: (reason: ProbeReason, tookMs: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  /** Keys that are asked together; 8 when left out. */
  readonly concurrency?: number;
  /** How many keys a second there may be at the most; many tenants stretch their intervals. 10 when left out. */
  readonly perSecond?: number;
}

export { judgeReport } from './judge.ts';
export { createProber } from './prober.ts';
export { createHttpsAsk } from './request.ts';
export { createNameResolver } from './resolve.ts';
