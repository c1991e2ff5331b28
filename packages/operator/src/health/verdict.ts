/** What the probes answer. Pure. */

/** One of the operator's own kinds, as its watch has it. */
export interface CacheState {
  readonly kind: string;
  readonly isFilled: boolean;
  /** Why the watch does not work at the moment, in one line. */
  readonly trouble?: string | undefined;
}

export interface HealthFacts {
  /** `contending`: another process leads, or nobody yet. */
  readonly role: 'starting' | 'contending' | 'leading' | 'stopping';
  /** Whether the lease is ours by this machine's clock. */
  readonly isHeld: boolean;
  readonly caches: readonly CacheState[];
  /** Undefined when there is none. */
  readonly webhook?: 'starting' | 'serving' | undefined;
}

export interface Check {
  readonly name: string;
  /** Undefined when all is well. */
  readonly failure?: string | undefined;
  /** For people, when all is well. */
  readonly note?: string | undefined;
}

export interface Probe {
  readonly isWell: boolean;
  readonly checks: readonly Check[];
}

/** A watch that is away for less is tried again meanwhile and hides nothing for long, in milliseconds. */
export const patienceMs = 60_000;

/** `troubledMs`: for how long the caches, and the lease while leading, have been in the state that they are in. */
export interface Durations {
  readonly cachesMs: number;
  readonly leaseMs: number;
}

/** May this process be counted on: for reviews, and to lead or to take over. */
export function readiness(facts: HealthFacts, { cachesMs }: Durations): Probe {
  const empty = facts.caches.filter(({ isFilled }) => !isFilled);
  const troubled = facts.caches.filter(({ trouble }) => trouble !== undefined);
  const checks: Check[] = [
    {
      name: 'caches',
      failure:
        empty.length > 0
          ? `not filled yet: ${describe(empty)}`
          : troubled.length > 0 && cachesMs >= patienceMs
            ? `stale for ${Math.round(cachesMs / 1_000)} s: ${describe(troubled)}`
            : undefined,
      note: troubled.length > 0 ? `being watched anew: ${describe(troubled)}` : undefined,
    },
    ...(facts.webhook === undefined
      ? []
      : [
          {
            name: 'webhook',
            failure: facts.webhook === 'serving' ? undefined : 'has no certificate yet',
          },
        ]),
    {
      name: 'role',
      failure:
        facts.role === 'starting' || facts.role === 'stopping' ? `the process is ${facts.role}` : undefined,
      note: facts.role === 'leading' ? 'leader' : 'standby',
    },
  ];
  return probe(checks);
}

/** Is there anything that only a restart mends: a leader that lost its lease ends by itself, unless it hangs. */
export function liveness(facts: HealthFacts, { leaseMs }: Durations): Probe {
  const isStuck = facts.role === 'leading' && !facts.isHeld && leaseMs >= patienceMs;
  return probe([
    {
      name: 'lease',
      failure: isStuck ? `lost for ${Math.round(leaseMs / 1_000)} s, and the process did not end` : undefined,
    },
  ]);
}

function probe(checks: readonly Check[]): Probe {
  return { isWell: checks.every(({ failure }) => failure === undefined), checks };
}

function describe(caches: readonly CacheState[]): string {
  return caches
    .map(({ kind, trouble }) => (trouble === undefined ? kind : `${kind} (${trouble})`))
    .join(', ');
}
