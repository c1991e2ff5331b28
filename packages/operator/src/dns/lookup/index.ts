/**
 * Questions to DNS servers: one question, one server, one typed outcome. No cache anywhere: what a verdict rests on comes
 * from a zone's own servers at this moment.
 */

/** Where a DNS server listens. */
export interface NameServer {
  /** Its name in the zone, for people; the address and port where there is none. */
  name: string;
  /** IPv4 or IPv6 address. */
  address: string;
  port: number;
}

export type QueryType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'SOA' | 'NS';

/** A record of an answer; names and addresses in lower case, names without their final dot. */
export interface ResourceRecord {
  name: string;
  type: QueryType | 'DNAME';
  /** Seconds. */
  ttl: number;
  /** TXT: its strings joined. SOA: the primary's name. */
  data: string;
}

/** The SOA of a negative answer. */
export interface NegativeSoa {
  zone: string;
  /** How long resolvers may go on denying the name, in seconds: the lesser of SOA minimum and TTL (RFC 2308, 5). */
  ttl: number;
}

/**
 * What a server said. `answers`, `nodata` and `nxdomain` are statements about the name, and to be believed only when
 * `authoritative`; all others are none.
 */
export type LookupOutcome =
  | { kind: 'answers'; authoritative: boolean; records: ResourceRecord[] }
  | { kind: 'nodata'; authoritative: boolean; soa?: NegativeSoa }
  | { kind: 'nxdomain'; authoritative: boolean; soa?: NegativeSoa }
  /** The server knows only who else knows: the zone below was delegated. */
  | { kind: 'referral'; zone: string }
  /** SERVFAIL, and every other code that says nothing about the name. */
  | { kind: 'servfail'; rcode: string }
  | { kind: 'refused' }
  | { kind: 'timeout' }
  /** Nobody listens, or there is no way there. */
  | { kind: 'unreachable'; detail: string }
  /** An answer that cannot be read, or a name that cannot be asked. */
  | { kind: 'malformed'; detail: string };

export interface QueryOptions {
  /** Asks the server to find the answer elsewhere (a resolver); off for zone servers. */
  recursive?: boolean;
  signal?: AbortSignal;
}

/** The port. Never rejects, except with the signal's reason when that is aborted. */
export interface DnsLookup {
  query(name: string, type: QueryType, server: NameServer, options?: QueryOptions): Promise<LookupOutcome>;
}

export {
  createNamedZoneFinder,
  type NamedZoneFinderOptions,
  parseServerText,
  type ResolveHost,
} from './named.ts';
export { createNetworkLookup, type NetworkLookupOptions } from './network.ts';
export { formatServer, parseNameServer, systemResolvers } from './servers.ts';
export {
  parseTsigKey,
  type Transfer,
  type TransferOptions,
  type TransferredRecord,
  type TsigKey,
  transferZone,
} from './transfer.ts';
export { createZoneFinder, type FoundZone, type ZoneFinder, type ZoneFinderOptions } from './zone.ts';

/** The values of one type that an outcome has for a name, sorted; the end of a CNAME chain does not count. */
export function valuesOf(outcome: LookupOutcome, name: string, type: QueryType): string[] {
  if (outcome.kind !== 'answers') return [];
  return outcome.records
    .filter((record) => record.type === type && record.name === name)
    .map(({ data }) => data)
    .sort();
}

/** One line about an outcome for people: `timed out`, `refused the question`. */
export function describeOutcome(outcome: LookupOutcome): string {
  switch (outcome.kind) {
    case 'answers':
    case 'nodata':
    case 'nxdomain':
      return outcome.authoritative ? 'answered' : 'is not authoritative';
    case 'referral':
      return `refers to the servers of ${outcome.zone}`;
    case 'servfail':
      return `failed (${outcome.rcode})`;
    case 'refused':
      return 'refused the question';
    case 'timeout':
      return 'did not answer in time';
    case 'unreachable':
      return `cannot be reached (${outcome.detail})`;
    case 'malformed':
      return `gave no readable answer (${outcome.detail})`;
  }
}
