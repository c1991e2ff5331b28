/**
 * An authoritative DNS server for tests and demos, on UDP and TCP of one port, with zones that change while it runs.
 *
 *   const dns = await startDns({ zones: ['example.com'] });
 *   dns.zones.put({ name: 'www.example.com', type: 'A', ttl: 60, values: ['192.0.2.10'] });
 *   ... dig @127.0.0.1 -p ${dns.port} www.example.com ...
 *   await dns.stop();
 */
import type { Zones } from './zones.ts';

export { startDns } from './server.ts';
export { createZones, type Zones } from './zones.ts';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'NS';

/** All records of one name and type. */
export interface RecordSet {
  /** Without the dot at the end. */
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  /** Addresses, names, or texts without quotes. */
  readonly values: readonly string[];
}

export interface DnsOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Names of the zones. */
  readonly zones: readonly string[];
  /** The caches' limit for answers that a name does not exist, in seconds; 5. */
  readonly negativeTtl?: number;
}

export interface DnsServer {
  readonly host: string;
  readonly port: number;
  readonly zones: Zones;
  stop(): Promise<void>;
}
