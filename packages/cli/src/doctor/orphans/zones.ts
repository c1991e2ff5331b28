/** Listings of zones: by a transfer, or from files that DNS providers give out. */
import { readFileSync } from 'node:fs';
import {
  createNamedZoneFinder,
  createZoneFinder,
  type DnsLookup,
  systemResolvers,
  type TsigKey,
  transferZone,
} from '@tenant-operator/operator/dns';
import { CommandFailure } from '../../failure.ts';
import { type Facts, itemsOf } from '../facts.ts';
import type { ZoneListing, ZoneRecord } from './index.ts';
import { parseListing } from './listing.ts';

export interface ReadZonesOptions {
  readonly lookup: DnsLookup;
  readonly nameservers: readonly string[];
  /** Files with listings, `-` for stdin; with them no transfer is tried. */
  readonly files: readonly string[];
  readonly key: TsigKey | undefined;
}

export interface Zones {
  readonly listings: readonly ZoneListing[];
  /** What could not be listed, and what to do. */
  readonly unread: readonly string[];
}

/** Rejects with CommandFailure for files that are no listing. */
export async function readZones(facts: Facts, options: ReadZonesOptions): Promise<Zones> {
  if (options.files.length > 0) return { listings: options.files.map(readFile), unread: [] };
  const listings: ZoneListing[] = [];
  const unread: string[] = [];
  for (const zone of await zonesOf(facts, options)) {
    const outcome = await transfer(zone, options);
    if (typeof outcome === 'string') unread.push(outcome);
    else listings.push({ zone: zone.name, records: outcome });
  }
  return { listings, unread };
}

function readFile(file: string): ZoneListing {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const records = parseListing(text);
  if (!records)
    throw new CommandFailure(
      `${file} is no listing of a zone: give the output of "aws route53 list-resource-record-sets", "gcloud dns record-sets list --format json", "dig AXFR", or an exported zone file`,
    );
  return { zone: file === '-' ? 'stdin' : file, records };
}

interface Zone {
  readonly name: string;
  readonly servers: readonly { readonly name: string; readonly address: string; readonly port: number }[];
}

/** Zones of the records that were asked for, and of the domain filters: a zone may hold nothing but orphans. */
async function zonesOf(facts: Facts, { lookup, nameservers }: ReadZonesOptions): Promise<Zone[]> {
  const filters = itemsOf(facts.installations).flatMap(({ domainFilters }) => domainFilters);
  const described = itemsOf(facts.templates).flatMap(
    ({ spec }) => spec.dns?.externalDNS?.domainFilters ?? [],
  );
  const servers =
    nameservers.length > 0
      ? nameservers
      : itemsOf(facts.templates).flatMap(({ spec }) => spec.dns?.nameservers ?? []);
  const finder =
    servers.length > 0
      ? createNamedZoneFinder({ lookup, nameservers: [...new Set(servers)] })
      : createZoneFinder({ lookup, resolvers: systemResolvers() });
  const names = [...facts.records.zones.map(({ name }) => name), ...filters, ...described];
  const zones = new Map<string, Zone>();
  for (const name of new Set(names.map((one) => one.replace(/^\./, '')))) {
    const found = await finder.find(name);
    if (found.kind === 'zone') zones.set(found.zone, { name: found.zone, servers: found.servers });
  }
  return [...zones.values()];
}

/** The records, or why there are none. */
async function transfer(
  { name, servers }: Zone,
  { key }: ReadZonesOptions,
): Promise<readonly ZoneRecord[] | string> {
  const details: string[] = [];
  for (const server of servers) {
    const outcome = await transferZone(name, server, { key });
    if (outcome.kind === 'zone') return grouped(outcome.records);
    details.push(
      `${server.name} ${outcome.kind === 'refused' ? `refuses (${outcome.detail})` : outcome.detail}`,
    );
  }
  return `zone ${name} cannot be transferred: ${details.join('; ')}. Give its listing with --zone-file (of aws, gcloud, Cloudflare's export or dig), or --tsig-key-file`;
}

export function grouped(
  records: readonly { readonly name: string; readonly type: string; readonly data: string }[],
): ZoneRecord[] {
  const groups = new Map<string, { name: string; type: string; values: string[] }>();
  for (const { name, type, data } of records) {
    const key = `${name} ${type}`;
    const group = groups.get(key);
    if (group) group.values.push(data);
    else groups.set(key, { name, type, values: [data] });
  }
  return [...groups.values()];
}
