/** A world of name servers in memory, for tests: zones, delegations, wildcards, and servers that misbehave. */
import { canonicalTarget } from '../address/index.ts';
import { isWithin, normalizeName, parentOf } from '../name/index.ts';
import type { DnsLookup, LookupOutcome, NameServer, ResourceRecord } from './index.ts';

export interface FakeRecord {
  name: string;
  type: ResourceRecord['type'];
  data: string;
  ttl?: number;
}

export interface FakeZone {
  apex: string;
  /** SOA minimum, which is how long resolvers may deny; 60 when left out. */
  minimum?: number;
  records: FakeRecord[];
}

export interface FakeServer extends NameServer {
  zones: FakeZone[];
  /** Answers every question with this instead. */
  trouble?: LookupOutcome | undefined;
  /** Finds answers in the zones of all servers of the world, and is authoritative for nothing. */
  isResolver?: boolean;
}

export interface FakeLookup extends DnsLookup {
  addServer(server: Partial<FakeServer> & { address: string }): FakeServer;
  /** Every question so far, `<type> <name> @<server>`. */
  asked: string[];
}

function zoneOf(zones: readonly FakeZone[], name: string): FakeZone | undefined {
  return zones
    .filter((zone) => isWithin(name, zone.apex))
    .sort((left, right) => right.apex.length - left.apex.length)[0];
}

function isThere(zone: FakeZone, name: string): boolean {
  return name === zone.apex || zone.records.some((record) => isWithin(record.name, name));
}

/** The owner whose records answer for a name: itself, or the wildcard of its closest parent that exists (RFC 4592). */
function ownerOf(zone: FakeZone, name: string): string | undefined {
  if (isThere(zone, name)) return name;
  let encloser = parentOf(name);
  while (!isThere(zone, encloser)) encloser = parentOf(encloser);
  const wildcard = `*.${encloser}`;
  return zone.records.some((record) => record.name === wildcard) ? wildcard : undefined;
}

function delegationOf(zone: FakeZone, name: string): string | undefined {
  return zone.records.find(
    (record) => record.type === 'NS' && record.name !== zone.apex && isWithin(name, record.name),
  )?.name;
}

function answer(
  zones: readonly FakeZone[],
  name: string,
  type: string,
  authoritative: boolean,
): LookupOutcome {
  const zone = zoneOf(zones, name);
  if (!zone) return { kind: 'refused' };
  const delegation = delegationOf(zone, name);
  if (delegation !== undefined) return { kind: 'referral', zone: delegation };
  const soa = { zone: zone.apex, ttl: zone.minimum ?? 60 };
  if (type === 'SOA' && name === zone.apex) {
    const records: ResourceRecord[] = [{ name, type: 'SOA', ttl: 3600, data: `ns.${zone.apex}` }];
    return { kind: 'answers', authoritative, records };
  }
  const owner = ownerOf(zone, name);
  if (owner === undefined) return { kind: 'nxdomain', authoritative, soa };
  const own = zone.records.filter((record) => record.name === owner);
  const found = own.filter((record) => record.type === type || record.type === 'CNAME');
  const records = found.map(
    (each): ResourceRecord => ({
      ...each,
      name,
      ttl: each.ttl ?? 300,
      data: each.type === 'TXT' ? each.data : canonicalTarget(each.data),
    }),
  );
  if (records.length === 0) return { kind: 'nodata', authoritative, soa };
  const [alias] = records;
  if (alias?.type === 'CNAME' && type !== 'CNAME' && isWithin(alias.data, zone.apex)) {
    const target = answer(zones, alias.data, type, authoritative);
    if (target.kind === 'answers') records.push(...target.records);
  }
  return { kind: 'answers', authoritative, records };
}

/** Creates an empty world. A server that nobody added does not answer. */
export function createFakeLookup(): FakeLookup {
  const servers = new Map<string, FakeServer>();
  const asked: string[] = [];
  const keyOf = ({ address, port }: NameServer) => `${address} ${port}`;
  return {
    asked,
    addServer(given) {
      const server: FakeServer = { name: given.address, port: 53, zones: [], ...given };
      servers.set(keyOf(server), server);
      return server;
    },
    async query(name, type, at, { signal } = {}) {
      signal?.throwIfAborted();
      const text = normalizeName(name);
      asked.push(`${type} ${text} @${at.name}`);
      if (text === '' || text.split('.').some((label) => label.length < 1 || label.length > 63)) {
        return { kind: 'malformed', detail: `"${name}" cannot be asked` };
      }
      const server = servers.get(keyOf(at));
      if (!server) return { kind: 'timeout' };
      if (server.trouble) return server.trouble;
      const zones = server.isResolver ? [...servers.values()].flatMap((each) => each.zones) : server.zones;
      return answer(zones, text, type, !server.isResolver);
    },
  };
}
