import type { AuditEvent } from '../access/audit.ts';

/** Requests of one user as the API server counted them. */
export interface RequestCounts {
  /** Reads and writes; watches and the Lease are apart. */
  readonly total: number;
  readonly reads: number;
  readonly writes: number;
  /** Requests that the server refused, whatever the cause (409 and 404 too). */
  readonly refused: number;
  readonly watches: number;
  readonly leases: number;
  /** `patch tenants/status` -> how many, the most first; watches and the Lease left out. */
  readonly byTarget: Readonly<Record<string, number>>;
}

const READS = ['get', 'list'];

/** Counts recorded requests by verb and resource. */
export function countRequests(events: readonly AuditEvent[]): RequestCounts {
  const isLease = ({ objectRef }: AuditEvent) => objectRef?.resource === 'leases';
  const others = events.filter((event) => event.verb !== 'watch' && !isLease(event));
  const reads = others.filter(({ verb }) => READS.includes(verb)).length;
  const targets = new Map<string, number>();
  for (const event of others) {
    const name = `${event.verb} ${targetOf(event)}`;
    targets.set(name, (targets.get(name) ?? 0) + 1);
  }
  return {
    total: others.length,
    reads,
    writes: others.length - reads,
    refused: others.filter(({ responseStatus }) => (responseStatus?.code ?? 200) >= 400).length,
    // A watch is recorded at its start and at its end.
    watches: events.filter(({ verb, stage }) => verb === 'watch' && stage === 'ResponseStarted').length,
    leases: events.filter(isLease).length,
    byTarget: Object.fromEntries([...targets].sort((a, b) => b[1] - a[1])),
  };
}

function targetOf({ objectRef, requestURI }: AuditEvent): string {
  const { resource, subresource } = objectRef ?? {};
  if (resource === undefined) return requestURI.replace(/\?.*/, '');
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
